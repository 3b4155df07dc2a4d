import { Listener } from './listener.ts';
import { chosenPort } from './port.ts';

/** Says why there is no server, in one line, and ends the process with code 1. */
function giveUp(reason: string): void {
  process.stderr.write(`External MCP sample server: ${reason}\n`, () => process.exit(1));
}

function listen(port: number): void {
  const listener = new Listener();
  listener.server.once('error', (error: NodeJS.ErrnoException) => {
    giveUp(error.code === 'EADDRINUSE' ? `port ${port} on 127.0.0.1 is already in use` : error.message);
  });
  listener.server.listen(port, '127.0.0.1', () => {
    const address = listener.server.address();
    const bound = typeof address === 'object' ? address?.port : undefined;
    process.stderr.write(`External MCP sample server listening on http://127.0.0.1:${bound}/mcp\n`);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      listener.close();
      process.exit(0);
    });
  }
}

try {
  listen(chosenPort(process.argv.slice(2), process.env));
} catch (error) {
  giveUp(error instanceof Error ? error.message : String(error));
}
