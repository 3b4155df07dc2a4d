import { BoundedMap } from '../base/boundedMap.ts';
import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import type { Message } from './classify.ts';
import type { RowMark } from './entry.ts';

/** Requests without an answer, and exchanges, that are remembered. Beyond it the oldest is forgotten: a later answer stays unpaired. */
const MAX_REMEMBERED = 1000;
/** Statuses that only say that a message was taken: the answer to it comes elsewhere. */
const ACCEPTED = 202;

/** What a message is about. */
type Named = Pick<Message, 'method' | 'tool' | 'rpcId'>;

/** What a record takes over from the messages before it. */
export interface Link extends Named {
  /** The requests that this answers: first the one that it is about, and others only where it is a batch. */
  answers: readonly Answered[];
  /** Who caused it: for an answer, whoever asked, also where it comes on a stream that somebody else opened. */
  origin: TrafficOrigin;
  /** `seq` of the request head in the same HTTP exchange. */
  requestHead?: number;
  /** `seq` of the call that a notification or a request of the server belongs to. */
  call?: number;
  mark?: RowMark | undefined;
  /** Requests whose mark this changes. */
  marks: readonly MarkChange[];
}

export interface Answered {
  /** Of the request, which may have been dropped from the log meanwhile. */
  seq: number;
  durationMs: number;
}

/** `mark` absent: it has none any more. */
export interface MarkChange {
  seq: number;
  mark?: RowMark;
}

interface Remembered {
  seq: number;
  time: number;
  origin: TrafficOrigin;
  server: string;
  sessionId: string | undefined;
  direction: TrafficRecord['direction'];
  kind: Message['kind'];
  key: string;
  token: string | undefined;
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
  /** Its exchange ended without an answer, which may still come where the stream is taken up again. */
  isLost: boolean;
}

interface Exchange {
  requestHead?: number;
  /** The message in the request's body: what all entries of the exchange are about. */
  message?: Remembered;
  status?: number;
}

/**
 * Finds the request that a message answers: same server, opposite direction, same id, first in its own HTTP exchange, then in its own session, then
 * the latest. Ids are compared as strings, as the dialects require that quote a number back in quotes. Says of the others what is odd about them, and of requests that nobody will answer them any more.
 */
export class Pairing {
  /** In the order they came, so that the first is the oldest. */
  readonly #pending = new Set<Remembered>();
  readonly #byKey = new Map<string, Remembered[]>();
  readonly #byToken = new Map<string, Remembered>();
  /** What became of requests that are not pending, by key; the oldest is forgotten first. */
  readonly #fates = new BoundedMap<string, 'answered' | 'cancelled'>(MAX_REMEMBERED);
  /** In the order of their last entry. */
  readonly #exchanges = new BoundedMap<number, Exchange>(MAX_REMEMBERED);
  #latest: { number: number; exchange: Exchange } | undefined;

  add(seq: number, record: TrafficRecord, message: Message): Link {
    const exchange = this.#exchange(record.exchange);
    const parts = message.parts ?? [message];
    const about = exchange?.message;
    const requests = this.#takeRequests(record, parts.filter(isAnswer), about);
    const [request] = requests;
    const link: Link = {
      // A message with a method of its own keeps its id too, or the lack of one.
      method: message.method ?? request?.method ?? about?.method,
      tool: message.tool ?? request?.tool ?? about?.tool,
      rpcId: message.rpcId ?? (message.method === undefined ? (request?.rpcId ?? about?.rpcId) : undefined),
      origin: request?.origin ?? record.origin,
      answers: requests.map(({ seq: answered, time }) => ({
        seq: answered,
        durationMs: Math.max(0, record.time - time),
      })),
      marks: this.#marksAfter(record, parts, requests),
    };
    if (request === undefined) link.mark = this.#oddity(record, parts);
    const call = this.#callOf(record, message, about);
    if (call !== undefined) link.call = call.seq;
    for (const part of message.parts ?? []) this.#remember(seq, record, part, part);
    const remembered = this.#remember(seq, record, message, link);
    if (exchange?.requestHead !== undefined) link.requestHead = exchange.requestHead;
    if (exchange !== undefined && record.channel === 'http-request') {
      if (record.part === 'head') exchange.requestHead = seq;
      else exchange.message = remembered;
    }
    if (exchange !== undefined && record.status !== undefined) exchange.status = record.status;
    return link;
  }

  /** The entries of an exchange that stand for its request: its head, and the message in its body. */
  requestsOf(exchange: number): number[] {
    const { requestHead, message } = this.#exchanges.get(exchange) ?? {};
    return [requestHead, message?.seq].filter((seq) => seq !== undefined);
  }

  /** An exchange is over: what it asked has had its answer, or gets none here. */
  end(exchange: number): MarkChange[] {
    const { message, status } = this.#exchanges.get(exchange) ?? {};
    if (message === undefined || !this.#pending.has(message) || status === ACCEPTED) return [];
    message.isLost = true;
    return [{ seq: message.seq, mark: 'unanswered' }];
  }

  #exchange(number: number | undefined): Exchange | undefined {
    if (number === undefined) return undefined;
    // Most entries follow one of the same exchange, which then need not be moved to the end again.
    if (number === this.#latest?.number) return this.#latest.exchange;
    const exchange = this.#exchanges.get(number) ?? {};
    this.#exchanges.set(number, exchange);
    this.#latest = { number, exchange };
    return exchange;
  }

  /** Those of the answers; first that of the exchange itself. */
  #takeRequests(record: TrafficRecord, answers: readonly Message[], own: Remembered | undefined): Remembered[] {
    const requests = answers
      .map((answer) => this.#takeRequest(record, answer, own))
      .filter((request) => request !== undefined);
    return requests.length > 1 ? requests.toSorted((a, b) => Number(b === own) - Number(a === own)) : requests;
  }

  #takeRequest(record: TrafficRecord, answer: Message, own: Remembered | undefined): Remembered | undefined {
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
        : likeliest(
            this.#byKey.get(keyOf(record.server, opposite(record.direction), answer.rpcId)) ?? [],
            record.sessionId,
            answer.rpcId,
          );
    if (request !== undefined) this.#forget(request, 'answered');
    return request;
  }

