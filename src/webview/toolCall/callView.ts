import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import type { CallView, CallViewState } from '../../messages/toolCall.ts';
import { formatDuration, formatElapsed } from '../shared/format.ts';
import { checkIcon, errorIcon, warningIcon } from '../shared/icons.ts';
import type { JsonTree } from '../shared/jsonTree.ts';
import type { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import { tabList, tabPanel } from '../shared/tabs.ts';
import { jsonText, resultBlocks } from './blocks.ts';

export type ResultTab = 'result' | 'json';
type State<Kind extends CallViewState['kind']> = Extract<CallViewState, { kind: Kind }>;

/** What the page asks of its host at the press of a button. */
export type CallAction = 'cancel' | 'again' | 'editArguments' | 'showTraffic' | 'openResult';

export interface CallPresentation {
  call: CallView;
  /** Milliseconds since the call was first shown, while it is running. */
  elapsedMs: number;
  /** The cancelled call has not ended yet. */
  cancelling: boolean;
  tab: ResultTab;
  tree: JsonTree | undefined;
  treeView: JsonTreeView;
  act: (action: CallAction) => void;
  selectTab: (tab: ResultTab) => void;
}

/** The page of one call: heading, arguments, and what came of it. */
export function callView(view: CallPresentation): TemplateResult {
  const { call } = view;
  const name = displayText(call.tool, 200);
  const title = displayText(call.title, 200) || name;
  return html`<header class="call-head">
      <h1>${title}</h1>
      <p class="extra">${displayText(call.server, 200)}${title === name ? nothing : html` · <code>${name}</code>`}</p>
    </header>
    ${outcome(view)} ${buttons(view)}
    <details class="call-arguments">
      <summary>${t('Arguments')}</summary>
      ${jsonText(call.args)}
    </details>
    ${call.state.kind === 'done' ? result(call.state, view) : nothing}`;
}

/** One sentence for screen readers, spoken when it changes: so without the time that runs. */
export function announcement({ title, tool, state }: CallView): string {
  const name = displayText(title, 200) || displayText(tool, 200);
  switch (state.kind) {
    case 'running':
      return t('{0} is running', name);
    case 'done':
      return state.isError
        ? t('{0} reported an error after {1}', name, formatDuration(state.durationMs))
        : t('{0} finished after {1}', name, formatDuration(state.durationMs));
    case 'failed':
      return t('{0} failed: {1}', name, displayText(state.message, 2000));
  }
}

function outcome(view: CallPresentation): TemplateResult {
  const { state } = view.call;
  switch (state.kind) {
    case 'running':
      return running(state, view);
    case 'done':
      return html`<p class="outcome ${state.isError ? 'warning' : 'good'}">
        ${state.isError ? warningIcon : checkIcon}
        <strong>${state.isError ? t('Tool reported an error') : t('OK')}</strong>
        <span class="extra">${formatDuration(state.durationMs)}</span>
      </p>`;
    case 'failed':
      return html`<div class="outcome bad">
        ${errorIcon}
        <div>
          <strong>${failureTitle(state.errorKind)}</strong>
          <span class="extra">${formatDuration(state.durationMs)}</span>
          <p class="message">${displayText(state.message, 4000)}</p>
        </div>
      </div>`;
  }
}

function running({ progress }: State<'running'>, { elapsedMs, cancelling }: CallPresentation): TemplateResult {
  const total = progress?.total;
  const share = progress === undefined || total === undefined || total <= 0 ? undefined : progress.progress / total;
  const percent = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return html`<div class="running">
    <div
      class="progress ${percent === undefined ? 'endless' : ''}"
      role="progressbar"
      aria-label=${t('Progress')}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent ?? nothing}
    >
      <div class="progress-bar" .style=${percent === undefined ? '' : `width: ${percent}%`}></div>
    </div>
    <p>
      <strong>${cancelling ? t('Cancelling…') : t('Running…')}</strong>
      <span class="extra" role="timer">${formatElapsed(elapsedMs)}</span>
      ${percent === undefined ? nothing : html`<span class="extra">${percent} %</span>`}
      ${progress?.message === undefined ? nothing : html`<span>${displayText(progress.message, 500)}</span>`}
    </p>
  </div>`;
}

/** The kinds of the contract in words; a kind of a later version is shown by its name. */
function failureTitle(kind: string): string {
  const titles: Readonly<Record<string, string>> = {
    connection: t('No connection'),
    protocol: t('The server broke the protocol'),
    timeout: t('No answer in time'),
    session: t('The session is gone'),
    auth: t('Not signed in'),
    validation: t('The arguments do not fit'),
    process: t('The server is not running'),
    config: t('The server definition cannot be used'),
    cancelled: t('Cancelled'),
  };
  return Object.hasOwn(titles, kind) ? (titles[kind] ?? kind) : displayText(kind, 100);
}

function buttons({ call: { state }, act, cancelling }: CallPresentation): TemplateResult {
  const button = (
    action: CallAction,
    text: string,
    look: '' | 'secondary' | 'link',
    disabled = false,
  ): TemplateResult =>
    html`<button class="button ${look}" ?disabled=${disabled} @click=${() => act(action)}>${text}</button>`;
  const showTraffic = button('showTraffic', t('Show Traffic'), 'link');
  if (state.kind === 'running') {
    return html`<div class="buttons">${button('cancel', t('Cancel'), 'secondary', cancelling)}${showTraffic}</div>`;
  }
  return html`<div class="buttons">
    ${button('again', t('Call Again'), '')}${button('editArguments', t('Edit Arguments'), 'secondary')}${showTraffic}
    ${state.kind === 'done' ? button('openResult', t('Open Result in Editor'), 'link') : nothing}
  </div>`;
}

function result(state: State<'done'>, { tab, tree, treeView, selectTab }: CallPresentation): TemplateResult {
  const tabs = [
    { id: 'result', title: t('Result') },
    { id: 'json', title: t('JSON') },
  ] as const;
  const json = tree === undefined ? jsonText(state.json) : treeView.template(tree, t('JSON'));
  return html`<section aria-label=${t('Result')}>
    ${tabList<ResultTab>(t('Result'), tabs, tab, selectTab)}${tabPanel(tab, tab === 'result' ? resultBlocks(state.blocks) : json)}
  </section>`;
}
