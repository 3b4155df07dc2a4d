import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths.ts';
import { startScript, type StartedServer } from '../servers/start.ts';

/** The script of the reference server, which ordinary servers resemble; its first argument is the transport. */
export const everythingScript = join(
  repositoryRoot,
  'node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);

/** The reference server, over Streamable HTTP. */
export function startEverything(): Promise<StartedServer> {
  return startScript(everythingScript, { args: ['streamableHttp'] });
}

/** `benchServer.ts`. */
export function startBare(): Promise<StartedServer> {
  return startScript(fileURLToPath(new URL('benchServer.ts', import.meta.url)));
}
