import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ExternalMcpClient,
  type CallOptions,
  type ExternalMcpClientOptions,
} from '../../../src/client/externalMcpClient.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { Emitter } from '../../../src/base/event.ts';
import { serveRaw } from '../../servers/serve.ts';
import type { Exchange, Message } from '../../servers/support/exchange.ts';
import { type Behaviour, mcp } from '../../servers/support/mcp.ts';
import { agentForTest, atEnd, MB, type Tap, tap, textOf } from '../wire/support.ts';

/** Where there are no secrets. */
export const unmasked = (text: string): string => text;

/** Who calls in these tests. */
export const user: CallOptions = { origin: 'user' };

export interface TestClient {
  readonly client: ExternalMcpClient;
  readonly traffic: Tap;
  /** Lines of its log. */
  readonly logs: string[];
}

/** A client that is not connected yet and is closed when the test is over. */
export function clientFor(
  endpoint: string | ExternalMcpClientOptions['endpoint'],
  more: Partial<ExternalMcpClientOptions> = {},
): TestClient {
  const traffic = tap();
  const logs: string[] = [];
  const write = (line: string): void => void logs.push(line);
  const client = new ExternalMcpClient({
    server: 'test',
    endpoint: typeof endpoint === 'string' ? { kind: 'http', url: new URL(endpoint), headers: {} } : endpoint,
    agent: agentForTest(),
    traffic,
    clock: systemClock,
    log: { debug: write, info: write, warn: write, error: write },
    mask: unmasked,
    maxMessageBytes: 16 * MB,
    timeoutMs: 50_000,
    maxRetries: 0,
    version: '1.0.0',
    ...more,
  });
  atEnd(() => client.close());
  return { client, traffic, logs };
}

/** A server in this process; returns its URL. */
export async function serve(handler: RequestListener): Promise<string> {
  const server = await serveRaw(handler);
  atEnd(() => server.close());
  return server.url;
}

export interface Connected extends TestClient {
  readonly url: string;
  /** Messages the server has got, each with its headers. */
  readonly got: { message: Message; headers: NodeJS.Dict<string | string[]> }[];
  /** Resolves when a message of this method has come. */
  readonly arrival: (method: string) => Promise<Message>;
}

/** A client that is connected to a server of this behaviour. */
export async function connected(
  behaviour: Behaviour = {},
  more: Partial<ExternalMcpClientOptions> = {},
): Promise<Connected> {
  const got: Connected['got'] = [];
  const waiting = new Map<string, PromiseWithResolvers<Message>>();
  const arrivalOf = (method: string): PromiseWithResolvers<Message> => {
    const arrival = waiting.get(method) ?? Promise.withResolvers<Message>();
    waiting.set(method, arrival);
    return arrival;
  };
  const url = await serve(
    mcp({
      ...behaviour,
      post(exchange) {
        got.push({ message: exchange.message, headers: exchange.request.headers });
        arrivalOf(exchange.message.method ?? '').resolve(exchange.message);
        return behaviour.post?.(exchange) ?? false;
      },
    }),
  );
  const test = clientFor(url, more);
  await test.client.connect(user);
  return { ...test, url, got, arrival: (method) => arrivalOf(method).promise };
}

/** A recording that says when something has come so many times that contains `words`. */
export function watched(): { traffic: Tap; came: (words: string, times?: number) => Promise<void> } {
  const traffic = tap();
  const recorded = new Emitter<void>();
  const count = (words: string): number =>
    traffic.records.filter((record) => record.direction === 'received' && textOf(record).includes(words)).length;
  return {
    traffic: {
      ...traffic,
      append(record) {
        traffic.append(record);
        recorded.fire();
      },
    },
    came: (words, times = 1) =>
      new Promise((resolve) => {
        const subscription = recorded.event(() => look());
        const look = (): void => {
          if (count(words) < times) return;
          subscription.dispose();
          resolve();
        };
        look();
      }),
  };
}

/** Resolves when nobody waits for the answer any more. */
export async function abandoned({ response }: Exchange): Promise<void> {
  if (!response.closed) await once(response, 'close');
}

/** Lets everything go on that waits for nothing from outside. */
export async function turns(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await turn();
}
