import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import { ChannelError } from '../shared/channel.ts';

/** Milliseconds that a notice stays. */
const NOTICE_MS = 4000;

export interface Notice {
  text: string;
  isFailure: boolean;
}

/** Says what came of the last action, for a while. */
export class Notices {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #failureMs: number | undefined;
  readonly #fading = new MutableDisposable<Disposable>();
  #current: Notice | undefined;

  /** @param failureMs milliseconds that a failure stays; without it, until the next action */
  constructor(clock: Clock, onChange: () => void, failureMs?: number) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#failureMs = failureMs;
  }

  get current(): Notice | undefined {
    return this.#current;
  }

  /** Does something and says so, or why not. A host that asks the user something takes its time: its silence is no failure. */
  async do<T>(act: () => Promise<T>, said?: string): Promise<T | undefined> {
    try {
      const answer = await act();
      if (said !== undefined) this.say(said);
      else if (this.#failureMs === undefined) this.dismiss();
      return answer;
    } catch (error) {
      if (!(error instanceof ChannelError && error.reason === 'silent')) this.fail(messageOf(error));
      return undefined;
    }
  }

  say(text: string): void {
    this.#show({ text, isFailure: false }, NOTICE_MS);
  }

  fail(message: string): void {
    this.#show({ text: message, isFailure: true }, this.#failureMs);
  }

  dismiss(): void {
    this.#show(undefined, undefined);
  }

  #show(notice: Notice | undefined, ms: number | undefined): void {
    this.#current = notice;
    this.#fading.value = ms === undefined ? undefined : this.#clock.after(ms, () => this.dismiss());
    this.#onChange();
  }
}
