import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { isHostEnvelope, type RequestEnvelope } from '../../messages/channel.ts';

/** The two directions of `postMessage`. */
export interface HostPort {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): void;
}

/** Why a request has no answer: `silent` after the timeout, `refused` with the host's own words, `malformed` when the answer has a wrong shape. */
export class ChannelError extends Error {
  readonly reason: 'silent' | 'refused' | 'malformed';

  constructor(reason: 'silent' | 'refused' | 'malformed', message: string) {
    super(message);
    this.name = 'ChannelError';
    this.reason = reason;
  }
}

/** Milliseconds a page waits for an answer; the slowest, a filter over a million rows, takes well under one second. */
const ANSWER_TIMEOUT_MS = 10_000;

interface Waiting {
  timeout: Disposable;
  settle(body: unknown): void;
  fail(error: ChannelError): void;
}

/** The page's end of the conversation: requests that are answered or time out, and events. Whatever has a wrong shape is not heard. */
export class HostChannel<Request extends { type: string }, Response extends { type: string }, HostEvent> {
  readonly #port: HostPort;
  readonly #clock: Clock;
  readonly #isResponse: (value: unknown) => value is Response;
  /** Bounded by the callers, none of which asks twice before it has an answer, and by the timeout. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #events = new Emitter<HostEvent>();
  #lastRequest = 0;

  constructor(
    port: HostPort,
    clock: Clock,
    isResponse: (value: unknown) => value is Response,
    isEvent: (value: unknown) => value is HostEvent,
  ) {
    this.#port = port;
    this.#clock = clock;
    this.#isResponse = isResponse;
    port.listen((message) => {
      if (!isHostEnvelope(message)) return;
      if ('event' in message) {
        if (isEvent(message.event)) this.#events.fire(message.event);
        return;
      }
      const waiting = this.#take(message.response);
      if ('error' in message) waiting?.fail(new ChannelError('refused', message.error));
      else waiting?.settle(message.body);
    });
  }

  readonly onEvent = this.#events.event;

  /** Asks the host. Rejects with a `ChannelError`. */
  request<T extends Request>(body: T): Promise<Response & { type: T['type'] }> {
    const number = ++this.#lastRequest;
    const answer = new Promise<Response & { type: T['type'] }>((resolve, reject) => {
      const timeout = this.#clock.after(ANSWER_TIMEOUT_MS, () => {
        this.#take(number)?.fail(new ChannelError('silent', `No answer within ${ANSWER_TIMEOUT_MS / 1000} seconds`));
      });
      const isAnswer = (value: unknown): value is Response & { type: T['type'] } =>
        this.#isResponse(value) && value.type === body.type;
      this.#waiting.set(number, {
        timeout,
        settle: (value) =>
          isAnswer(value) ? resolve(value) : reject(new ChannelError('malformed', `Malformed answer to ${body.type}`)),
        fail: reject,
      });
    });
    this.#port.post({ request: number, body } satisfies RequestEnvelope);
    return answer;
  }

  #take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiting?.timeout.dispose();
    return waiting;
  }
}
