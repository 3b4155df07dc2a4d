import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Client, type JSONRPCMessage } from '@modelcontextprotocol/client';
import { systemClock } from '../../../src/base/clock.ts';
import { callError } from '../../../src/client/callErrors.ts';
import { SettlingSseTransport, type SseTransportOptions } from '../../../src/client/sseTransport.ts';
import { exchangeContext, type ExchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { type LegacyBehaviour, legacySse } from '../../servers/legacySseServer.ts';
import { agentForTest, atEnd, MB, tap, type Tap } from '../wire/support.ts';
import { serve, unmasked } from './support.ts';

export interface Legacy {
  readonly client: Client;
  readonly transport: SettlingSseTransport;
  readonly traffic: Tap;
  /** What the sink was given, and `answer` for each answer that the library was given. */
  readonly seen: string[];
  /** Resolves when the connection says that it closed. */
  readonly closed: Promise<void>;
  /** How often it said so. */
  readonly closes: () => number;
  readonly connect: () => Promise<void>;
  /** Calls a tool; failures are what `callErrors.ts` makes of them. */
  readonly call: (
    args?: Record<string, unknown>,
    options?: { signal?: AbortSignal; timeout?: number },
  ) => Promise<unknown>;
}

/** The library's own client over the transport; nothing is connected yet. */
export function legacy(url: string, more: Partial<SseTransportOptions> & { maxMessageBytes?: number } = {}): Legacy {
  const { maxMessageBytes = 16 * MB, ...options } = more;
  const traffic = tap();
  const seen: string[] = [];
  const transport = new SettlingSseTransport({
    server: 'test',
    url: new URL(url),
    headers: {},
    fetch: createWireFetch({ server: 'test', agent: agentForTest(), traffic, clock: systemClock, maxMessageBytes }),
    mask: unmasked,
    sink: { deliver: (message) => take(message, seen) },
    getWaitMs: 2500,
    ...options,
  });
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: {} });
  let closes = 0;
  const closed = Promise.withResolvers<void>();
  client.onclose = () => {
    closes += 1;
    closed.resolve();
  };
  atEnd(() => client.close());
  const run = <T>(method: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> => {
    const context: ExchangeContext = { origin: 'user', timeoutMs: 50_000 };
    const hadSession = transport.sessionId !== undefined;
    return exchangeContext.run(context, work).catch((error: unknown) => {
      const { head } = context;
      throw callError(error, {
        server: 'test',
        method,
        timeoutMs: 50_000,
        signal,
        head,
        hadSession,
        isRepeatable: false,
        mask: unmasked,
      });
    });
  };
  return {
    client,
    transport,
    traffic,
    seen,
    closed: closed.promise,
    closes: () => closes,
    async connect() {
      // The library keeps a handler that was there before its own.
      transport.onmessage = (message) => {
        if (!('method' in message)) seen.push('answer');
      };
      await run('initialize', undefined, () => client.connect(transport));
      seen.length = 0;
    },
    call: (args = {}, callOptions = {}) =>
      run('tools/call', callOptions.signal, () =>
        client.request(
          { method: 'tools/call', params: { name: 'echo', arguments: args } },
          { timeout: 50_000, ...callOptions },
        ),
      ),
  };
}

function take(message: JSONRPCMessage, seen: string[]): boolean {
  if (!('method' in message) || message.method !== 'notifications/progress') return false;
  seen.push(`progress ${String(message.params?.['progress'])}`);
  return true;
}

/** A client connected to a server of this behaviour. */
export async function connected(
  behaviour: LegacyBehaviour,
  more: Parameters<typeof legacy>[1] = {},
): Promise<Legacy & { url: string }> {
  const url = await serve(legacySse(behaviour));
  const test = legacy(url, more);
  await test.connect();
  return { ...test, url };
}

/** Heads of the requests that went out, e.g. `GET /mcp`. */
export function requests({ records }: Tap): string[] {
  return records
    .filter(({ channel, part }) => channel === 'http-request' && part === 'head')
    .map(({ raw }) => (Buffer.from(raw).toString('latin1').split('\r\n', 1)[0] ?? '').replace(/\?.*/, ''));
}

/** A stream whose other side has gone. */
export const gone = (stream: ServerResponse): Promise<unknown> =>
  stream.closed ? Promise.resolve() : once(stream, 'close');
