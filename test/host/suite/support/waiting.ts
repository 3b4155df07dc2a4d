import { setTimeout as delay } from 'node:timers/promises';
import type { ApiV1, ServerInfo } from '../../../../src/api.ts';

/** Milliseconds; a loaded machine starts Node in about two seconds. */
const limit = 15_000;

/** Milliseconds between two looks at what tells of no change, such as /proc. */
const interval = 20;

/** Resolves with the server once it fulfils `condition`; looks again at every event. */
export async function untilServer(
  api: ApiV1,
  name: string,
  condition: (server: ServerInfo | undefined) => boolean,
): Promise<ServerInfo | undefined> {
  const find = (): ServerInfo | undefined => api.servers.find((server) => server.name === name);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    if (condition(find())) resolve();
  };
  const subscriptions = [api.onDidChangeServers(look), api.onDidChangeServer(look)];
  const timer = setTimeout(() => reject(new Error(`Waited in vain; now it is ${JSON.stringify(find())}`)), limit);
  try {
    look();
    await promise;
    return find();
  } finally {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.dispose();
  }
}

/** Looks until nothing is left; fails with what still is. For what tells of no change. */
export async function untilNone<T>(look: () => Promise<readonly T[]>): Promise<void> {
  const deadline = performance.now() + limit;
  for (;;) {
    const left = await look();
    if (left.length === 0) return;
    if (performance.now() > deadline) throw new Error(`These are left: ${JSON.stringify(left)}`);
    await delay(interval);
  }
}

/** Looks until it holds; for what tells of no change. */
export async function until(holds: () => boolean): Promise<void> {
  await untilNone(async () => (holds() ? [] : [holds.toString()]));
}
