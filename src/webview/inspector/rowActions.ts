import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { CopyFormat } from '../../messages/inspector.ts';
import { ChannelError } from '../shared/channel.ts';
import { t } from '../shared/l10n.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Milliseconds that a notice stays; a failure stays longer, since it has to be read. */
const NOTICE_MS = 4000;
const FAILURE_MS = 15_000;

/** What is done from the list and its toolbar, and what came of it. */
export class RowActions {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #fading = new MutableDisposable<Disposable>();
  #notice: { text: string; isFailure: boolean } | undefined;

  constructor(channel: InspectorChannel, clock: Clock, onChange: () => void) {
    this.#channel = channel;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** What came of the last action, for a few seconds. */
  get notice(): { text: string; isFailure: boolean } | undefined {
    return this.#notice;
  }

  open(seq: number): void {
    void this.do(() => this.#channel.request({ type: 'open', seq }));
  }

  copyAs(seq: number, format: CopyFormat): void {
    void this.do(() => this.#channel.request({ type: 'copy', seq, format }), t('Copied'));
  }

  compare(left: number, right: number): void {
    void this.do(() => this.#channel.request({ type: 'compare', left, right }));
  }

  export(): void {
    void this.do(() => this.#channel.request({ type: 'export' }));
  }

  replay(seq: number, edit: boolean): void {
    void this.do(() => this.#channel.request({ type: 'replay', seq, edit }), edit ? undefined : t('Sent again'));
  }

  /** The session that an entry belongs to. */
  async sessionOf(seq: number): Promise<string | undefined> {
    const answer = await this.do(() => this.#channel.request({ type: 'detail', seq }));
    const id = answer?.detail?.sessionId;
    if (answer !== undefined && id === undefined)
      this.#tell({ text: t('This entry belongs to no session.'), isFailure: false });
    return id;
  }

  /** Does something and says so, or why not. A host that asks the user something takes its time: its silence is no failure. */
  async do<T>(act: () => Promise<T>, said?: string): Promise<T | undefined> {
    try {
      const answer = await act();
      if (said !== undefined) this.#tell({ text: said, isFailure: false });
      return answer;
    } catch (error) {
      if (!(error instanceof ChannelError && error.reason === 'silent')) {
        this.#tell({ text: messageOf(error), isFailure: true });
      }
      return undefined;
    }
  }

  dismiss(): void {
    this.#tell(undefined);
  }

  #tell(notice: { text: string; isFailure: boolean } | undefined): void {
    this.#notice = notice;
    const ms = notice?.isFailure === true ? FAILURE_MS : NOTICE_MS;
    this.#fading.value = notice === undefined ? undefined : this.#clock.after(ms, () => this.#tell(undefined));
    this.#onChange();
  }
}
