import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import type { Clock } from '../../base/clock.ts';
import type { Overview } from '../../messages/inspector.ts';
import { formatMoment, formatRange } from '../shared/format.ts';
import { closeIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import { Throttle } from '../shared/throttle.ts';
import { columnsPath, moveEnd, rangeBetween, shareOf, timeAt, type TimeRange, wholeRange } from './timeRange.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Milliseconds between two looks at how much happened when. */
const REFRESH_MS = 1000;
const BUCKETS = 240;
/** Share of the width below which a press that moved is a click. */
const LEAST_BRUSH = 0.004;
/** Buckets that an arrow key moves an end of the range; with Shift, or by page. */
const LARGE_STEP = 20;

export interface OverviewHandlers {
  /** Narrows the list down to a time; nothing means all of it. */
  choose: (range: TimeRange | undefined) => void;
  redraw: () => void;
}

/** How much happened when, as a strip above the list on which a time can be marked: by dragging, or by moving its two ends with keys. */
export class OverviewStrip {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #handlers: OverviewHandlers;
  readonly #throttle: Throttle;
  #overview: Overview | undefined;
  /** As chosen last, which may not be drawn yet. */
  #range: TimeRange | undefined;
  /** Where a brush began and where it is, as times. */
  #brush: { start: number; now: number } | undefined;

  constructor(channel: InspectorChannel, clock: Clock, handlers: OverviewHandlers) {
    this.#channel = channel;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#throttle = new Throttle(clock, REFRESH_MS, () => this.#fetch());
  }

  /** Something happened; looks at once, or as soon as the last look is a second ago. */
  refresh(): void {
    this.#throttle.trigger();
  }

  template(range: TimeRange | undefined): TemplateResult | typeof nothing {
    this.#range = range;
    const overview = this.#overview;
    if (overview === undefined || overview.counts.length === 0) return nothing;
    const { counts, errors } = overview;
    const most = counts.reduce((least, count) => Math.max(least, count), 0);
    const shown = this.#brush === undefined ? range : rangeBetween(this.#brush.start, this.#brush.now);
    return html`<div
      class="overview"
      role="group"
      aria-label=${t('Traffic over time')}
      @pointerdown=${(event: PointerEvent) => this.#grab(event, overview)}
      @pointermove=${(event: PointerEvent) => this.#drag(event, overview)}
      @pointerup=${() => this.#drop(overview)}
      @pointercancel=${() => this.#cancel()}
    >
      <svg viewBox="0 0 ${counts.length} 1" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<path class="all" d=${columnsPath(counts, most)} /><path class="errors" d=${columnsPath(errors, most)} />`}
      </svg>
      ${shown === undefined ? nothing : this.#shade(overview, shown)}
      ${(['from', 'to'] as const).map((end) => this.#handle(overview, shown, end))}
    </div>`;
  }

  /** The time that the list is narrowed down to, and a way back. */
  chip({ from, to }: TimeRange): TemplateResult {
    const label = t('Show All Times');
    return html`<span class="chip">
      <span>${formatRange(from, to, this.#clock.wallTime())}</span>
      <button class="icon-button" aria-label=${label} title=${label} @click=${() => this.#handlers.choose(undefined)}>
        ${closeIcon}
      </button>
    </span>`;
  }

  #shade(overview: Overview, { from, to }: TimeRange): TemplateResult {
    const [left, right] = [shareOf(overview, from) * 100, shareOf(overview, to) * 100];
    return html`<div class="outside" .style=${`left: 0; width: ${left}%`}></div>
      <div class="outside" .style=${`left: ${right}%; right: 0`}></div>
      <div class="inside" .style=${`left: ${left}%; width: ${right - left}%`}></div>`;
  }

  #handle(overview: Overview, range: TimeRange | undefined, end: 'from' | 'to'): TemplateResult {
    const whole = wholeRange(overview);
    const time = (range ?? whole)[end];
    return html`<div
      class="range-end ${end} ${range === undefined ? 'idle' : ''}"
      role="slider"
      tabindex="0"
      aria-label=${end === 'from' ? t('Show traffic from') : t('Show traffic until')}
      aria-valuemin=${Math.floor(whole.from)}
      aria-valuemax=${Math.ceil(whole.to)}
      aria-valuenow=${Math.round(Math.max(whole.from, Math.min(whole.to, time)))}
      aria-valuetext=${formatMoment(time, this.#clock.wallTime())}
      .style=${`left: ${shareOf(overview, time) * 100}%`}
      @keydown=${(event: KeyboardEvent) => this.#key(event, overview, end)}
    ></div>`;
  }

  #key(event: KeyboardEvent, overview: Overview, end: 'from' | 'to'): void {
    const step = event.shiftKey ? LARGE_STEP : 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -step,
      ArrowDown: -step,
      ArrowRight: step,
      ArrowUp: step,
      PageDown: -LARGE_STEP,
      PageUp: LARGE_STEP,
      Home: -overview.counts.length,
      End: overview.counts.length,
    };
    const buckets = steps[event.key];
    if (buckets === undefined) return;
    event.preventDefault();
    this.#range = moveEnd(overview, this.#range, end, buckets);
    this.#handlers.choose(this.#range);
  }

  #grab(event: PointerEvent, overview: Overview): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const time = timeAt(overview, shareUnder(event));
    this.#brush = { start: time, now: time };
  }

  #drag(event: PointerEvent, overview: Overview): void {
    if (this.#brush === undefined) return;
    this.#brush = { ...this.#brush, now: timeAt(overview, shareUnder(event)) };
    this.#handlers.redraw();
  }

  /** A click without a brush shows all again. */
  #drop(overview: Overview): void {
    const brush = this.#brush;
    if (brush === undefined) return;
    this.#brush = undefined;
    const { from, to } = wholeRange(overview);
    const isBrush = Math.abs(brush.now - brush.start) > (to - from) * LEAST_BRUSH;
    this.#handlers.choose(isBrush ? rangeBetween(brush.start, brush.now) : undefined);
  }

  #cancel(): void {
    this.#brush = undefined;
    this.#handlers.redraw();
  }

  async #fetch(): Promise<void> {
    try {
      const { overview } = await this.#channel.request({ type: 'overview', buckets: BUCKETS });
      // Under a brush that is being drawn, nothing moves.
      if (this.#brush === undefined) this.#overview = overview;
      this.#handlers.redraw();
    } catch {
      // The list says when the host is lost; a strip that is a second older is no loss.
    }
  }
}

function shareUnder(event: PointerEvent): number {
  const box = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : undefined;
  return box === undefined || box.width === 0 ? 0 : (event.clientX - box.left) / box.width;
}
