import type { TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import type { Message } from './classify.ts';
import type { RowMark } from './entry.ts';
import { TOOL_METHODS } from './envelope.ts';
import { Exchanges } from './exchanges.ts';
import { OpenRequests, type SeenMessage } from './openRequests.ts';

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

/** A request that has got its answer. */
interface Taken {
  request: SeenMessage;
  wasLost: boolean;
  /** `failed`: the tool says so, and JSON-RPC does not. */
  outcome: 'ok' | 'error' | 'failed';
}

/**
 * Finds the request that a message answers: of the same server, in the opposite direction, with the same id, first in its own HTTP exchange. Says of
 * the others what is odd about them, and of requests that nobody will answer them any more.
 */
export class Pairing {
  readonly #open = new OpenRequests();
  readonly #exchanges = new Exchanges();
  /** How many streams of its own a server has open, on which answers may come. */
  readonly #streams = new Map<string, number>();

  add(seq: number, record: TrafficRecord, message: Message): Link {
    const exchange = record.exchange === undefined ? undefined : this.#exchanges.touch(record.exchange);
    const about = exchange?.message;
    const parts = message.parts ?? [message];
    const { taken, strays } = this.#take(record, parts.filter(isAnswer), about);
    const request = taken[0]?.request;
    const link: Link = {
      // A message with a method of its own keeps its id too, or the lack of one.
      method: message.method ?? request?.method ?? about?.method,
      tool: message.tool ?? request?.tool ?? about?.tool,
      rpcId: message.rpcId ?? (message.method === undefined ? (request?.rpcId ?? about?.rpcId) : undefined),
      origin: request?.origin ?? record.origin,
      answers: answeredBy(record, taken),
      marks: [],
    };
    const seen = seenMessage(seq, record, message, link);
    const asked = message.parts?.map((part) => seenMessage(seq, record, part, part, true)) ?? [seen];
    link.marks = [...this.#marksAfter(record, parts, taken), ...this.#await(asked)];
    if (strays.length > 0) link.mark = this.#oddity(record, strays);
    if (taken.some(({ outcome }) => outcome === 'failed')) link.mark ??= 'failed';
    const call = this.#callOf(record, parts, about);
    if (call !== undefined) link.call = call.seq;
    if (exchange === undefined) return link;
    if (exchange.requestHead !== undefined) link.requestHead = exchange.requestHead;
    if (record.channel === 'http-request') {
      if (record.part === 'head') exchange.requestHead = seq;
      else exchange.message = seen;
    }
    if (record.status !== undefined) exchange.status = record.status;
    if (record.channel === 'sse' && about === undefined && exchange.streamOf === undefined) {
      exchange.streamOf = record.server;
      this.#streams.set(record.server, (this.#streams.get(record.server) ?? 0) + 1);
    }
    return link;
  }

  /** The entries of an exchange that stand for its request: its head, and the message in its body. */
  requestsOf(exchange: number): number[] {
    const { requestHead, message } = this.#exchanges.get(exchange) ?? {};
    return [requestHead, message?.seq].filter((seq) => seq !== undefined);
  }

  /** An exchange is over: what it asked has had its answer, or gets none here. */
  end(number: number): MarkChange[] {
    const exchange = this.#exchanges.get(number);
    this.#exchanges.end(number);
    const { message, status, streamOf } = exchange ?? {};
    if (streamOf !== undefined) {
      delete exchange?.streamOf;
      return this.#endStream(streamOf);
    }
    if (message?.state !== 'open') return [];
    message.isAccepted = status === ACCEPTED && this.#streams.has(message.server);
    return message.isAccepted ? [] : lost([message]);
  }

  /** With the last stream of a server goes what was to be answered on one. */
  #endStream(server: string): MarkChange[] {
    const left = (this.#streams.get(server) ?? 1) - 1;
    this.#streams.set(server, left);
    if (left > 0) return [];
    this.#streams.delete(server);
    return lost(this.#open.ofServer(server).filter(({ isAccepted }) => isAccepted));
  }

  /** First the request that the record is about: one that has failed, and that of the exchange itself. */
  #take(
    record: TrafficRecord,
    answers: readonly Message[],
    own: SeenMessage | undefined,
  ): { taken: Taken[]; strays: Message[] } {
    const taken: Taken[] = [];
    const strays: Message[] = [];
    for (const answer of answers) {
      const request = this.#requestOf(record, answer, own);
      if (request === undefined) strays.push(answer);
      else {
        taken.push({ request, wasLost: request.state === 'lost', outcome: outcomeOf(request, answer) });
        this.#open.close(request, 'answered');
      }
    }
    const rank = ({ request, outcome }: Taken): number => (outcome === 'ok' ? 0 : 2) + (request === own ? 1 : 0);
    return { taken: taken.length > 1 ? taken.toSorted((a, b) => rank(b) - rank(a)) : taken, strays };
  }

  #requestOf(record: TrafficRecord, answer: Message, own: SeenMessage | undefined): SeenMessage | undefined {
    // An error may leave the id out when the server could not read it; in its own exchange there is no doubt what it answers.
    const answersOwn =
      own !== undefined &&
      own.direction === opposite(record.direction) &&
      own.state !== 'closed' &&
      (answer.rpcId === undefined ? answer.kind === 'error' : String(answer.rpcId) === String(own.rpcId));
    return answersOwn ? own : this.#withId(record, opposite(record.direction), answer.rpcId);
  }

  #withId(
    { server, sessionId }: TrafficRecord,
    direction: TrafficRecord['direction'],
    rpcId: string | number | undefined,
  ): SeenMessage | undefined {
    return rpcId === undefined ? undefined : this.#open.withId(server, direction, rpcId, sessionId);
  }

  #marksAfter(record: TrafficRecord, parts: readonly Message[], taken: readonly Taken[]): MarkChange[] {
    const found = taken.filter(({ request, wasLost }) => wasLost && !request.isPart);
    const cancelled = parts.flatMap(({ cancels }) => (cancels === undefined ? [] : this.#cancel(record, cancels)));
    const gone = record.part === 'end' ? this.#open.ofServer(record.server) : [];
    for (const request of gone) this.#open.close(request);
    return [...found.map(({ request }) => ({ seq: request.seq })), ...unanswered([...cancelled, ...gone])];
  }

  #cancel(record: TrafficRecord, id: string): SeenMessage[] {
    const request = this.#withId(record, record.direction, idOf(id));
    if (request === undefined) return [];
    this.#open.close(request, 'cancelled');
    return [request];
  }

  /** What is odd about an answer to nothing, or about the first of them. */
  #oddity({ server, direction }: TrafficRecord, strays: readonly Message[]): RowMark | undefined {
    const rpcId = strays.find((stray) => stray.rpcId !== undefined)?.rpcId;
    if (rpcId === undefined) return undefined;
    switch (this.#open.fateOf(server, opposite(direction), rpcId)) {
      case 'answered':
        return 'duplicate';
      case 'cancelled':
        return 'late';
      default:
        return 'orphan';
    }
  }

  /** By its token, else by the exchange that it came in. A batch belongs where the first of its messages does, unless it answers something. */
  #callOf(record: TrafficRecord, parts: readonly Message[], about: SeenMessage | undefined): SeenMessage | undefined {
    if (parts.some(isAnswer)) return undefined;
    const part = parts.find(({ kind }) => kind === 'notification' || kind === 'request');
    if (part === undefined) return undefined;
    const { kind, progressToken } = part;
    const isProgress = kind === 'notification' && progressToken !== undefined;
    const asked = opposite(record.direction);
    const byToken = isProgress ? this.#open.withToken(record.server, asked, progressToken) : undefined;
    return byToken ?? (about?.kind === 'request' && about.direction === asked ? about : undefined);
  }

  /** Requests wait from now on. */
  #await(messages: readonly SeenMessage[]): MarkChange[] {
    const requests = messages.filter(({ kind, rpcId }) => kind === 'request' && rpcId !== undefined);
    return unanswered(requests.map((request) => this.#open.add(request)).filter((given) => given !== undefined));
  }
}

