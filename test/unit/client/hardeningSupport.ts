import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dispatcher } from 'undici';
import type { ExternalMcpClientOptions } from '../../../src/client/externalMcpClient.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import type { Message } from '../../servers/support/exchange.ts';
import { type Behaviour, mcp } from '../../servers/support/mcp.ts';
import { ManualClock } from '../process/support.ts';
import { agentForTest, MB } from '../wire/support.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** The two eras of Streamable HTTP. */
export const eras = ['handshake', 'stateless'] as const;
export type Era = (typeof eras)[number];

/** Where a server of either era departs from the ordinary. */
export interface PeerBehaviour extends Omit<Behaviour, 'listTools'> {
  /** Default: `echo`. */
  readonly tools?: readonly object[];
}

export interface Peer extends TestClient {
  readonly url: string;
  /** What the server got, in order: JSON-RPC methods of POSTs, and `GET`, `DELETE`. */
  readonly heard: string[];
  /** Resolves with the message when one of this method has come. */
  readonly arrival: (method: string) => Promise<Message>;
}

/** A client that is connected to a server of this era, which departs from the ordinary like this. */
export async function peer(
  era: Era,
  { tools, ...behaviour }: PeerBehaviour = {},
  more: Partial<ExternalMcpClientOptions> = {},
): Promise<Peer> {
  const heard: string[] = [];
  const arrivals = new Map<string, PromiseWithResolvers<Message>>();
  const arrivalOf = (method: string): PromiseWithResolvers<Message> => {
    const arrival = arrivals.get(method) ?? Promise.withResolvers<Message>();
    arrivals.set(method, arrival);
    return arrival;
  };
  const own: Behaviour = {
    ...behaviour,
    post(exchange) {
      const { method = '' } = exchange.message;
      heard.push(method);
      arrivalOf(method).resolve(exchange.message);
      return behaviour.post?.(exchange) ?? false;
    },
  };
  const handler =
    era === 'stateless'
      ? stateless({ ...own, ...(tools === undefined ? {} : { tools }) })
      : mcp({ ...own, ...(tools === undefined ? {} : { listTools: () => ({ tools }) }) });
  const url = await serve((request, response) => {
    if (request.method !== 'POST') heard.push(request.method ?? '');
    handler(request, response);
  });
  const test = clientFor(url, more);
  const { verdict } = await test.client.connect(user);
  assert.equal(verdict.era, era);
  return { ...test, url, heard, arrival: (method) => arrivalOf(method).promise };
}

/** Time that stands still until the test lets a wait pass, and tells which waits there are. */
export class WatchedClock extends ManualClock {
  /** Milliseconds of every wait that was asked for. */
  readonly asked: number[] = [];
  readonly #expected = new Map<number, () => void>();

  override after(ms: number, run: () => void): { dispose(): void } {
    this.asked.push(ms);
    // As the platform's timers do: what runs later runs in the name of who asked for it.
    const timer = super.after(ms, AsyncLocalStorage.bind(run));
    const expected = this.#expected.get(ms);
    this.#expected.delete(ms);
    if (expected !== undefined) queueMicrotask(expected);
    return timer;
  }

  /**
   * Lets the next wait of exactly this length pass that is asked for from now on.
   * @param meanwhile happens before it has passed
   */
  async passing(ms: number, meanwhile: () => void = () => {}): Promise<void> {
    await new Promise<void>((resolve) => this.#expected.set(ms, resolve));
    meanwhile();
    this.advance(ms);
  }
}

/** Highest growth of this process's memory in MB while something runs; the server's share included. */
export async function growthDuring(run: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
  try {
    await run();
  } finally {
    clearInterval(sampler);
  }
  return (Math.max(peak, process.memoryUsage.rss()) - before) / MB;
}

/** A network on which a connection breaks right behind each piece that holds `mark`, before anyone could have read it. */
export function breakingBehind(mark: string): Dispatcher {
  return agentForTest().compose((dispatch) => (options, handler) => {
    const cut: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (controller, ...head) => handler.onResponseStart?.(controller, ...head),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      onResponseData(controller, chunk) {
        handler.onResponseData?.(controller, chunk);
        if (chunk.includes(mark)) controller.abort(Object.assign(new Error('read'), { code: 'ECONNRESET' }));
      },
    };
    return dispatch(options, cut);
  });
}
