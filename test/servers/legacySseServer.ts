import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { counted } from './support/counts.ts';
import { text, type Message } from './support/exchange.ts';

/** One message of a client: what it was, the stream of its session, and the POST that is still to be answered. */
export interface LegacyExchange {
  readonly message: Message;
  readonly stream: ServerResponse;
  readonly response: ServerResponse;
}

/** Where a server departs from the ordinary. What is not given behaves as the specification of 2024-11-05 says. */
export interface LegacyBehaviour {
  /** Line end of its events. Default: LF. */
  readonly eol?: string;
  /** Begins the stream. Default: names the endpoint of a new session. */
  readonly open?: (stream: ServerResponse, endpoint: string, request: IncomingMessage) => void;
  /** Sees every message before anything else; true means that it has dealt with it, its POST included. */
  readonly post?: (exchange: LegacyExchange) => boolean;
  /** Answers a call, on the stream or otherwise. Default: a text, the argument `message`. */
  readonly callTool?: (exchange: LegacyExchange) => void;
}

/** An event with a JSON-RPC message, as text. */
export function event(message: object): string {
  return `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
}

/** The answer to an exchange's request, as an event. */
export function answerEvent({ message }: LegacyExchange, result: unknown): string {
  return event({ id: message.id, result });
}

/** A minimal server over HTTP+SSE of 2024-11-05: GET opens a session's stream, POST brings its messages. */
export function legacySse(behaviour: LegacyBehaviour = {}): RequestListener {
  const streams = new Map<string, ServerResponse>();
  const write = (stream: ServerResponse, events: string): void =>
    void stream.write(events.replaceAll('\n', behaviour.eol ?? '\n'));

  function answer(exchange: LegacyExchange): void {
    const { message, stream, response } = exchange;
    response.writeHead(202).end('Accepted');
    if (message.id === undefined) return;
    if (message.method === 'tools/call') {
      if (behaviour.callTool) behaviour.callTool(exchange);
      else write(stream, answerEvent(exchange, text(String(message.params?.arguments?.['message']))));
      return;
    }
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: '2024-11-05',
        capabilities: { tools: {} },
        serverInfo: { name: 'legacy', version: '1.0.0' },
      },
      ping: {},
      'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
    };
    write(stream, answerEvent(exchange, results[message.method ?? '']));
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The tests are the only clients, and what they send is JSON-RPC.
    const message = JSON.parse(await readText(request)) as Message;
    if (message.method !== undefined) counted(message.method);
    const stream = streams.get(new URL(request.url ?? '', 'http://server').searchParams.get('sessionId') ?? '');
    if (stream === undefined) return void response.writeHead(404).end('Unknown session');
    const exchange = { message, stream, response };
    if (!behaviour.post?.(exchange)) answer(exchange);
  }

  return (request, response) => {
    if (request.method === 'POST') {
      post(request, response).catch((error: unknown) => response.destroy(Error(String(error))));
      return;
    }
    const session = randomUUID();
    const endpoint = `/message?sessionId=${session}`;
    streams.set(
      session,
      response.on('close', () => streams.delete(session)),
    );
    if (behaviour.open) return behaviour.open(response, endpoint, request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    write(response, endpointEvent(endpoint));
  };
}

/** The head of a stream and the event that names the endpoint. */
export function beginStream(stream: ServerResponse, endpoint: string): void {
  stream.writeHead(200, { 'content-type': 'text/event-stream' }).write(endpointEvent(endpoint));
}

function endpointEvent(endpoint: string): string {
  return `event: endpoint\ndata: ${endpoint}\n\n`;
}
