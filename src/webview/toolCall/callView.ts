import { html, nothing, type TemplateResult } from 'lit/html.js';
import { displayText } from '../../base/displayText.ts';
import type { CallView, CallViewState, Problem, ShownResult, ToolCallRequest } from '../../messages/toolCall.ts';
import { formatDuration, formatElapsed } from '../shared/format.ts';
import { checkIcon, errorIcon, warningIcon } from '../shared/icons.ts';
import type { JsonTree } from '../shared/jsonTree.ts';
import type { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import { tabList, tabPanel } from '../shared/tabs.ts';
import { jsonText, resultBlocks } from './blocks.ts';

/** Milliseconds in which the bar of a call that tells no share passes once, as VS Code's own does while it takes long. */
const ENDLESS_MS = 4000;

export type ResultTab = 'result' | 'json';
type State<Kind extends CallViewState['kind']> = Extract<CallViewState, { kind: Kind }>;

/** What the page asks of its host at the press of a button. */
export type CallAction = Exclude<ToolCallRequest, { type: 'ready' }>;

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
  const name = displayText(call.name, 200);
  const result = resultOf(call.state);
  const title = displayText(call.title, 200) || name;
  return html`<header class="call-head">
      <h1>${title}</h1>
      <p class="extra">${displayText(call.owner, 200)}${title === name ? nothing : html` · <code>${name}</code>`}</p>
    </header>
    ${outcome(view)} ${buttons(view)}
    <details class="call-arguments">
      <summary>${call.kind === 'tool' ? t('Arguments') : t('Parameters')}</summary>
      ${jsonText(call.args)}
    </details>
    ${result === undefined ? nothing : resultSection(result, view)}`;
}

/** What came back, also beside a failure. */
export function resultOf(state: CallViewState): ShownResult | undefined {
  switch (state.kind) {
    case 'running':
      return undefined;
    case 'done':
      return state;
    case 'failed':
      return state.result;
  }
}

/** One sentence for screen readers, spoken when it changes: so without the time that runs. */
export function announcement({ title, name: ownName, state }: CallView): string {
  const name = displayText(title, 200) || displayText(ownName, 200);
  switch (state.kind) {
    case 'running':
      return t('{0} is running', name);
    case 'done':
      if (state.problem !== undefined)
        return t('{0} succeeded in part: {1}', name, displayText(state.problem.message, 2000));
      return state.isError
        ? t('{0} reported an error after {1}', name, formatDuration(state.durationMs))
        : t('{0} finished after {1}', name, formatDuration(state.durationMs));
    case 'failed':
      return t('{0} failed: {1}', name, displayText(state.message, 2000));
  }
}

function outcome(view: CallPresentation): TemplateResult {
  const { state, kind } = view.call;
  switch (state.kind) {
    case 'running':
      return running(state, view);
    case 'done':
      if (state.problem !== undefined) return partial(state.problem, state.durationMs, kind);
      return html`<p class="outcome ${state.isError ? 'warning' : 'good'}">
        ${state.isError ? warningIcon : checkIcon}
        <strong>${state.isError ? t('Tool reported an error') : t('OK')}</strong>
        <span class="extra">${formatDuration(state.durationMs)}</span>
      </p>`;
    case 'failed':
      return html`<div class="outcome bad">
        ${errorIcon}
        <div>
          <strong>${failureTitle(state.errorKind, kind)}</strong>
          <span class="extra">${formatDuration(state.durationMs)}</span>
          <p class="message">${displayText(state.message, 4000)}</p>
        </div>
      </div>`;
  }
}

/** A result of which something is missing, and why. */
function partial({ errorKind, message }: Problem, durationMs: number, kind: CallView['kind']): TemplateResult {
  return html`<div class="outcome warning">
    ${warningIcon}
    <div>
      <strong>${t('Succeeded in part')}</strong>
      <span class="extra">${failureTitle(errorKind, kind)} · ${formatDuration(durationMs)}</span>
      <p class="message">${displayText(message, 4000)}</p>
    </div>
  </div>`;
}

