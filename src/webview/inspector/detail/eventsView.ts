import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../../base/displayText.ts';
import type { StreamEvent, TrafficDetail } from '../../../messages/inspector.ts';
import { formatCount, formatDuration, formatSize, formatTime } from '../../shared/format.ts';
import { warningIcon } from '../../shared/icons.ts';
import { nextIndex } from '../../shared/keys.ts';
import { t } from '../../shared/l10n.ts';
import type { InspectorChannel } from '../trafficList.ts';
import { EventList } from './eventList.ts';
import { type RowContent, VirtualRows } from './virtualRows.ts';

/** Characters of a cell; the widest panel shows fewer. */
const CELL_LENGTH = 300;
/** A pause that somebody looks for. */
const LONG_GAP_MS = 1000;
/** What an event is called that carries a message. */
const USUAL_EVENT = 'message';
/** What each message begins with; in a cell, it would be all there is to see. */
const USUAL_START = /^\{\s*"jsonrpc"\s*:\s*"2\.0"\s*,\s*/;

type GoTo = (seq: number) => void;

/** The events of the stream that an entry belongs to, one a row. */
export class EventsView {
  readonly #exchange: number | undefined;
  readonly #list: EventList;
  readonly #rows: VirtualRows;
  /** The entry that the detail is about, marked in the list. */
  #shown: number;
  #isSought = false;

  private constructor(detail: TrafficDetail, channel: InspectorChannel, onChange: () => void) {
    const { seq, exchange, eventCount } = detail;
    this.#exchange = exchange;
    this.#shown = seq;
    this.#rows = new VirtualRows(onChange);
    this.#list = new EventList(
      eventCount,
      (first, count) => channel.request({ type: 'events', seq, first, count }),
      onChange,
    );
  }

  /** The view for an entry: that of the entry before where both are of one stream, so that it stays where it stands. */
  static for(
    detail: TrafficDetail,
    channel: InspectorChannel,
    onChange: () => void,
    previous: EventsView | undefined,
  ): EventsView {
    if (previous === undefined || detail.exchange === undefined || previous.#exchange !== detail.exchange) {
      return new EventsView(detail, channel, onChange);
    }
    previous.#shown = detail.seq;
    previous.#isSought = previous.#list.at(previous.#rows.active)?.seq === detail.seq;
    previous.#list.grow(detail.eventCount);
    return previous;
  }

  /** @param goTo shows an event as an entry of its own */
  template(goTo: GoTo): TemplateResult {
    const list = this.#list;
    if (list.failure !== undefined) {
      return html`<p class="remark" role="alert">${t('The events could not be fetched: {0}', list.failure)}</p>`;
    }
    void this.#seek();
    const { first, end } = this.#rows.window;
    list.show(first, Math.max(end, 50));
    return html`<div
      class="rows events"
      role="grid"
      aria-label=${t('Events of the stream')}
      aria-rowcount=${list.total}
      aria-colcount="9"
      @keydown=${(event: KeyboardEvent) => this.#key(event, goTo)}
      @click=${(event: Event) => this.#click(event, goTo)}
    >
      <div class="rows-head" role="rowgroup">
        <div class="event-cells" role="row">
          <span class="no" role="columnheader">${t('No.')}</span>
          <span class="time" role="columnheader">${t('Time')}</span>
          <span class="gap" role="columnheader">${t('Gap')}</span>
          <span class="event" role="columnheader">${t('Event')}</span>
          <span class="id" role="columnheader">${t('Id')}</span>
          <span class="retry" role="columnheader">${t('Retry')}</span>
          <span class="data" role="columnheader">${t('Data')}</span>
          <span class="size" role="columnheader">${t('Size')}</span>
          <span class="reads" role="columnheader">${t('Reads')}</span>
        </div>
      </div>
      ${this.#rows.template(list.total, (index) => this.#row(index))}
    </div>`;
  }

  #row(index: number): RowContent {
    const event = this.#list.at(index);
    if (event === undefined) {
      return {
        content: html`<span class="no" role="gridcell">${formatCount(index + 1)}</span>`,
        className: 'event-cells',
      };
    }
    const gap = event.gapMs ?? 0;
    return {
      className: `event-cells ${event.seq === this.#shown ? 'shown' : ''}`,
      content: html`<span class="no" role="gridcell">${formatCount(index + 1)}</span>
        <span class="time" role="gridcell">${formatTime(event.time)}</span>
        <span class="gap ${gap >= LONG_GAP_MS ? 'long' : ''}" role="gridcell"
          >${index === 0 ? '' : `+${formatDuration(gap)}`}</span
        >
        <span class="event ${event.event === USUAL_EVENT ? 'usual' : ''}" role="gridcell"
          >${displayText(event.event ?? '', CELL_LENGTH)}</span
        >
        <span class="id" role="gridcell">${idCell(event)}</span>
        <span class="retry" role="gridcell">${displayText(event.retry ?? '', CELL_LENGTH)}</span>
        <span class="data" role="gridcell">${gapMark(event)}${unfinishedMark(event)}${dataCell(event)}</span>
        <span class="size" role="gridcell">${formatSize(event.size)}</span>
        <span class="reads" role="gridcell">${formatCount(event.chunks)}</span>`,
    };
  }

  /** Once per entry: finds where it stands and goes there. */
  async #seek(): Promise<void> {
    if (this.#isSought) return;
    this.#isSought = true;
    const seq = this.#shown;
    // Where it cannot be found, the list begins at its beginning.
    const index = await this.#list.find(seq).catch(() => undefined);
    if (index !== undefined && this.#shown === seq) this.#rows.reveal(index, false);
  }

  #key(event: KeyboardEvent, goTo: GoTo): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { active, page } = this.#rows;
    const next = nextIndex(event.key, active, this.#list.total, 'vertical', page);
    if (next !== undefined) this.#rows.reveal(next, true);
    else if (event.key === 'Enter' || event.key === ' ') this.#open(active, goTo);
    else return;
    event.preventDefault();
  }

  #click(event: Event, goTo: GoTo): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    if (row === null) return;
    const index = Number(row.dataset['index']);
    this.#rows.reveal(index, true);
    this.#open(index, goTo);
  }

  #open(index: number, goTo: GoTo): void {
    const event = this.#list.at(index);
    if (event !== undefined && event.seq !== this.#shown) goTo(event.seq);
  }
}

