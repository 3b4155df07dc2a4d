import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { RowTiming, TrafficRow } from '../../messages/inspector.ts';
import { formatDuration } from '../shared/format.ts';
import { t } from '../shared/l10n.ts';
import { barOf, type WaterfallScale } from './waterfall.ts';

/** The bar of a row: a hollow line while it connects, a half-high bar until the first byte, a full one until the answer, dots while the stream stays open. */
export function waterfallCell(row: TrafficRow, scale: WaterfallScale, now: number): TemplateResult {
  const { parts, point, isCut } = barOf(row, scale, now);
  return html`<div class="bar ${isCut ? 'cut' : ''}" title=${timingText(row)}>
    ${parts.map(
      ({ phase, left, width }) =>
        html`<i class="part ${phase}" .style=${`left: ${atMost(left)}; width: ${percent(width)}`}></i>`,
    )}${point === undefined ? nothing : html`<i class="part point" .style=${`left: ${atMost(point)}`}></i>`}
  </div>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** Even what begins at the very end is seen. */
function atMost(share: number): string {
  return `min(${percent(share)}, 100% - 2px)`;
}

/** What the bar says, in words; empty where it says nothing. */
export function timingText({ timing, isPending }: TrafficRow): string {
  const steps = timing === undefined ? [] : stepsOf(timing);
  if (isPending === true) steps.push(t('waiting for its answer'));
  return steps.join('\n');
}

function stepsOf({ connectMs, firstByteMs, answerMs, endMs }: RowTiming): string[] {
  return [
    connectMs === undefined ? '' : t('connected after {0}', formatDuration(connectMs)),
    firstByteMs === undefined ? '' : t('first byte after {0}', formatDuration(firstByteMs)),
    answerMs === undefined ? '' : t('answer after {0}', formatDuration(answerMs)),
    endMs === undefined ? '' : t('closed after {0}', formatDuration(endMs)),
  ].filter((step) => step !== '');
}
