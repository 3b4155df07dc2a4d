import type { Clock } from '../../base/clock.ts';
import type { CopyFormat } from '../../messages/inspector.ts';
import { t } from '../shared/l10n.ts';
import { Notices } from './notices.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Milliseconds that a failure stays, longer than anything else, since it has to be read. */
const FAILURE_MS = 15_000;

/** What is done from the list and its toolbar, and what came of it. */
export class RowActions {
  readonly #channel: InspectorChannel;
  readonly notices: Notices;

  constructor(channel: InspectorChannel, clock: Clock, onChange: () => void) {
    this.#channel = channel;
    this.notices = new Notices(clock, onChange, FAILURE_MS);
  }

  open(seq: number): void {
    void this.notices.do(() => this.#channel.request({ type: 'open', seq }));
  }

  copyAs(seq: number, format: CopyFormat): void {
    void this.notices.do(() => this.#channel.request({ type: 'copy', seq, format }), t('Copied'));
  }

  compare(left: number, right: number): void {
    void this.notices.do(() => this.#channel.request({ type: 'compare', left, right }));
  }

  export(): void {
    void this.notices.do(() => this.#channel.request({ type: 'export' }));
  }

  replay(seq: number, edit: boolean): void {
    const said = edit ? undefined : t('Sent again');
    void this.notices.do(() => this.#channel.request({ type: 'replay', seq, edit }), said);
  }

  /** The session that an entry belongs to. */
  async sessionOf(seq: number): Promise<string | undefined> {
    const answer = await this.notices.do(() => this.#channel.request({ type: 'detail', seq }));
    const id = answer?.detail?.sessionId;
    if (answer !== undefined && id === undefined) this.notices.say(t('This entry belongs to no session.'));
    return id;
  }
}
