import type { Clock } from '../base/clock.ts';
import { announcedPorts } from './announcedPorts.ts';
import { saysPortTaken } from './portConflict.ts';

/** Characters of output in which announcements are looked for; what a server says later is about its work. */
const LISTENED_TO = 64 * 1024;

/** What a starting server says about ports. */
export class PortTalk {
  readonly #port: number;
  readonly #clock: Clock;
  readonly #announced = new Set<number>();
  #length = 0;
  #saysTaken = false;
  #spokeAt: number | undefined;

  /** @param port the one that it was given */
  constructor(port: number, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** Takes a line of its output. */
  hear(line: string): void {
    if (saysPortTaken(line, this.#port)) {
      this.#saysTaken = true;
      this.#spokeAt ??= this.#clock.now();
      return;
    }
    if (this.#length > LISTENED_TO) return;
    this.#length += line.length;
    for (const port of announcedPorts(line)) {
      if (port === this.#port) continue;
      this.#announced.add(port);
      this.#spokeAt ??= this.#clock.now();
    }
  }

  /** Other ports than its own, in the order in which they were named. */
  get announced(): readonly number[] {
    return [...this.#announced];
  }

  /** It found its port taken. */
  get saysTaken(): boolean {
    return this.#saysTaken;
  }

  /** When it first said either of this, monotonic ms. */
  get spokeAt(): number | undefined {
    return this.#spokeAt;
  }
}
