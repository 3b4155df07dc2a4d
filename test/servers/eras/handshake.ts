import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { answerTo, type Exchange, type Message, sendError, sendJson, text } from '../support/exchange.ts';

/** Where a server departs from the ordinary. What is not given behaves as the specification says. */
export interface HandshakeBehaviour {
  /** The one revision that it speaks, whatever it is asked for. Default: what it is asked for. */
  readonly version?: string;
  /** Default: tools. */
  readonly capabilities?: unknown;
  /** Without, it hands out no session. Default: true. */
  readonly hasSessions?: boolean;
  /** Meets a question that it does not know. Default: 400, as the SDK does. */
  readonly probe?: (exchange: Exchange) => void;
  /** Sees every POST before anything else; true means that it has dealt with it. */
  readonly post?: (exchange: Exchange) => boolean;
  /** Default: 405, no listening stream. */
  readonly get?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Sees the session that a DELETE ends. */
  readonly end?: (session: string) => void;
  /** Results by method, beside `ping` and the tool `echo`. */
  readonly results?: Readonly<Record<string, (exchange: Exchange) => unknown>>;
}

export interface HandshakeServer {
  readonly handler: RequestListener;
  /** Sessions that it knows; forget them to lose them. */
  readonly sessions: Set<string>;
}

/** How servers of the older eras meet a question that they do not know. */
export const PROBE_ANSWERS: Readonly<Record<string, (exchange: Exchange) => void>> = {
  '200 and -32601': (exchange) => sendError(exchange, 200, -32601, 'Method not found'),
  '200 and -32600': (exchange) => sendError(exchange, 200, -32600, 'Invalid request'),
  '400 and -32000': (exchange) => sendError(exchange, 400, -32000, 'Bad Request: Server not initialized'),
  '400 in words': (exchange) => say(exchange, 400, 'No valid session ID provided'),
  '404 and -32001': (exchange) => sendError(exchange, 404, -32001, 'Session not found'),
  '404 in words': (exchange) => say(exchange, 404, 'Unknown session'),
  '406 and -32000': (exchange) => sendError(exchange, 406, -32000, 'Not Acceptable'),
  '422 in words': (exchange) => say(exchange, 422, 'field required'),
  'an empty result': (exchange) => sendJson(exchange, answerTo(exchange, {})),
};

/** A minimal server over Streamable HTTP of the eras with a handshake: any path, JSON answers. */
export function handshake(behaviour: HandshakeBehaviour = {}): HandshakeServer {
  const { capabilities = { tools: {} }, hasSessions = true, probe, results = {} } = behaviour;
  const sessions = new Set<string>();

  function answer(exchange: Exchange): void {
    const { message, request, response } = exchange;
    const { method = '', id } = message;
    if (method === 'initialize') return initialize(exchange);
    if (method === 'server/discover' && probe !== undefined) return probe(exchange);
    const session = request.headers['mcp-session-id'];
    if (hasSessions && session === undefined) return sendError(exchange, 400, -32000, 'Mcp-Session-Id is required');
    if (hasSessions && !sessions.has(String(session))) return sendError(exchange, 404, -32001, 'Session not found');
    if (id === undefined) return void response.writeHead(202).end();
    const result = results[method] ?? ordinary[method];
    if (result === undefined) return sendError(exchange, 200, -32601, 'Method not found');
    sendJson(exchange, answerTo(exchange, result(exchange)));
  }

  function initialize(exchange: Exchange): void {
    const session = randomUUID();
    if (hasSessions) {
      sessions.add(session);
      exchange.response.setHeader('mcp-session-id', session);
    }
    const protocolVersion = behaviour.version ?? exchange.message.params?.protocolVersion;
    const serverInfo = { name: 'handshake', version: '1.0.0' };
    sendJson(exchange, answerTo(exchange, { protocolVersion, capabilities, serverInfo }));
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The tests are the only clients, and what they send is JSON-RPC.
    const message = JSON.parse(await readText(request)) as Message;
    const exchange = { message, request, response };
    if (behaviour.post?.(exchange) !== true) answer(exchange);
  }

  return {
    sessions,
    handler(request, response) {
      const session = String(request.headers['mcp-session-id']);
      if (request.method === 'POST') {
        post(request, response).catch((error: unknown) => response.destroy(Error(String(error))));
      } else if (request.method === 'DELETE') {
        behaviour.end?.(session);
        response.writeHead(sessions.delete(session) ? 200 : 404).end();
      } else if (behaviour.get === undefined) response.writeHead(405, { allow: 'POST, DELETE' }).end();
      else behaviour.get(request, response);
    },
  };
}

const ordinary: Readonly<Record<string, (exchange: Exchange) => unknown>> = {
  ping: () => ({}),
  'tools/list': () => ({
    tools: [{ name: 'echo', inputSchema: { type: 'object', properties: { message: { type: 'string' } } } }],
  }),
  'tools/call': ({ message }) => text(String(message.params?.arguments?.['message'])),
};

/** Answers with a line for people. */
export function say({ response }: Exchange, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(words);
}
