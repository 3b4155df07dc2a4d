import type { Clock } from '../../base/clock.ts';

/** Milliseconds between two announcements: a screen reader that is interrupted all the time says nothing. */
const PAUSE_MS = 2000;

/** What a screen reader is told in passing: the latest only, and not more often than every two seconds. */
export class Announcer {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #last = -Infinity;
  #next: string | undefined;
  #text = '';

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** What stands in the live region now. */
  get text(): string {
    return this.#text;
  }

  say(text: string): void {
    const isWaiting = this.#next !== undefined;
    this.#next = text;
    if (isWaiting) return;
    this.#clock.after(Math.max(0, this.#last + PAUSE_MS - this.#clock.now()), () => this.#speak());
  }

  #speak(): void {
    const text = this.#next;
    this.#next = undefined;
    if (text === undefined || text === this.#text) return;
    this.#last = this.#clock.now();
    this.#text = text;
    this.#onChange();
  }
}
