import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { TrafficSink } from '../base/traffic.ts';
import { exchangeContext, unannounced } from './context.ts';
import { Exchange } from './exchange.ts';
import { type HeaderList } from './heads.ts';

export interface WireOptions {
  /** Name of the server, for records and errors. */
  server: string;
  /** Shared pool of connections (`createAgent`). */
  agent: Dispatcher;
  traffic: TrafficSink;
  clock: Clock;
  /** Bytes of the largest single message: JSON body or SSE event. */
  maxMessageBytes: number;
}

/** The platform's `fetch`, as far as the protocol library uses it. */
export type WireFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that records both ways, sets the limits and throws typed errors. It never follows a redirect, never decompresses and
 * never makes up an answer. The caller's intent comes through `exchangeContext`.
 */
export function createWireFetch(options: WireOptions): WireFetch {
  return (url, init = {}) => {
    const context = exchangeContext.getStore() ?? { ...unannounced };
    const target = new URL(url);
    const body = bodyText(init.body);
    const exchange = new Exchange(options, context, target, {
      method: (init.method ?? 'GET').toUpperCase(),
      headers: requestHeaders(target, new Headers(init.headers), body),
      body,
    });
    return exchange.run(init.signal ?? undefined);
  };
}

/** The library sends JSON text, and form parameters in OAuth; anything else would go out unrecorded. */
function bodyText(body: RequestInit['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('The wire sends text only');
}

function requestHeaders(url: URL, headers: Headers, body: string | undefined): HeaderList {
  headers.set('accept-encoding', 'identity');
  headers.delete('connection');
  if (body !== undefined) headers.set('content-length', String(Buffer.byteLength(body)));
  return [['host', url.host], ...headers];
}
