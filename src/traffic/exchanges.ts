import { BoundedMap } from '../base/boundedMap.ts';
import type { SeenMessage } from './openRequests.ts';

/** HTTP exchanges that are remembered, in the order of their last entry. */
const MAX_RECENT = 1000;
/** Older ones that are not over. */
const MAX_GOING_ON = 2000;

/** What is known of an HTTP exchange. */
export interface Exchange {
  /** `seq` of the request's head. */
  requestHead?: number;
  /** The message in the request's body: what all entries of the exchange are about. */
  message?: SeenMessage;
  status?: number;
  /** The server whose own stream it is, which answers no message. */
  streamOf?: string;
}

/** The latest exchanges, and the older ones that are not over, since a long call may have nothing to say for a thousand others. */
export class Exchanges {
  readonly #recent = new Map<number, Exchange>();
  readonly #goingOn = new BoundedMap<number, Exchange>(MAX_GOING_ON);
  #latest: { number: number; exchange: Exchange } | undefined;

  get(number: number): Exchange | undefined {
    return this.#recent.get(number) ?? this.#goingOn.get(number);
  }

  /** One that has an entry more; an unknown one is new. */
  touch(number: number): Exchange {
    // Most entries follow one of the same exchange, which then need not be moved to the end again.
    if (number === this.#latest?.number) return this.#latest.exchange;
    const exchange = this.get(number) ?? {};
    this.#goingOn.delete(number);
    this.#recent.delete(number);
    this.#recent.set(number, exchange);
    this.#latest = { number, exchange };
    const [oldest] = this.#recent;
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) {
      this.#recent.delete(oldest[0]);
      if (isGoingOn(oldest[1])) this.#goingOn.set(...oldest);
    }
    return exchange;
  }

  /** Nothing more is to come of it. */
  end(number: number): void {
    this.#goingOn.delete(number);
  }
}

function isGoingOn({ message, streamOf }: Exchange): boolean {
  return (message !== undefined && message.state !== 'closed') || streamOf !== undefined;
}