function outcomeOf({ method = '' }: SeenMessage, { kind, saysError }: Message): Taken['outcome'] {
  if (kind === 'error') return 'error';
  return saysError === true && TOOL_METHODS.has(method) ? 'failed' : 'ok';
}

/** The requests of which each entry is there once, also where they came in a batch themselves. */
function answeredBy({ time }: TrafficRecord, taken: readonly Taken[]): Answered[] {
  const answered = taken.map(({ request: { seq, time: asked } }) => ({ seq, durationMs: Math.max(0, time - asked) }));
  return answered.length > 1 ? [...new Map(answered.map((one) => [one.seq, one])).values()] : answered;
}

function seenMessage(
  seq: number,
  { time, origin, server, sessionId, direction }: TrafficRecord,
  { kind, rpcId: own, progressToken }: Message,
  { method, tool, rpcId }: Named,
  isPart = false,
): SeenMessage {
  return {
    seq,
    time,
    origin,
    server,
    sessionId,
    direction,
    kind,
    method,
    tool,
    progressToken,
    isPart,
    // Without an id of its own, nobody can answer it.
    rpcId: kind === 'request' ? own : rpcId,
    state: 'closed',
    isAccepted: false,
  };
}

function lost(requests: readonly SeenMessage[]): MarkChange[] {
  for (const request of requests) request.state = 'lost';
  return unanswered(requests);
}

function unanswered(requests: readonly SeenMessage[]): MarkChange[] {
  return requests.filter(({ isPart }) => !isPart).map(({ seq }) => ({ seq, mark: 'unanswered' }));
}

function isAnswer(message: Message): boolean {
  return message.kind === 'response' || message.kind === 'error';
}

/** An id that stands as JSON; what no number can hold stays a text. */
function idOf(json: string): string | number {
  try {
    const id: unknown = JSON.parse(json);
    if (typeof id === 'string') return id;
    return typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER ? id : json;
  } catch {
    return json;
  }
}

function opposite(direction: TrafficRecord['direction']): TrafficRecord['direction'] {
  return direction === 'sent' ? 'received' : 'sent';
}