  #marksAfter(record: TrafficRecord, parts: readonly Message[], answered: readonly Remembered[]): MarkChange[] {
    if (record.part === 'end') return this.#abandon(record.server);
    const cancelled = parts.flatMap(({ cancels }) => (cancels === undefined ? [] : this.#cancel(record, cancels)));
    return [...answered.filter(({ isLost }) => isLost).map(({ seq }) => ({ seq })), ...cancelled];
  }

  /** What is odd about an answer to nothing, or about the first of them. */
  #oddity({ server, direction }: TrafficRecord, parts: readonly Message[]): RowMark | undefined {
    const rpcId = parts.find((part) => isAnswer(part) && part.rpcId !== undefined)?.rpcId;
    if (rpcId === undefined) return undefined;
    switch (this.#fates.get(keyOf(server, opposite(direction), rpcId))) {
      case 'answered':
        return 'duplicate';
      case 'cancelled':
        return 'late';
      default:
        return 'orphan';
    }
  }

  /** By its token, else by the exchange that it came in. */
  #callOf(record: TrafficRecord, message: Message, about: Remembered | undefined): Remembered | undefined {
    if (message.kind !== 'notification' && message.kind !== 'request') return undefined;
    const { progressToken } = message;
    const isProgress = message.kind === 'notification' && progressToken !== undefined;
    const asked = opposite(record.direction);
    const byToken = isProgress ? this.#byToken.get(keyOf(record.server, asked, progressToken)) : undefined;
    return byToken ?? (about?.kind === 'request' && about.direction === asked ? about : undefined);
  }

  #cancel({ server, direction }: TrafficRecord, id: string): MarkChange[] {
    const request = this.#byKey.get(keyOf(server, direction, unquoted(id)))?.at(-1);
    if (request === undefined) return [];
    this.#forget(request, 'cancelled');
    return [{ seq: request.seq, mark: 'unanswered' }];
  }

  #abandon(server: string): MarkChange[] {
    const abandoned = [...this.#pending].filter((request) => request.server === server);
    for (const request of abandoned) this.#forget(request);
    return abandoned.map(({ seq }) => ({ seq, mark: 'unanswered' }));
  }

  #remember(seq: number, record: TrafficRecord, message: Message, about: Named): Remembered {
    const { time, origin, server, sessionId, direction } = record;
    const { method, tool, rpcId } = about;
    const { kind } = message;
    const of = { seq, time, origin, server, sessionId, direction, kind, method, tool, rpcId };
    const remembered: Remembered = { ...of, key: '', token: undefined, isLost: false };
    if (kind !== 'request' || message.rpcId === undefined) return remembered;
    remembered.key = keyOf(server, direction, message.rpcId);
    this.#pending.add(remembered);
    this.#fates.delete(remembered.key);
    const sameKey = this.#byKey.get(remembered.key);
    if (sameKey === undefined) this.#byKey.set(remembered.key, [remembered]);
    else sameKey.push(remembered);
    if (message.progressToken !== undefined) {
      remembered.token = keyOf(server, direction, message.progressToken);
      this.#byToken.set(remembered.token, remembered);
    }
    if (this.#pending.size > MAX_REMEMBERED) {
      const [oldest] = this.#pending;
      if (oldest !== undefined) this.#forget(oldest);
    }
    return remembered;
  }

  #forget(request: Remembered, fate?: 'answered' | 'cancelled'): void {
    this.#pending.delete(request);
    const others = this.#byKey.get(request.key)?.filter((other) => other !== request) ?? [];
    if (others.length === 0) this.#byKey.delete(request.key);
    else this.#byKey.set(request.key, others);
    if (request.token !== undefined && this.#byToken.get(request.token) === request)
      this.#byToken.delete(request.token);
    if (fate === undefined) return;
    this.#fates.set(request.key, fate);
  }
}

/** Of several requests with one id, that of the session, then that with an id of the same type, then the latest: ids begin anew with each session. */
function likeliest(
  requests: readonly Remembered[],
  sessionId: string | undefined,
  rpcId: string | number,
): Remembered | undefined {
  const likeness = (request: Remembered): number =>
    (sessionId !== undefined && request.sessionId === sessionId ? 2 : 0) +
    (typeof request.rpcId === typeof rpcId ? 1 : 0);
  return requests.reduce<Remembered | undefined>(
    (best, next) => (best === undefined || likeness(next) >= likeness(best) ? next : best),
    undefined,
  );
}

function isAnswer(message: Message): boolean {
  return message.kind === 'response' || message.kind === 'error';
}

function keyOf(server: string, direction: TrafficRecord['direction'], rpcId: string | number): string {
  return JSON.stringify([server, direction, String(rpcId)]);
}

/** The text of an id that stands as JSON. */
function unquoted(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

function opposite(direction: TrafficRecord['direction']): TrafficRecord['direction'] {
  return direction === 'sent' ? 'received' : 'sent';
}
