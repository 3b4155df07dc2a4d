import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { maxBodyBytes, sendError } from './http.ts';
import { createSampleServer } from './sampleServer.ts';
import { Sessions } from './sessions.ts';

/** MCP's Streamable HTTP with sessions: POST, GET and DELETE on one path, handled by the SDK's transport, one per session. */
export class StreamableHttp {
  readonly #sessions: Sessions<StreamableHTTPServerTransport>;

  constructor(maxSessions: number) {
    this.#sessions = new Sessions(maxSessions);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (id === undefined && request.method === 'POST') return this.#begin(request, response);
    if (id === undefined) {
      return sendError(response, { status: 400, code: -32000, message: 'The header Mcp-Session-Id is required' });
    }
    const transport = this.#sessions.use(String(id), response);
    if (transport === undefined) {
      return sendError(response, { status: 404, code: -32001, message: 'Session not found: initialize again' });
    }
    await transport.handleRequest(request, response);
  }

  close(): void {
    this.#sessions.closeAll();
  }

  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const server = createSampleServer();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => this.#sessions.add(id, transport),
      onsessionclosed: (id) => this.#sessions.remove(id),
      maxRequestBodySize: maxBodyBytes,
    });
    await server.connect(transport);
    await transport.handleRequest(request, response);
    // Anything but a valid `initialize` has been refused by the transport and made no session.
    if (transport.sessionId === undefined) await server.close();
  }
}
