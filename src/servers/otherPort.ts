import type { Clock } from '../base/clock.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import { listeningPorts } from '../process/listening.ts';
import { PortConflict } from './portConflict.ts';
import type { PortTalk } from './portTalk.ts';

/** How long the port of a server that speaks of another one may stay closed, in ms; many name their port before they open it. */
const PATIENCE_MS = 500;
/** How long that of one that says nothing may, in ms. */
const SILENCE_MS = 2000;
/** From one look to the next, in ms; each costs some 10 ms. */
const PAUSE_MS = 1000;

interface OtherPortOptions {
  /** Process whose tree has to listen. */
  pid: number;
  /** The port it was given. */
  port: number;
  talk: PortTalk;
  clock: Clock;
}

/** Finds the port of a server that does not use the one it was given. */
export class OtherPort {
  readonly #options: OtherPortOptions;
  readonly #refused = new Map<number, ExternalMcpError>();
  readonly #startedAt: number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #alone: number | undefined;

  constructor(options: OtherPortOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** What was found at the last port that was no use. */
  get refusal(): ExternalMcpError | undefined {
    return [...this.#refused.values()].at(-1);
  }

  /** Sets a port aside: the server listens there for something else. */
  refuse(port: number, error: ExternalMcpError): void {
    this.#refused.set(port, error);
  }

  /**
   * One that the server's own tree listens on: announced by it, or the only one. To be called as often as one likes while its own port is
   * closed. Rejects with `PortConflict` when the server says that its port is taken, and listens nowhere.
   */
  async find(): Promise<number | undefined> {
    const { pid, port, talk, clock } = this.#options;
    const now = clock.now();
    if (now < this.#due()) return undefined;
    this.#lookedAt = now;
    const own = (await listeningPorts(pid)).filter((other) => other !== port && !this.#refused.has(other));
    const announced = talk.announced.find((other) => own.includes(other));
    if (announced !== undefined) return announced;
    const [only, ...more] = own;
    const alone = more.length === 0 ? only : undefined;
    // What one opens first may be for something else: the one that counts has time to follow.
    const isAloneStill = alone === this.#alone;
    this.#alone = alone;
    if (alone !== undefined && (isAloneStill || talk.saysTaken)) return alone;
    if (talk.saysTaken && own.length === 0) throw new PortConflict(port);
    return undefined;
  }

  #due(): number {
    const { talk } = this.#options;
    const spoken = talk.spokeAt === undefined ? Number.POSITIVE_INFINITY : talk.spokeAt + PATIENCE_MS;
    return Math.max(this.#lookedAt + PAUSE_MS, Math.min(spoken, this.#startedAt + SILENCE_MS));
  }
}
