import { canConnect } from './connect.ts';
import { type Listener, reachesLoopback } from './listeners.ts';

/** Where there is no /proc: what listens on one port, from the system's own tools. Not run on macOS or Windows by us so far. */
export async function listenersElsewhere(port: number, leader: number): Promise<Listener[]> {
  try {
    // Loaded here because no other system needs them.
    const [{ portBindings }, { pidtree }] = await Promise.all([import('pid-port'), import('pidtree')]);
    const [bindings, tree] = await Promise.all([portBindings(port, { host: '*' }), pidtree(leader, { root: true })]);
    return bindings.map(({ host, pid }) => ({ port, address: addressOf(host), ours: tree.includes(pid) }));
  } catch {
    // Nobody listens, or the tools are missing or may not tell: they do not say which, so ask the port itself.
    const accepting = await Promise.all(
      ['127.0.0.1', '::1'].map(async (address) => ((await canConnect(address, port)) ? address : undefined)),
    );
    return accepting.filter((address) => address !== undefined).map((address) => ({ port, address, ours: undefined }));
  }
}

/** Where there is no /proc: the ports that the tree of `leader` accepts connections on at loopback. */
export async function portsElsewhere(leader: number): Promise<number[]> {
  try {
    const [{ pidToPorts }, { pidtree }] = await Promise.all([import('pid-port'), import('pidtree')]);
    const ports = await pidToPorts(await pidtree(leader, { root: true }));
    const candidates = [...new Set([...ports.values()].flatMap((some) => [...some]))];
    // The tools list outgoing connections and UDP as well.
    const accepting = await Promise.all(
      candidates.map(async (port) => (await canConnect('127.0.0.1', port)) || (await canConnect('::1', port))),
    );
    return candidates.filter((_, index) => accepting[index]);
  } catch {
    return [];
  }
}

/** Where there is no /proc: who accepts connections on a port at loopback; undefined when nobody does or the tools do not say. */
export async function holderElsewhere(port: number): Promise<number | undefined> {
  try {
    const { portBindings } = await import('pid-port');
    const bindings = await portBindings(port, { host: '*' });
    return bindings.find(({ host }) => reachesLoopback(addressOf(host)))?.pid;
  } catch {
    return undefined;
  }
}

function addressOf(host: string): string {
  return host === '*' ? '::' : host;
}
