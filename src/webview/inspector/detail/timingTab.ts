import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { TrafficDetail } from '../../../messages/inspector.ts';
import { formatCount, formatDuration, formatExactTime, formatSize } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { type Phase, type PhaseName, phasesOf, readsOf } from './phases.ts';
import { areAllReads, readCount } from './readCount.ts';

/** Reads that are listed one by one. */
const MOST_READS = 100;

/** Whether there is anything to tell about when an entry happened, beyond its time. */
export function hasTiming({ row, chunkStarts, pairedWith }: TrafficDetail): boolean {
  const isAnswer = pairedWith !== undefined && row.kind !== 'request' && row.durationMs !== undefined;
  return row.timing !== undefined || row.isPending === true || isAnswer || chunkStarts.length > 0;
}

/** When what happened, as bars and as words. */
export function timingTab(detail: TrafficDetail, goTo: (seq: number) => void): TemplateResult {
  const { row } = detail;
  const isPipe = row.channel === 'stdio';
  const isPending = row.isPending === true;
  const phases =
    row.timing === undefined && !isPending ? [] : phasesOf(row.timing ?? {}, isPending, isPipe ? 'answer' : 'connect');
  return html`${phases.length > 0 ? phaseTable(phases, row.time, isPipe) : elsewhere(detail, goTo)}${reads(detail)}`;
}

function elsewhere({ row, pairedWith }: TrafficDetail, goTo: (seq: number) => void): TemplateResult | typeof nothing {
  if (row.durationMs === undefined || pairedWith === undefined) return nothing;
  return html`<p class="remark">
    ${t('This answer came {0} after its request.', formatDuration(row.durationMs))}
    <button class="link" @click=${() => goTo(pairedWith)}>${t('Phases of #{0}', pairedWith)}</button>
  </p>`;
}

function phaseTable(phases: readonly Phase[], time: number, isPipe: boolean): TemplateResult {
  const known = phases.flatMap(({ start, end }) => [start, end ?? start]);
  // What goes on has no end to draw to: it gets a fifth of the width beyond what is known.
  const goesOn = phases.some((phase) => phase.end === undefined);
  const total = Math.max(0.001, ...known) * (goesOn ? 1.25 : 1);
  const lastEnd = phases.at(-1)?.end;
  return html`<h3>${t('Phases')}</h3>
    <table class="phases">
      <thead>
        <tr>
          <th scope="col">${t('Phase')}</th>
          <th scope="col" class="number">${t('From')}</th>
          <th scope="col" class="number">${t('Took')}</th>
          <th scope="col"><span class="spoken">${t('Bar')}</span></th>
        </tr>
      </thead>
      <tbody>
        ${phases.map((phase) => phaseRow(phase, total, isPipe))}
      </tbody>
    </table>
    <p class="remark">
      ${
        lastEnd === undefined
          ? t('Began at {0} and goes on.', formatExactTime(time))
          : t('Began at {0} and was over after {1}.', formatExactTime(time), formatDuration(lastEnd))
      }
    </p>`;
}

function phaseRow({ name, start, end }: Phase, total: number, isPipe: boolean): TemplateResult {
  const left = (start / total) * 100;
  const width = ((end ?? total) - start) * (100 / total);
  return html`<tr>
    <th scope="row">${phaseTitle(name, isPipe)}</th>
    <td class="number">${formatDuration(start)}</td>
    <td class="number">${end === undefined ? t('goes on') : formatDuration(end - start)}</td>
    <td class="bar-cell" aria-hidden="true">
      <div
        class="phase-bar ${name} ${end === undefined ? 'open' : ''}"
        .style=${`margin-left: ${left}%; width: ${width}%`}
      ></div>
    </td>
  </tr>`;
}

/** Of a pipe, all that is seen is that it waits. */
function phaseTitle(name: PhaseName, isPipe: boolean): string {
  switch (name) {
    case 'connect':
      return t('Connecting');
    case 'wait':
      return t('Waiting for the first byte');
    case 'answer':
      return isPipe ? t('Waiting for the answer') : t('Until the answer was there');
    case 'close':
      return t('Until the stream was closed');
  }
}

function reads({ chunkStarts, byteLength }: TrafficDetail): TemplateResult | typeof nothing {
  if (chunkStarts.length === 0) return nothing;
  const all = readsOf(chunkStarts, byteLength);
  const shown = all.slice(0, MOST_READS);
  return html`<h3>${t('Arrived in {0} reads from the socket', readCount(chunkStarts))}</h3>
    <div class="read-strip" aria-hidden="true">
      ${shown.map(({ size }) => html`<span .style=${`flex: ${size} 0 0`}></span>`)}
    </div>
    <table class="phases reads-table">
      <thead>
        <tr>
          <th scope="col">${t('Read')}</th>
          <th scope="col" class="number">${t('From byte')}</th>
          <th scope="col" class="number">${t('Size')}</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ start, size }, index) =>
            html`<tr>
              <th scope="row">${formatCount(index + 1)}</th>
              <td class="number">${formatCount(start)}</td>
              <td class="number">${formatSize(size)}</td>
              <td></td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      all.length > shown.length
        ? html`<p class="remark">
            ${
              areAllReads(chunkStarts)
                ? t('{0} more reads; the Hex tab marks them all.', formatCount(all.length - shown.length))
                : t('The Hex tab marks the first {0}.', formatCount(chunkStarts.length))
            }
          </p>`
        : nothing
    }`;
}
