import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Refusal, sendError, sendJson } from './http.ts';
import { isLoopbackRequest } from './loopback.ts';
import { serverInfo } from './sampleServer.ts';
import { SeedDialect } from './seedDialect.ts';
import { StreamableHttp } from './streamableHttp.ts';

/** Sessions per dialect: many windows and test runs at once, and a bound on what forgotten ones cost (see `Sessions`). */
const maxSessions = 64;

/** The HTTP server with both dialects, not listening yet. */
export class Listener {
  readonly server: Server;
  readonly #streamableHttp = new StreamableHttp(maxSessions);
  readonly #seedDialect = new SeedDialect(maxSessions);

  constructor() {
    this.server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => refuse(response, error));
    });
  }

  /** Ends every session, call and connection at once. */
  close(): void {
    this.#streamableHttp.close();
    this.#seedDialect.close();
    this.server.close();
    this.server.closeAllConnections();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopbackRequest(request)) throw new Refusal(403, -32000, 'Host and Origin must name this machine');
    const path = request.url?.split('?', 1)[0];
    if (path === '/mcp') return this.#streamableHttp.handle(request, response);
    if (path === '/sse') return this.#seedDialect.handle(request, response);
    if (path === '/' && request.method === 'GET') return sendJson(response, 200, { status: 'ok', ...serverInfo });
    throw new Refusal(404, -32000, 'Use /mcp, /sse or GET /');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof Refusal)) console.error('request failed:', error);
  if (response.headersSent) return void response.destroy();
  const refusal = error instanceof Refusal ? error : new Refusal(500, -32603, 'Internal error');
  // What is left of a refused body is not read, so the connection cannot be used again.
  sendError(response, refusal, null, refusal.status === 413 ? { connection: 'close' } : {});
}
