import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Clock } from '../../base/clock.ts';
import { displayText } from '../../base/displayText.ts';
import { messageOf } from '../../base/errors.ts';
import type { MethodStatistics } from '../../messages/inspector.ts';
import { formatCount, formatDuration, formatSize } from '../shared/format.ts';
import { chevronIcon, closeIcon, upIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { Throttle } from '../shared/throttle.ts';
import { nextOrder, orderStatistics, type StatisticsColumn, type StatisticsOrder } from './statisticsOrder.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Milliseconds between two counts while traffic flows. */
const REFRESH_MS = 2000;
/** Rows that are drawn; more methods than that are told by their number. */
const MOST_ROWS = 150;

export interface StatisticsHandlers {
  /** Shows the traffic of one method of one server. */
  choose: (server: string, method: string) => void;
  close: () => void;
  redraw: () => void;
}

/** How each method of each server fares, as a table that can be sorted; a row leads to its traffic. */
export class StatisticsView {
  readonly #channel: InspectorChannel;
  readonly #handlers: StatisticsHandlers;
  readonly #throttle: Throttle;
  #isOpen = false;
  /** What had the focus when it was opened, and gets it back. */
  #origin: Element | null = null;
  #methods: readonly MethodStatistics[] | undefined;
  #failure: string | undefined;
  #order: StatisticsOrder = { column: 'count', descending: true };

  constructor(channel: InspectorChannel, clock: Clock, handlers: StatisticsHandlers) {
    this.#channel = channel;
    this.#handlers = handlers;
    this.#throttle = new Throttle(clock, REFRESH_MS, () => this.#fetch());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  toggle(): void {
    this.#isOpen = !this.#isOpen;
    if (this.#isOpen) this.#origin = document.activeElement;
    this.refresh();
    this.#handlers.redraw();
  }

  /** Something happened. */
  refresh(): void {
    if (this.#isOpen) this.#throttle.trigger();
  }

  template(): TemplateResult {
    const methods = this.#methods;
    return html`<section class="statistics" aria-label=${t('Statistics')}>
      <header>
        <h2>${t('Statistics')}</h2>
        <button
          class="icon-button"
          aria-label=${t('Close Statistics')}
          title=${t('Close Statistics')}
          @click=${() => this.#close()}
        >
          ${closeIcon}
        </button>
      </header>
      ${
        this.#failure !== undefined
          ? html`<p class="remark" role="alert">${t('The statistics cannot be read: {0}', this.#failure)}</p>`
          : methods === undefined
            ? html`<p class="remark">${t('Counting…')}</p>`
            : methods.length === 0
              ? html`<p class="remark">${t('No method has been called yet.')}</p>`
              : this.#table(methods)
      }
    </section>`;
  }

  #close(): void {
    if (this.#origin instanceof HTMLElement) this.#origin.focus();
    this.#handlers.close();
  }

  #table(methods: readonly MethodStatistics[]): TemplateResult {
    const columns: [StatisticsColumn, string][] = [
      ['server', t('Server')],
      ['method', t('Method')],
      ['count', t('Count')],
      ['errors', t('Errors')],
      ['pending', t('Pending')],
      ['p50', 'p50'],
      ['p95', 'p95'],
      ['p99', 'p99'],
      ['bytes', t('Bytes')],
    ];
    const rows = orderStatistics(methods, this.#order).slice(0, MOST_ROWS);
    return html`<div class="table" tabindex="0" role="region" aria-label=${t('Statistics by server and method')}>
      <table>
        <thead>
          <tr>
            ${columns.map(([id, title]) => this.#head(id, title))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.#row(row))}
        </tbody>
      </table>
      ${
        methods.length > rows.length
          ? html`<p class="remark">${t('{0} more are not shown.', formatCount(methods.length - rows.length))}</p>`
          : nothing
      }
    </div>`;
  }

  #head(id: StatisticsColumn, title: string): TemplateResult {
    const { column, descending } = this.#order;
    const sort = column !== id ? 'none' : descending ? 'descending' : 'ascending';
    return html`<th class=${isNumeric(id) ? 'number' : ''} aria-sort=${sort}>
      <button
        class="sort"
        title=${t('Sort by {0}', title)}
        @click=${() => {
          this.#order = nextOrder(this.#order, id);
          this.#handlers.redraw();
        }}
      >
        <span class="text">${title}</span>${column !== id ? nothing : descending ? chevronIcon : upIcon}
      </button>
    </th>`;
  }

  #row({ server, method, count, errors, pending, p50, p95, p99, bytes }: MethodStatistics): TemplateResult {
    const choose = (): void => this.#handlers.choose(server, method);
    const duration = (ms: number | undefined): TemplateResult =>
      html`<td class="number">${ms === undefined ? '–' : formatDuration(ms)}</td>`;
    return html`<tr @click=${choose}>
      <td>${displayText(server, 100)}</td>
      <td>
        <button
          class="link"
          title=${t('Show its traffic')}
          @click=${(event: Event) => (event.stopPropagation(), choose())}
        >
          ${displayText(method, 100)}
        </button>
      </td>
      <td class="number">${formatCount(count)}</td>
      <td class="number ${errors > 0 ? 'failed' : ''}">${formatCount(errors)}</td>
      <td class="number">${formatCount(pending)}</td>
      ${duration(p50)}${duration(p95)}${duration(p99)}
      <td class="number">${formatSize(bytes)}</td>
    </tr>`;
  }

  async #fetch(): Promise<void> {
    try {
      this.#methods = (await this.#channel.request({ type: 'statistics' })).methods;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = messageOf(error);
    }
    this.#handlers.redraw();
  }
}

function isNumeric(column: StatisticsColumn): boolean {
  return column !== 'server' && column !== 'method';
}
