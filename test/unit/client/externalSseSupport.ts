import { Client, type JSONRPCMessage } from '@modelcontextprotocol/client';
import type { RequestListener } from 'node:http';
import { systemClock } from '../../../src/base/clock.ts';
import type { ExternalMcpError } from '../../../src/base/errors.ts';
import { callError } from '../../../src/client/callErrors.ts';
import { ExternalSseTransport } from '../../../src/client/externalSse/externalSseTransport.ts';
import { type ExchangeContext, exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { answer, route } from '../../servers/dialects/speech.ts';
import { beginEvents, type Exchange, sendError, sendJson } from '../../servers/support/exchange.ts';
import { agentForTest, atEnd, MB, type Tap, tap } from '../wire/support.ts';
import { serve, unmasked } from './support.ts';

export interface OverDialect {
  readonly client: Client;
  readonly transport: ExternalSseTransport;
  readonly traffic: Tap;
  readonly logs: string[];
  /** Notifications that were delivered past the library. */
  readonly diverted: JSONRPCMessage[];
  /** What was sent so far: JSON-RPC methods, and `GET /path`. */
  sent(): string[];
  /** Resolves when `client` is connected. */
  connect(): Promise<void>;
}

export interface DialectOptions {
  path?: string;
  headers?: Record<string, string>;
  getWaitMs?: number;
  maxMessageBytes?: number;
  /** Which notifications the sink takes. */
  takes?: (message: JSONRPCMessage) => boolean;
}

/** The library's own client over our transport, to a server in this process. */
export async function overDialect(
  handler: RequestListener | string,
  options: DialectOptions = {},
): Promise<OverDialect> {
  const url = new URL(options.path ?? '/sse', typeof handler === 'string' ? handler : await serve(handler));
  const traffic = tap();
  const logs: string[] = [];
  const write = (line: string): void => void logs.push(line);
  const diverted: JSONRPCMessage[] = [];
  const maxMessageBytes = options.maxMessageBytes ?? 16 * MB;
  const wire = { server: 'test', agent: agentForTest(), traffic, clock: systemClock, maxMessageBytes };
  const transport = new ExternalSseTransport({
    ...wire,
    url,
    headers: options.headers ?? {},
    fetch: createWireFetch(wire),
    log: { debug: write, info: write, warn: write, error: write },
    mask: unmasked,
    sink: {
      deliver(message) {
        const taken = options.takes?.(message) ?? false;
        if (taken) diverted.push(message);
        return taken;
      },
    },
    getWaitMs: options.getWaitMs ?? 2500,
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  atEnd(() => client.close());
  return {
    client,
    transport,
    traffic,
    logs,
    diverted,
    sent: () => sentIn(traffic),
    connect: () => inContext(() => client.connect(transport, { timeout: 50_000 })),
  };
}

/** Standard names and a session, with one tool that behaves like this. */
export function withTool(callTool: (exchange: Exchange) => void): RequestListener {
  return route({
    'POST /sse': (exchange) => {
      exchange.response.setHeader('x-session-id', 'the-session');
      if (exchange.message.method === 'tools/call') callTool(exchange);
      else sendJson(exchange, answer(exchange, 'standard'));
    },
  });
}

/** A server with a listening stream (V5) and one tool that behaves like this; `streams` collects the streams. */
export function listening(
  callTool: (exchange: Exchange, stream: Exchange) => void,
  streams: Exchange[] = [],
): RequestListener {
  return route({
    'GET /sse': (exchange) => {
      streams.push(exchange);
      beginEvents(exchange);
      exchange.response.write('event: connection\ndata: {"connectionId":"c"}\n\n');
    },
    'POST /sse': (exchange) => {
      const [stream] = streams;
      if (stream === undefined || exchange.request.headers['x-connection-id'] !== 'c') {
        sendError(exchange, 400, -32000, 'X-Connection-ID must name a connection');
      } else if (exchange.message.method === 'tools/call') callTool(exchange, stream);
      else sendJson(exchange, answer(exchange, 'standard'));
    },
  });
}

/** Runs a call as `ExternalMcpClient` does. */
export function inContext<T>(work: () => Promise<T>): Promise<T> {
  const context: ExchangeContext = { origin: 'user', timeoutMs: 50_000 };
  return exchangeContext.run(context, work);
}

/** What a person would be told of a call's failure. */
export async function asCallError(work: Promise<unknown>, hadSession = true): Promise<ExternalMcpError> {
  return work.then(
    () => {
      throw new Error('It did not fail');
    },
    (error: unknown) => {
      const call = { server: 'test', method: 'tools/call', timeoutMs: 50_000, signal: undefined, head: undefined };
      return callError(error, { ...call, hadSession, mask: unmasked });
    },
  );
}

function sentIn(traffic: Tap): string[] {
  return traffic.records
    .filter(({ channel }) => channel === 'http-request')
    .map(({ part, raw }) => {
      const text = Buffer.from(raw).toString();
      if (part === 'head') return /^GET \S+/.exec(text)?.[0];
      // What our own side has sent is JSON-RPC.
      return (JSON.parse(text) as { method?: string }).method ?? 'answer';
    })
    .filter((sent) => sent !== undefined);
}
