import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';

/** A server inside the test's own process. */
export interface ServedRaw {
  readonly port: number;
  /** `http://127.0.0.1:port/mcp`. */
  readonly url: string;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

/** Serves a handler on a free port of 127.0.0.1; with `mcp({ … })` of `support/mcp.ts` it is an MCP server. */
export async function serveRaw(handler: RequestListener): Promise<ServedRaw> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/mcp`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
