import type { Clock } from '../../../base/clock.ts';
import type { CopyFormat } from '../../../messages/inspector.ts';
import { t } from '../../shared/l10n.ts';
import { PopupMenu } from '../../shared/popupMenu.ts';
import { Notices } from '../notices.ts';
import type { InspectorChannel } from '../trafficList.ts';

/** What can be done with an entry, and what came of it. */
export class EntryActions {
  readonly #channel: InspectorChannel;
  readonly #onChange: () => void;
  /** Shows the secrets of the entry that is shown, or masks them again. */
  readonly reveal: (isRevealed: boolean) => void;
  readonly menu: PopupMenu;
  readonly notices: Notices;
  #isAskingToReveal = false;
  #marked: number | undefined;

  constructor(channel: InspectorChannel, clock: Clock, onChange: () => void, reveal: (isRevealed: boolean) => void) {
    this.reveal = reveal;
    this.menu = new PopupMenu(onChange);
    this.notices = new Notices(clock, onChange);
    this.#channel = channel;
    this.#onChange = onChange;
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
    this.notices.dismiss();
  }

  /** Remembers an entry for a comparison; `undefined` forgets it. */
  mark(seq: number | undefined): void {
    this.#marked = seq;
    this.#onChange();
  }

  copyText(text: string, said = t('Copied')): void {
    void this.notices.do(() => navigator.clipboard.writeText(text), said);
  }

  copyAs(seq: number, format: CopyFormat): void {
    void this.notices.do(() => this.#channel.request({ type: 'copy', seq, format }), t('Copied'));
  }

  replay(seq: number, edit: boolean): void {
    const said = edit ? undefined : t('Sent again');
    void this.notices.do(() => this.#channel.request({ type: 'replay', seq, edit }), said);
  }

  compareWithMarked(seq: number): void {
    const left = this.#marked;
    if (left !== undefined) void this.notices.do(() => this.#channel.request({ type: 'compare', left, right: seq }));
  }

  openInEditor(seq: number): void {
    void this.notices.do(() => this.#channel.request({ type: 'open', seq }));
  }
}
