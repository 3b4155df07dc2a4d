import { html, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../../base/displayText.ts';
import { exactText } from '../../shared/exactText.ts';
import { formatCount, formatDuration, formatExactTime, formatSize } from '../../shared/format.ts';
import { copyIcon } from '../../shared/icons.ts';
import { t } from '../../shared/l10n.ts';
import { visibleText } from '../../shared/visibleText.ts';
import { channelText, directionText } from '../rowText.ts';
import { readCount } from './readCount.ts';
import type { ShownEntry } from './shownEntry.ts';

/** Lines of a head that are shown; the Raw tab of the head's own entry has all. */
const MOST_LINES = 500;

interface Line {
  name: string;
  value: string;
}

/** What is known about an entry, and the heads of its exchange. */
export function headersTab(entry: ShownEntry): TemplateResult {
  return html`${section(entry, t('General'), facts(entry), 'words')}${entry.detail.heads.map((head) =>
    section(entry, head.title, head.lines, 'code'),
  )}`;
}

function facts({ detail }: ShownEntry): Line[] {
  const { seq, row, exchange, sessionId, rpcId, offset, chunkStarts } = detail;
  const lines: [string, string | undefined][] = [
    [t('Number'), `#${seq}`],
    [t('Time'), formatExactTime(row.time)],
    [t('Server'), displayText(row.server)],
    [t('Direction'), directionText(row.direction).spoken],
    [t('Channel'), channelText(row.channel)],
    [t('Status'), row.status === undefined ? undefined : String(row.status)],
    [t('Duration'), row.durationMs === undefined ? undefined : durationText(row.durationMs)],
    [t('Size'), `${formatSize(row.size)}${row.size < 1000 ? '' : ` (${formatCount(row.size)} B)`}`],
    [t('Reads'), chunkStarts.length === 0 ? undefined : readCount(chunkStarts)],
    [t('Offset in its stream'), offset === undefined ? undefined : formatCount(offset)],
    [t('HTTP exchange'), exchange === undefined ? undefined : String(exchange)],
    [t('Session'), sessionId],
    [t('JSON-RPC id'), rpcId === undefined ? undefined : JSON.stringify(rpcId)],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** `31 ms (31,400 µs)`, as a size has its bytes. */
function durationText(ms: number): string {
  const micros = Math.round(ms * 1000);
  return `${formatDuration(ms)}${micros < 100 ? '' : ` (${formatCount(micros)} µs)`}`;
}

function section(entry: ShownEntry, title: string, lines: readonly Line[], kind: 'words' | 'code'): TemplateResult {
  const shown = lines.slice(0, MOST_LINES);
  return html`<h3>${displayText(title, 2000)}</h3>
    <dl class="definitions ${kind}">
      ${shown.map(
        ({ name, value }) =>
          html`<div>
            <dt>${visibleText(name)}</dt>
            <dd>
              <span class="value">${kind === 'code' ? exactText(value) : visibleText(value)}</span>
              <button
                class="icon-button copy"
                aria-label=${t('Copy {0}', displayText(name, 100))}
                title=${t('Copy Value')}
                @click=${() => entry.copy(value, t('Value copied'))}
              >
                ${copyIcon}
              </button>
            </dd>
          </div>`,
      )}
    </dl>
    ${
      lines.length > shown.length
        ? html`<p class="remark">${t('{0} more lines', formatCount(lines.length - shown.length))}</p>`
        : ''
    }`;
}
