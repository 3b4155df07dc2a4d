import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import { canConnect } from '../process/connect.ts';
import { atPlace, hostsOf } from './addresses.ts';
import type { HttpEndpoint, LaunchPlan } from './launchPlan.ts';
import { OtherPort } from './otherPort.ts';
import { PortConflict } from './portConflict.ts';
import { PortTalk } from './portTalk.ts';
import { isHeldByOtherWindow } from './portTaken.ts';
import { connectWhenReady, type Place } from './readiness.ts';
import { portsTakenError } from './runErrors.ts';
import type { Served, StartContext } from './runOptions.ts';
import type { RunProcess } from './runProcess.ts';

/** Ports that are tried where the choice is ours; facts/supervision.md: 1 of 199 is taken meanwhile. */
const MOST_TRIES = 3;
/** How long what a window leaves behind may take to end, in ms: a window that is reloaded starts its servers while those of before end. */
const LEFTOVERS_MS = 4000;
const LOOK_MS = 100;

/**
 * Starts a server that is reached over HTTP. Where the port is ours to choose, one that turns out to be taken is replaced by another.
 * Rejects with `PortConflict` where the definition says which port it has to be.
 */
export async function startOverHttp(context: StartContext, first: LaunchPlan): Promise<Served> {
  const { options, signal } = context;
  const taken: number[] = [];
  let hasWaited = false;
  for (let plan = first; ;) {
    try {
      return await startOnce(context, plan);
    } catch (error) {
      if (!(error instanceof PortConflict)) throw error;
      if (plan.elsewhere === undefined) {
        if (hasWaited || !(await isFreedSoon(context, plan, error.port))) throw error;
        hasWaited = true;
        continue;
      }
      taken.push(error.port);
      if (taken.length === MOST_TRIES) throw portsTakenError(options.name, taken);
    }
    options.log.warn(t('Port {0} was taken by somebody else; trying another one.', taken.at(-1) ?? ''));
    plan = await plan.elsewhere();
    for (const secret of plan.secrets) options.redactor.add(secret);
    signal.throwIfAborted();
  }
}

/** Whether another window lets go of the port within a moment, as one does that is being closed. */
async function isFreedSoon({ options, signal }: StartContext, plan: LaunchPlan, port: number): Promise<boolean> {
  if (plan.endpoint.kind !== 'http' || !(await isHeldByOtherWindow(port, options.marker))) return false;
  const hosts = hostsOf(plan.endpoint.url);
  for (const deadline = options.clock.now() + LEFTOVERS_MS; options.clock.now() < deadline;) {
    await new Promise<void>((resolve) => options.clock.after(LOOK_MS, resolve));
    signal.throwIfAborted();
    const isOpen = await Promise.all(hosts.map((host) => canConnect(host, port, signal)));
    if (!isOpen.includes(true)) return true;
  }
  return false;
}

/** One process on one port. Nothing of it is left when it rejects with `PortConflict`. */
async function startOnce(context: StartContext, { launch, endpoint }: LaunchPlan): Promise<Served> {
  if (launch === undefined || endpoint.kind !== 'http' || endpoint.port === undefined)
    throw new Error('a server that we start over HTTP has a command and a port');
  const { signal } = context;
  const { port } = endpoint;
  for (const host of hostsOf(endpoint.url)) {
    if (await canConnect(host, port, signal)) throw new PortConflict(port);
  }
  const talk = new PortTalk(port, context.options.clock);
  const process = await context.spawn(launch, 'output');
  const hearing = process.onLine(({ text }) => talk.hear(text));
  try {
    return await connectTo(context, { endpoint, port, process, talk });
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof PortConflict) {
      // What looked like a stranger may be the server itself as it ends.
      const ending = await process.endsSoon();
      await process.stop();
      throw new PortConflict(port, ending);
    }
    const reason = await process.explain(error);
    if (process.exit === undefined || !talk.saysTaken) throw reason;
    await process.stop();
    throw new PortConflict(port, process.endError());
  } finally {
    hearing.dispose();
  }
}

interface Subject {
  endpoint: HttpEndpoint;
  port: number;
  process: RunProcess;
  talk: PortTalk;
}

async function connectTo(context: StartContext, { endpoint, port, process, talk }: Subject): Promise<Served> {
  const { options } = context;
  const { pid } = process;
  if (pid === undefined) throw process.endError();
  const ended = new AbortController();
  void process.ended.then((error) => ended.abort(error));
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const other = new OtherPort({ pid, port, talk, clock: options.clock });
  context.whenTooLate(() => Promise.resolve(other.refusal));
  const connect = async (place: Place): Promise<Served> => {
    const found = atPlace(endpoint, place);
    const { port: _known, ...address } = found;
    const connection = await context.handshake(address, options.known, signal);
    if (place.port !== port) noteOtherPort(context, port, place.port);
    if (place.isExposed) noteExposure(context, place.port);
    return { connection, endpoint: found, ...(place.isExposed ? { isExposed: true } : {}) };
  };
  const connectAt = (hosts: readonly string[]): Promise<Served> =>
    connectWhenReady({ pid, port, hosts, signal, other, connect });
  const hosts = hostsOf(endpoint.url);
  try {
    return await connectAt(hosts);
  } catch (error) {
    // Some serve only those who call them by name.
    if (hosts.length === 1 || !(error instanceof ExternalMcpError) || error.httpStatus !== 403) throw error;
    return await connectAt(['localhost']);
  }
}

function noteOtherPort({ options: { log, plan } }: StartContext, given: number, found: number): void {
  if (plan.elsewhere === undefined) {
    log.warn(t('Listens on port {0} instead of {1}, which its definition names.', found, given));
  } else {
    log.info(t('Listens on port {0} instead of {1}, which it was given.', found, given));
  }
}

function noteExposure({ options: { log } }: StartContext, port: number): void {
  log.warn(
    t('Reachable from the network: it listens on all interfaces on port {0}. Make it listen on 127.0.0.1.', port),
  );
}
