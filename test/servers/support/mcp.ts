import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { counted } from './counts.ts';
import { answerTo, sendError, sendJson, text, type Exchange, type Message } from './exchange.ts';

/** Where a server departs from the ordinary. What is not given behaves as the specification says. */
export interface Behaviour {
  /** Sees every POST before anything else; true means that it has dealt with it. */
  readonly post?: (exchange: Exchange) => boolean;
  /** Default: 405, no listening stream. */
  readonly get?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Default: one page with the tool `echo`. */
  readonly listTools?: (exchange: Exchange) => unknown;
  /** Answers a call. Default: a text, the argument `message`. */
  readonly callTool?: (exchange: Exchange) => void;
}

const echoTool = {
  name: 'echo',
  description: 'Gives the message back.',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } } },
};

/** A minimal MCP server over Streamable HTTP: sessions, JSON answers, any path. */
export function mcp(behaviour: Behaviour = {}): RequestListener {
  const sessions = new Set<string>();

  function answer(exchange: Exchange): void {
    const { message, request, response } = exchange;
    if (message.method === 'initialize') return initialize(exchange);
    if (!sessions.has(String(request.headers['mcp-session-id']))) {
      return sendError(exchange, 404, -32001, 'Session not found');
    }
    if (message.id === undefined) return void response.writeHead(202).end();
    if (message.method === 'ping') return sendJson(exchange, answerTo(exchange, {}));
    if (message.method === 'tools/list') {
      return sendJson(exchange, answerTo(exchange, behaviour.listTools?.(exchange) ?? { tools: [echoTool] }));
    }
    if (message.method !== 'tools/call') return sendError(exchange, 200, -32601, 'Method not found');
    if (behaviour.callTool) return behaviour.callTool(exchange);
    sendJson(exchange, answerTo(exchange, text(String(message.params?.arguments?.['message']))));
  }

  function initialize(exchange: Exchange): void {
    const session = randomUUID();
    sessions.add(session);
    exchange.response.setHeader('mcp-session-id', session);
    const result = {
      protocolVersion: exchange.message.params?.protocolVersion,
      capabilities: { tools: {}, logging: {} },
      serverInfo: { name: 'test-server', version: '1.0.0' },
    };
    sendJson(exchange, answerTo(exchange, result));
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The tests are the only clients, and what they send is JSON-RPC.
    const message = JSON.parse(await readText(request)) as Message;
    if (message.method !== undefined) counted(message.method);
    const exchange = { message, request, response };
    if (!behaviour.post?.(exchange)) answer(exchange);
  }

  return (request, response) => {
    if (request.method === 'POST')
      post(request, response).catch((error: unknown) => response.destroy(Error(String(error))));
    else if (request.method === 'DELETE') {
      const known = sessions.delete(String(request.headers['mcp-session-id']));
      response.writeHead(known ? 200 : 404).end();
    } else if (behaviour.get) behaviour.get(request, response);
    else response.writeHead(405, { allow: 'POST, DELETE' }).end();
  };
}
