import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  LATEST_PROTOCOL_VERSION,
  type JSONRPCRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { readJson, Refusal, sendError } from './http.ts';
import { createSampleServer } from './sampleServer.ts';
import { SeedTransport } from './seedTransport.ts';
import { Sessions } from './sessions.ts';

/** The three requests of the dialect and what MCP calls them. */
const methods: ReadonlyMap<string, string> = new Map([
  ['initialize', 'initialize'],
  ['list_tools', 'tools/list'],
  ['call_tool', 'tools/call'],
]);

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The dialect of "External MCP Integration Pattern": JSON-RPC by `POST /sse` under a session id that the client makes up and sends
 * as `x-session-id` from `initialize` on. The answer is an event stream.
 */
export class SeedDialect {
  readonly #sessions: Sessions<SeedTransport>;

  constructor(maxSessions: number) {
    this.#sessions = new Sessions(maxSessions);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      return sendError(response, { status: 405, code: -32000, message: 'Use POST' }, null, { allow: 'POST' });
    }
    if (!/text\/event-stream|\*\/\*/i.test(request.headers.accept ?? '*/*')) {
      throw new Refusal(406, -32000, 'Accept must include text/event-stream');
    }
    const message = await readJson(request);
    const isRequest = isJSONRPCRequest(message);
    if (!isRequest && !isJSONRPCNotification(message)) {
      throw new Refusal(400, -32600, 'The request body is not a JSON-RPC request or notification');
    }
    const id = String(request.headers['x-session-id']);
    if (message.method === 'initialize' && uuid.test(id)) await this.#begin(id);
    const transport = this.#sessions.use(id, response);
    if (transport === undefined) {
      const refusal = new Refusal(
        401,
        -32001,
        'The header x-session-id must name a session: initialize with a new UUID',
      );
      // No `WWW-Authenticate`: this is about a session, not about signing in.
      return sendError(response, refusal, isRequest ? message.id : null);
    }
    if (isRequest) return transport.receive(translate(message), response);
    transport.onmessage?.(message);
    response.writeHead(202).end();
  }

  close(): void {
    this.#sessions.closeAll();
  }

  async #begin(id: string): Promise<void> {
    const transport = new SeedTransport(id);
    await createSampleServer().connect(transport);
    this.#sessions.add(id, transport);
  }
}

/** What the dialect says, in MCP's words. Other names are prefixed, so that the server refuses MCP's own as unknown (-32601) too. */
function translate(request: JSONRPCRequest): JSONRPCRequest {
  const method = methods.get(request.method) ?? `unknown/${request.method}`;
  if (method !== 'initialize') return { ...request, method };
  // The dialect says nothing about the parameters of `initialize`; MCP requires three.
  const client = {
    protocolVersion: LATEST_PROTOCOL_VERSION,
    capabilities: {},
    clientInfo: { name: 'unknown', version: '0' },
  };
  return { ...request, method, params: { ...client, ...request.params } };
}
