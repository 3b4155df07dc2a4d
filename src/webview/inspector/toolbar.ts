import { html, nothing, type TemplateResult } from 'lit/html.js';
import { live } from 'lit/directives/live.js';
import { displayText } from '../../base/displayText.ts';
import { formatCount } from '../shared/format.ts';
import { clearIcon, columnsIcon, exportIcon, fileIcon, recordIcon, statisticsIcon, stopIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { PanelState } from './panelState.ts';
import type { Task } from '../../messages/inspector.ts';
import type { TrafficList } from './trafficList.ts';

export interface ToolbarHandlers {
  /** Nothing means all servers. */
  chooseServer: (name: string | undefined) => void;
  toggleHeads: () => void;
  toggleHealth: () => void;
  toggleStatistics: () => void;
  toggleRecording: () => void;
  chooseColumns: (x: number, y: number) => void;
  export: () => void;
  clear: () => void;
  stop: (task: Task) => void;
}

/** Parts of the toolbar that have a state of their own. */
export interface ToolbarParts {
  filter: TemplateResult;
  savedFilters: TemplateResult;
  /** The time that the list is narrowed down to. */
  range: TemplateResult | undefined;
  isStatisticsOpen: boolean;
}

export function toolbar(
  list: TrafficList,
  panel: PanelState,
  parts: ToolbarParts,
  handlers: ToolbarHandlers,
): TemplateResult {
  const { filter } = list;
  return html`<div class="toolbar" role="toolbar" aria-label=${t('Traffic')}>
    ${panel.file === undefined ? nothing : html`<span class="file" title=${t('Imported file')}>${fileIcon}<span>${displayText(panel.file, 200)}</span></span>`}
    ${parts.filter}${parts.savedFilters}${serverChoice(list, handlers)}
    <button
      class="toggle"
      aria-pressed=${filter.heads}
      title=${t('Show the HTTP heads of requests and responses as rows of their own')}
      @click=${handlers.toggleHeads}
    >
      ${t('Heads')}
    </button>
    <button
      class="toggle"
      aria-pressed=${filter.health}
      title=${t('Show the health checks of the servers; {0} in the filter shows them alone', 'origin:health')}
      @click=${handlers.toggleHealth}
    >
      ${t('Health Checks')}
    </button>
    ${parts.range ?? nothing}${progress(panel, handlers)}${partText(panel.readShare)}
    <span class="count">${list.status.kind === 'ready' ? countText(list.total) : nothing}</span>
    <span class="tools">
      <button
        class="icon-button"
        aria-label=${t('Statistics')}
        title=${t('Statistics')}
        aria-pressed=${parts.isStatisticsOpen}
        @click=${handlers.toggleStatistics}
      >
        ${statisticsIcon}
      </button>
      <button
        class="icon-button"
        aria-label=${t('Columns')}
        title=${t('Columns')}
        aria-haspopup="menu"
        @click=${(event: Event) => openBelow(event, handlers.chooseColumns)}
      >
        ${columnsIcon}
      </button>
      ${panel.file === undefined ? recordButton(panel, handlers) : nothing}
      <button class="icon-button" aria-label=${t('Export…')} title=${t('Export…')} @click=${handlers.export}>
        ${exportIcon}
      </button>
      ${
        panel.file === undefined
          ? html`<button
              class="icon-button"
              aria-label=${t('Clear Traffic')}
              title=${t('Clear Traffic')}
              @click=${handlers.clear}
            >
              ${clearIcon}
            </button>`
          : nothing
      }
    </span>
  </div>`;
}

function recordButton(panel: PanelState, handlers: ToolbarHandlers): TemplateResult {
  return html`<button
    class="icon-button record"
    aria-label=${t('Record to File')}
    title=${panel.isRecording ? t('Recording to a file. Click to stop.') : t('Record to File: keep everything, however much')}
    aria-pressed=${panel.isRecording}
    @click=${handlers.toggleRecording}
  >
    ${recordIcon}
  </button>`;
}

function serverChoice(list: TrafficList, handlers: ToolbarHandlers): TemplateResult {
  const { server } = list.filter;
  // A server that is gone stays choosable while it is chosen.
  const servers = server === undefined || list.servers.includes(server) ? list.servers : [...list.servers, server];
  return html`<select
    aria-label=${t('Server')}
    .value=${live(server === undefined ? '' : `=${server}`)}
    @change=${({ target }: Event) => {
      const value = target instanceof HTMLSelectElement ? target.value : '';
      handlers.chooseServer(value === '' ? undefined : value.slice(1));
    }}
  >
    <option value="" ?selected=${server === undefined}>${t('All Servers')}</option>
    ${servers.map((name) => html`<option value="=${name}" ?selected=${name === server}>${displayText(name, 100)}</option>`)}
  </select>`;
}

function progress({ progress: now }: PanelState, handlers: ToolbarHandlers): TemplateResult | typeof nothing {
  if (now === undefined) return nothing;
  const percent = Math.floor(now.share * 100);
  const [label, stop] =
    now.task === 'search' ? [t('Searching'), t('Stop Searching')] : [t('Reading the file'), t('Stop Reading')];
  return html`<span class="task">
    <span
      class="task-bar"
      role="progressbar"
      aria-label=${label}
      aria-valuenow=${percent}
      aria-valuemin="0"
      aria-valuemax="100"
    >
      <i .style=${`width: ${percent}%`}></i>
    </span>
    <span class="task-text">${label} ${percent} %</span>
    <button class="icon-button" aria-label=${stop} title=${stop} @click=${() => handlers.stop(now.task)}>
      ${stopIcon}
    </button>
  </span>`;
}

/** That a file is here in part. */
function partText(share: number | undefined): TemplateResult | typeof nothing {
  if (share === undefined) return nothing;
  const said = t('Reading was stopped. Open the file again to read all of it.');
  return html`<span class="task-text" title=${said}>${t('{0} % of the file', Math.floor(share * 100))}</span>`;
}

/** `1 entry`, `12,345 entries`. */
export function countText(total: number): string {
  return total === 1 ? t('1 entry') : t('{0} entries', formatCount(total));
}

function openBelow({ currentTarget }: Event, open: (x: number, y: number) => void): void {
  if (!(currentTarget instanceof Element)) return;
  const { left, bottom } = currentTarget.getBoundingClientRect();
  open(left, bottom + 2);
}
