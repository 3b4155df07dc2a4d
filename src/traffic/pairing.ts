import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import type { Message } from './classify.ts';

/** Requests without an answer, and exchanges, that are remembered. Beyond it the oldest is forgotten: a later answer stays unpaired. */
const MAX_REMEMBERED = 1000;

/** What a record takes over from the messages before it. */
export interface Link {
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
  /** `seq` of the request that this answers, which may have been dropped from the log meanwhile. */
  request?: number;
  durationMs?: number;
  /** Who caused it: for an answer, whoever asked, also where it comes on a stream that somebody else opened. */
  origin: TrafficOrigin;
  /** `seq` of the request head in the same HTTP exchange. */
  requestHead?: number;
}

interface Remembered {
  seq: number;
  time: number;
  origin: TrafficOrigin;
  direction: TrafficRecord['direction'];
  key: string;
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
}

interface Exchange {
  requestHead?: number;
  /** The message in the request's body: what all entries of the exchange are about. */
  message?: Remembered;
}

/**
 * Finds the request that a message answers: same server, opposite direction, same id, first in its own HTTP exchange, then the
 * latest. Ids are compared as strings, as the dialects require that quote a number back in quotes.
 */
export class Pairing {
  /** In the order they came, so that the first is the oldest. */
  readonly #pending = new Set<Remembered>();
  readonly #byKey = new Map<string, Remembered[]>();
  /** In the order of their last entry. */
  readonly #exchanges = new Map<number, Exchange>();
  #latest: { number: number; exchange: Exchange } | undefined;

  add(seq: number, record: TrafficRecord, message: Message): Link {
    const exchange = this.#exchange(record.exchange);
    const request = isAnswer(message) ? this.#takeRequest(record, message, exchange) : undefined;
    const about = exchange?.message;
    const link: Link = {
      // A message with a method of its own keeps its id too, or the lack of one.
      method: message.method ?? request?.method ?? about?.method,
      tool: message.tool ?? request?.tool ?? about?.tool,
      rpcId: message.rpcId ?? (message.method === undefined ? (request?.rpcId ?? about?.rpcId) : undefined),
      origin: request?.origin ?? record.origin,
    };
    if (request !== undefined) {
      link.request = request.seq;
      link.durationMs = Math.max(0, record.time - request.time);
    }
    const { method, tool, rpcId } = link;
    const remembered: Remembered = {
      seq,
      time: record.time,
      origin: record.origin,
      direction: record.direction,
      key: '',
      method,
      tool,
      rpcId,
    };
    if (message.kind === 'request' && message.rpcId !== undefined) {
      remembered.key = keyOf(record.server, record.direction, message.rpcId);
      this.#remember(remembered);
    }
    if (exchange?.requestHead !== undefined) link.requestHead = exchange.requestHead;
    if (exchange !== undefined && record.channel === 'http-request') {
      if (record.part === 'head') exchange.requestHead = seq;
      else exchange.message = remembered;
    }
    return link;
  }

  #exchange(number: number | undefined): Exchange | undefined {
    if (number === undefined) return undefined;
    // Most entries follow one of the same exchange, which then need not be moved to the end again.
    if (number === this.#latest?.number) return this.#latest.exchange;
    const exchange = this.#exchanges.get(number) ?? {};
    this.#exchanges.delete(number);
    this.#exchanges.set(number, exchange);
    if (this.#exchanges.size > MAX_REMEMBERED) {
      const [oldest] = this.#exchanges.keys();
      if (oldest !== undefined) this.#exchanges.delete(oldest);
    }
    this.#latest = { number, exchange };
    return exchange;
  }

  #takeRequest(record: TrafficRecord, answer: Message, exchange: Exchange | undefined): Remembered | undefined {
    const own = exchange?.message;
    // An error may leave the id out when the server could not read it; in its own exchange there is no doubt what it answers.
    const answersOwn =
      own !== undefined &&
      own.direction === opposite(record.direction) &&
      this.#pending.has(own) &&
      (answer.rpcId === undefined ? answer.kind === 'error' : String(answer.rpcId) === String(own.rpcId));
    const request = answersOwn
      ? own
      : answer.rpcId === undefined
        ? undefined
        : this.#byKey.get(keyOf(record.server, opposite(record.direction), answer.rpcId))?.at(-1);
    if (request !== undefined) this.#forget(request);
    return request;
  }

  #remember(request: Remembered): void {
    this.#pending.add(request);
    const sameKey = this.#byKey.get(request.key);
    if (sameKey === undefined) this.#byKey.set(request.key, [request]);
    else sameKey.push(request);
    if (this.#pending.size > MAX_REMEMBERED) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) this.#forget(oldest);
    }
  }

  #forget(request: Remembered): void {
    this.#pending.delete(request);
    const others = this.#byKey.get(request.key)?.filter((other) => other !== request) ?? [];
    if (others.length === 0) this.#byKey.delete(request.key);
    else this.#byKey.set(request.key, others);
  }
}

function isAnswer(message: Message): boolean {
  return message.kind === 'response' || message.kind === 'error';
}

function keyOf(server: string, direction: TrafficRecord['direction'], rpcId: string | number): string {
  return JSON.stringify([server, direction, String(rpcId)]);
}

function opposite(direction: TrafficRecord['direction']): TrafficRecord['direction'] {
  return direction === 'sent' ? 'received' : 'sent';
}