function idCell({ id, isRepeated }: StreamEvent): unknown {
  if (id === undefined) return '';
  const text = displayText(id, CELL_LENGTH);
  if (isRepeated !== true) return text;
  return html`<span class="mark-text" title=${t('The stream has had this id before')}
    >${warningIcon}<span class="spoken">${t('repeated')} </span>${text}</span
  >`;
}

function unfinishedMark({ isUnfinished }: StreamEvent): TemplateResult | typeof nothing {
  if (isUnfinished !== true) return nothing;
  return html`<span
    class="mark-text"
    title=${t('The stream ended before the empty line that ends an event, so that no client acts on it')}
    >${warningIcon}${t('not ended')}</span
  > `;
}

/** Quiet: whoever numbers the events of all streams in one row leaves numbers out rightly. */
function gapMark({ missing }: StreamEvent): TemplateResult | typeof nothing {
  if (missing === undefined) return nothing;
  const { count, after } = missing;
  return html`<span
    class="id-gap"
    title=${t('Nothing with an id between {0} and this one came on this stream', displayText(after, CELL_LENGTH))}
    >${count === 1 ? t('1 id missing') : t('{0} ids missing', formatCount(count))}</span
  > `;
}

function dataCell({ data, comments, malformed }: StreamEvent): unknown {
  const [firstBad] = malformed;
  const [firstComment] = comments;
  return [
    firstBad === undefined
      ? nothing
      : html`<span class="mark-text" title=${malformed.map((line) => displayText(line, CELL_LENGTH)).join('\n')}
          >${warningIcon}${t('malformed: {0}', displayText(firstBad, CELL_LENGTH))}</span
        > `,
    firstComment === undefined
      ? nothing
      : html`<span class="comment" title=${comments.map((line) => displayText(line, CELL_LENGTH)).join('\n')}
          >: ${displayText(firstComment, CELL_LENGTH)}${comments.length > 1 ? ` (+${comments.length - 1})` : ''}</span
        > `,
    data === undefined ? nothing : html`<span>${displayText(data.replace(USUAL_START, '{… '), CELL_LENGTH)}</span>`,
  ];
}
