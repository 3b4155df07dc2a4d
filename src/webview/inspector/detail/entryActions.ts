import type { Clock } from '../../../base/clock.ts';
import { messageOf } from '../../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../../base/lifecycle.ts';
import type { CopyFormat } from '../../../messages/inspector.ts';
import { ChannelError } from '../../shared/channel.ts';
import { t } from '../../shared/l10n.ts';
import { PopupMenu } from '../../shared/popupMenu.ts';
import type { InspectorChannel } from '../trafficList.ts';

/** Milliseconds that a notice stays; a failure stays until the next. */
const NOTICE_MS = 4000;

/** What came of the last action. */
export interface Notice {
  text: string;
  isFailure: boolean;
}

/** What can be done with an entry, and what came of it. */
export class EntryActions {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  /** Shows the secrets of the entry that is shown, or masks them again. */
  readonly reveal: (isRevealed: boolean) => void;
  readonly menu: PopupMenu;
  readonly #fading = new MutableDisposable<Disposable>();
  #notice: Notice | undefined;
  #isAskingToReveal = false;
  #marked: number | undefined;

  constructor(channel: InspectorChannel, clock: Clock, onChange: () => void, reveal: (isRevealed: boolean) => void) {
    this.reveal = reveal;
    this.menu = new PopupMenu(onChange);
    this.#channel = channel;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get notice(): Notice | undefined {
    return this.#notice;
  }
  /** Whether the question stands if secrets are to be shown. */
  get isAskingToReveal(): boolean {
    return this.#isAskingToReveal;
  }
  /** The entry that another is to be compared with. */
  get marked(): number | undefined {
    return this.#marked;
  }

  askToReveal(isAsking: boolean): void {
    this.#isAskingToReveal = isAsking;
    this.#onChange();
  }

  /** Another entry is shown: questions about the last one are gone, and so is what came of it. */
  reset(): void {
    this.#isAskingToReveal = false;
    this.#fading.value = undefined;
    this.#notice = undefined;
  }

  /** Remembers an entry for a comparison; `undefined` forgets it. */
  mark(seq: number | undefined): void {
    this.#marked = seq;
    this.#onChange();
  }

  copyText(text: string, said = t('Copied')): void {
    void this.#do(async () => {
      await navigator.clipboard.writeText(text);
      return { text: said };
    });
  }

  copyAs(seq: number, format: CopyFormat): void {
    void this.#do(async () => {
      await this.#channel.request({ type: 'copy', seq, format });
      return { text: t('Copied') };
    });
  }

  replay(seq: number, edit: boolean): void {
    void this.#do(async () => {
      await this.#channel.request({ type: 'replay', seq, edit });
      return edit ? undefined : { text: t('Sent again') };
    });
  }

  compareWithMarked(seq: number): void {
    const left = this.#marked;
    if (left !== undefined)
      void this.#do(() => this.#channel.request({ type: 'compare', left, right: seq }).then(() => undefined));
  }

  openInEditor(seq: number): void {
    void this.#do(() => this.#channel.request({ type: 'open', seq }).then(() => undefined));
  }

  fail(message: string): void {
    this.#tell({ text: message, isFailure: true });
  }

  async #do(act: () => Promise<{ text: string } | undefined>): Promise<void> {
    try {
      const done = await act();
      this.#tell(done === undefined ? undefined : { ...done, isFailure: false });
    } catch (error) {
      // A host that asks the user something takes its time: its silence is no failure.
      if (!(error instanceof ChannelError && error.reason === 'silent')) this.fail(messageOf(error));
    }
  }

  #tell(notice: Notice | undefined): void {
    this.#notice = notice;
    this.#fading.value =
      notice === undefined || notice.isFailure ? undefined : this.#clock.after(NOTICE_MS, () => this.#tell(undefined));
    this.#onChange();
  }
}