/**
 * Where the bar of a call that tells no share stands, in percent of its own width, a quarter of the whole. It moves when the time beside it
 * does: an animation would have the window drawn for each of its steps besides, and a call may take minutes.
 */
function endlessShift(elapsedMs: number): number {
  return -100 + ((elapsedMs % ENDLESS_MS) / ENDLESS_MS) * 500;
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
      <div
        class="progress-bar"
        .style=${percent === undefined ? `transform: translateX(${endlessShift(elapsedMs)}%)` : `width: ${percent}%`}
      ></div>
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
function failureTitle(errorKind: string, kind: CallView['kind']): string {
  const titles: Readonly<Record<string, string>> = {
    connection: t('No connection'),
    protocol: t('The server broke the protocol'),
    timeout: t('No answer in time'),
    session: t('The session is gone'),
    auth: t('Not signed in'),
    validation: kind === 'tool' ? t('The arguments do not fit') : t('The parameters do not fit'),
    process: t('The server is not running'),
    config: kind === 'tool' ? t('The server definition cannot be used') : t('The configuration cannot be used'),
    cancelled: t('Cancelled'),
    tool: t('The action failed'),
  };
  return Object.hasOwn(titles, errorKind) ? (titles[errorKind] ?? errorKind) : displayText(errorKind, 100);
}

function buttons({ call: { kind, state }, act, cancelling }: CallPresentation): TemplateResult {
  const button = (
    action: CallAction,
    text: string,
    look: '' | 'secondary' | 'link',
    disabled = false,
  ): TemplateResult =>
    html`<button class="button ${look}" ?disabled=${disabled} @click=${() => act(action)}>${text}</button>`;
  const showTraffic = button({ type: 'showTraffic' }, t('Show Traffic'), 'link');
  if (state.kind === 'running') {
    return html`<div class="buttons">
      ${button({ type: 'cancel' }, t('Cancel'), 'secondary', cancelling)}${showTraffic}
    </div>`;
  }
  // The first of them is what the plugin advises to do now.
  const offers = (state.offers ?? []).map((title, index) =>
    button({ type: 'offer', index }, displayText(title, 60), index === 0 ? '' : 'secondary'),
  );
  const [again, edit] =
    kind === 'tool' ? [t('Call Again'), t('Edit Arguments')] : [t('Run Again'), t('Edit Parameters')];
  // An action may have come to its end without a server, and arguments that do not fit are not sent.
  const wasRefused = state.kind === 'failed' && state.errorKind === 'validation';
  const hasTraffic = (kind === 'tool' && !wasRefused) || state.trafficSeq !== undefined;
  return html`${offers.length === 0 ? nothing : html`<div class="buttons offers" role="group" aria-label=${t('What to do next')}>${offers}</div>`}
    <div class="buttons">
      ${button({ type: 'again' }, again, offers.length === 0 ? '' : 'secondary')}${button({ type: 'editArguments' }, edit, 'secondary')}
      ${hasTraffic ? showTraffic : nothing}
      ${resultOf(state) === undefined ? nothing : button({ type: 'openResult' }, t('Open Result in Editor'), 'link')}
    </div>`;
}

function resultSection({ blocks, json }: ShownResult, view: CallPresentation): TemplateResult {
  const { tab, tree, treeView, selectTab } = view;
  const tabs = [
    { id: 'result', title: t('Result') },
    { id: 'json', title: t('JSON') },
  ] as const;
  const whole = tree === undefined ? jsonText(json) : treeView.template(tree, t('JSON'));
  return html`<section aria-label=${t('Result')}>
    ${tabList<ResultTab>(t('Result'), tabs, tab, selectTab)}${tabPanel(tab, tab === 'result' ? resultBlocks(blocks) : whole)}
  </section>`;
}
