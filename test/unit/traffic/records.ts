import { Redactor } from '../../../src/base/redact.ts';
import type { TrafficRecord } from '../../../src/base/traffic.ts';
import { parseFilter, type TrafficFilter } from '../../../src/traffic/filter.ts';
import type { TrafficHead } from '../../../src/traffic/entry.ts';
import { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import type { TrafficReader } from '../../../src/traffic/trafficReader.ts';

const MEGABYTE = 1024 * 1024;

/** A log with room for everything a test appends, unless it says otherwise. */
export function newLog({ maxBytes = 64 * MEGABYTE, redactor = new Redactor() } = {}): TrafficLog {
  return new TrafficLog({ maxBytes, redactor });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(raw: Uint8Array | undefined): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw);
}

/** The heads of an entry's exchange, as they leave the log. */
export function headsOf(log: TrafficReader, seq: number): TrafficHead[] {
  return log.exchangeHeadPlaces(seq).map((head) => log.presenter.head(head));
}

type Extra = Partial<Omit<TrafficRecord, 'raw'>>;

/** A record with the fields that a test does not care about filled in. */
export function record(raw: string | Uint8Array, extra: Extra = {}): TrafficRecord {
  return {
    time: 1_700_000_000_000,
    server: 'alpha',
    direction: 'received',
    channel: 'stdio',
    part: 'content',
    origin: 'user',
    raw: typeof raw === 'string' ? bytes(raw) : raw,
    ...extra,
  };
}

export function requestHead(raw: string, extra: Extra = {}): TrafficRecord {
  return record(raw, { channel: 'http-request', direction: 'sent', part: 'head', ...extra });
}

export function requestBody(message: unknown, extra: Extra = {}): TrafficRecord {
  return record(JSON.stringify(message), { channel: 'http-request', direction: 'sent', ...extra });
}

export function responseHead(status: number, headers: string, extra: Extra = {}): TrafficRecord {
  return record(`${status}\r\n${headers}\r\n`, { channel: 'http-response', part: 'head', status, ...extra });
}

export function event(message: unknown, extra: Extra = {}): TrafficRecord {
  return record(`event: message\ndata: ${JSON.stringify(message)}\n\n`, { channel: 'sse', ...extra });
}

export function comment(words: string, extra: Extra = {}): TrafficRecord {
  return record(`: ${words}\n\n`, { channel: 'sse', ...extra });
}

export function rpc(fields: Record<string, unknown>): Record<string, unknown> {
  return { jsonrpc: '2.0', ...fields };
}

/** Appends a tool call over HTTP: both heads, the request and an event that answers it. Returns the numbers of the four entries. */
export function appendCall(log: TrafficLog, id: number, tool = 'echo', time = 1000): number[] {
  const exchange = log.nextExchange();
  const first = log.lastSeq + 1;
  log.append(requestHead('POST /mcp\r\nhost: x\r\n\r\n', { exchange, time }));
  log.append(requestBody(rpc({ id, method: 'tools/call', params: { name: tool } }), { exchange, time }));
  log.append(responseHead(200, 'content-type: text/event-stream; charset=utf-8\r\n', { exchange, time: time + 3 }));
  log.append(event(rpc({ id, result: {} }), { exchange, time: time + 5.25, status: 200 }));
  return [first, first + 1, first + 2, first + 3];
}

export function filterOf(words: string): TrafficFilter {
  const result = parseFilter(words);
  if (!result.ok) throw new Error(result.message);
  return result.filter;
}

/** Resolves at the next event. */
export function once<T>(subscribe: (listener: (value: T) => void) => { dispose(): void }): Promise<T> {
  return new Promise((resolve) => {
    const subscription = subscribe((value) => {
      subscription.dispose();
      resolve(value);
    });
  });
}

/** Resolves when what was announced with `setImmediate` before has been told. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
