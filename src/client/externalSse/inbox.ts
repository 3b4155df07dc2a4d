import type { JSONRPCNotification, JSONRPCRequest } from '@modelcontextprotocol/client';
import type { Log } from '../../base/log.ts';
import { type Mask, quote } from '../quote.ts';
import { type Answer, type Incoming, parseMessages } from './messages.ts';

/** Characters of something that is no message that reach the log. */
const QUOTED_LENGTH = 200;

/** A request in flight. */
export interface Expected {
  readonly answered: PromiseWithResolvers<Answer>;
  /** Its own response brought an answer to no request that is in flight. */
  hadForeignAnswer: boolean;
}

/** Sorts what a server says: answers go to the requests that wait for them, whichever way they came; the rest is handed on. */
export class Inbox {
  readonly #log: Log;
  readonly #mask: Mask;
  readonly #onMessage: (message: JSONRPCRequest | JSONRPCNotification) => void;
  readonly #expected = new Map<string, Expected>();

  /** @param onMessage hears the server's notifications and requests */
  constructor(
    { log, mask }: { log: Log; mask: Mask },
    onMessage: (message: JSONRPCRequest | JSONRPCNotification) => void,
  ) {
    this.#log = log;
    this.#mask = mask;
    this.#onMessage = onMessage;
  }

  /** Waits for the answer with this id, until it is forgotten. */
  expect(id: string): Expected {
    const answered = Promise.withResolvers<Answer>();
    // It may fail before anybody waits for it.
    answered.promise.catch(() => {});
    const expected = { answered, hadForeignAnswer: false };
    this.#expected.set(id, expected);
    return expected;
  }

  forget(id: string): void {
    this.#expected.delete(id);
  }

  /** Nothing can bring the answers any more. */
  failAll(error: Error): void {
    for (const { answered } of this.#expected.values()) answered.reject(error);
  }

  /**
   * Takes a JSON body or the data of an event.
   * @param source the request in whose own response it stands
   * @returns whether it was JSON-RPC; what is not is noted and skipped
   */
  take(text: string, source?: Expected): boolean {
    const messages = parseMessages(text);
    if (messages === undefined || messages.length === 0) {
      this.#log.debug(`Not a message, skipped: ${quote(text, QUOTED_LENGTH, this.#mask)}`);
      return false;
    }
    for (const incoming of messages) {
      if (incoming.kind === 'message') this.#onMessage(incoming.message);
      else this.#settle(incoming, source);
    }
    return true;
  }

  #settle({ id, answer }: Extract<Incoming, { kind: 'answer' }>, source: Expected | undefined): void {
    // An error without an id is about the request in whose own response it stands, and nowhere else about any.
    const isOwnError = id === undefined && 'error' in answer;
    const expected = isOwnError ? source : this.#expected.get(id ?? '');
    if (expected !== undefined) {
      expected.answered.resolve(answer);
      return;
    }
    if (source !== undefined) source.hadForeignAnswer = true;
    const quoted = quote(id ?? 'null', QUOTED_LENGTH, this.#mask);
    this.#log.debug(`An answer to no request in flight, skipped: id ${quoted}`);
  }
}
