import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../host/paths.ts';
import { startScript, type StartedServer } from '../servers/start.ts';

/** The script of the reference server, which ordinary servers resemble; its first argument is the transport. */
export const everythingScript = join(
  repositoryRoot,
  'node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** The reference server, over one of its HTTP transports. */
export function startEverything(transport: 'streamableHttp' | 'sse' = 'streamableHttp'): Promise<StartedServer> {
  return startScript(everythingScript, { args: [transport] });
}

/** `benchServer.ts`: Streamable HTTP, or the seed's dialect. */
export function startBare(...args: readonly 'seed'[]): Promise<StartedServer> {
  return startScript(fileURLToPath(new URL('benchServer.ts', import.meta.url)), { args });
}
