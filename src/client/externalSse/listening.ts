import type { Clock } from '../../base/clock.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import { type ExchangeContext, exchangeContext, unannounced } from '../../wire/context.ts';
import type { WireFetch } from '../../wire/fetch.ts';
import { isEventStream } from '../../wire/heads.ts';
import { readSseEvents, type SseEvent } from '../../wire/sseReader.ts';
import { foreignAddressError, httpError, isChallenged } from './errors.ts';
import { isRecord } from '../../base/isRecord.ts';
import type { Mask } from '../quote.ts';

/** What a server says on its listening stream before it takes messages. */
export type Greeting =
  | { readonly kind: 'connection'; readonly id: string }
  | { readonly kind: 'endpoint'; readonly sessionId: string; readonly postUrl: URL };

/** A stream that greeted us. */
export interface Listening {
  readonly greeting: Greeting;
  /** What comes behind the greeting. */
  readonly events: AsyncGenerator<SseEvent>;
  close(): void;
}

export interface ListenOptions {
  server: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  fetch: WireFetch;
  clock: Clock;
  mask: Mask;
  maxMessageBytes: number;
  /** Milliseconds for the answer and the greeting together. */
  waitMs: number;
  /** Ends the wait; the stream that was found lives on. */
  signal: AbortSignal;
}

/**
 * Opens the event stream at `url` and waits for a greeting. Undefined when there is no such stream or it greets in another dialect.
 * Throws what is no evidence of a dialect: 401 with a challenge, 403, 5xx and network failures.
 */
export async function listen(options: ListenOptions): Promise<Listening | undefined> {
  const { url, headers, fetch, clock, signal, waitMs } = options;
  const stream = new AbortController();
  const onAbort = (): void => stream.abort(signal.reason);
  const timer = clock.after(waitMs, () => stream.abort());
  signal.addEventListener('abort', onAbort, { once: true });
  const caller = exchangeContext.getStore();
  const context: ExchangeContext = { origin: (caller ?? unannounced).origin, timeoutMs: waitMs };
  let found: Listening | undefined;
  try {
    signal.throwIfAborted();
    const init = { headers: { ...headers, accept: 'text/event-stream' }, signal: stream.signal };
    const response = await exchangeContext.run(context, () => fetch(url, init));
    const events = await eventsOf(response, options.maxMessageBytes);
    const greeting = events === undefined ? undefined : await greetingIn(events, options);
    if (events !== undefined && greeting !== undefined) found = { greeting, events, close: () => stream.abort() };
    return found;
  } catch (error) {
    signal.throwIfAborted();
    const isLate = stream.signal.aborted || (error instanceof ExternalMcpError && error.kind === 'timeout');
    if (isLate) return undefined;
    // Whoever is told the error may look at the answer that it is about.
    if (caller !== undefined && context.head !== undefined) caller.head = context.head;
    throw error;
  } finally {
    timer.dispose();
    signal.removeEventListener('abort', onAbort);
    if (found === undefined) stream.abort();
  }
}

async function eventsOf(response: Response, maxBytes: number): Promise<AsyncGenerator<SseEvent> | undefined> {
  const { status, body } = response;
  if ((status === 401 && isChallenged(response)) || status === 403 || status >= 500) {
    throw httpError(response, await response.text());
  }
  return response.ok && isEventStream(response) && body !== null ? readSseEvents(body, maxBytes) : undefined;
}

/** Not `for await`: leaving that loop would end the stream. */
async function greetingIn(events: AsyncGenerator<SseEvent>, options: ListenOptions): Promise<Greeting | undefined> {
  for (let next = await events.next(); next.done !== true; next = await events.next()) {
    const greeting = toGreeting(next.value, options);
    if (greeting !== undefined) return greeting;
    // The address as plain text: MCP's own HTTP+SSE, which is spoken elsewhere.
    if (next.value.event === 'endpoint') return undefined;
  }
  return undefined;
}

function toGreeting({ data }: SseEvent, { server, url, mask }: ListenOptions): Greeting | undefined {
  let said: unknown;
  try {
    said = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(said)) return undefined;
  const { connectionId, sessionId, postUrl } = said;
  if (isId(connectionId)) return { kind: 'connection', id: String(connectionId) };
  if (!isId(sessionId) || typeof postUrl !== 'string') return undefined;
  if (!URL.canParse(postUrl, url.href)) return undefined;
  const target = new URL(postUrl, url);
  if (target.origin !== url.origin) throw foreignAddressError(server, target.href, mask);
  return { kind: 'endpoint', sessionId: String(sessionId), postUrl: target };
}

function isId(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}
