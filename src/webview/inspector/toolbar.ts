import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { displayText } from '../../base/displayText.ts';
import { formatCount } from '../shared/format.ts';
import { clearIcon, filterIcon } from '../shared/icons.ts';
import { t } from '../shared/l10n.ts';
import type { TrafficList } from './trafficList.ts';

export interface ToolbarHandlers {
  /** Called with every character; whoever applies it waits for a pause. */
  typed: (text: string) => void;
  /** Applies a text at once. */
  apply: (text: string) => void;
  /** Nothing means all servers. */
  chooseServer: (name: string | undefined) => void;
  toggleHeads: () => void;
  toggleHealth: () => void;
  clear: () => void;
}

/** @param typed the text as it stands in the box, which may not be applied yet */
export function toolbar(list: TrafficList, typed: string, handlers: ToolbarHandlers): TemplateResult {
  const { filter, filterError } = list;
  const server = filter.server;
  // A server that is gone stays choosable while it is chosen.
  const servers = server === undefined || list.servers.includes(server) ? list.servers : [...list.servers, server];
  return html`<div class="toolbar" role="toolbar" aria-label=${t('Traffic')}>
    <div class="filter">
      ${filterIcon}
      <input
        type="text"
        aria-label=${t('Filter traffic')}
        placeholder=${t('Filter (e.g. method:tools/call)')}
        spellcheck="false"
        autocomplete="off"
        aria-invalid=${filterError !== undefined}
        aria-describedby="filter-error"
        .value=${live(typed)}
        @input=${(event: InputEvent) => handlers.typed(valueOf(event))}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter') handlers.apply(valueOf(event));
          if (event.key !== 'Escape' || valueOf(event) === '') return;
          event.stopPropagation();
          handlers.apply('');
        }}
      />
      <div id="filter-error" class="filter-error" role="alert" ?hidden=${filterError === undefined}>${filterError}</div>
    </div>
    <select
      aria-label=${t('Server')}
      .value=${live(server === undefined ? '' : `=${server}`)}
      @change=${(event: Event) => {
        const value = valueOf(event);
        handlers.chooseServer(value === '' ? undefined : value.slice(1));
      }}
    >
      <option value="" ?selected=${server === undefined}>${t('All Servers')}</option>
      ${servers.map((name) => html`<option value="=${name}" ?selected=${name === server}>${displayText(name, 100)}</option>`)}
    </select>
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
    <span class="count">${list.status.kind === 'ready' ? countText(list.total) : nothing}</span>
    <button class="icon-button" aria-label=${t('Clear Traffic')} title=${t('Clear Traffic')} @click=${handlers.clear}>
      ${clearIcon}
    </button>
  </div>`;
}

function countText(total: number): string {
  return total === 1 ? t('1 entry') : t('{0} entries', formatCount(total));
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
