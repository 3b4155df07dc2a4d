import { html, render, type TemplateResult } from 'lit/html.js';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import { isNumber, isRecord } from '../../messages/guards.ts';
import type { CallView, ToolCallEvent, ToolCallRequest, ToolCallResponse } from '../../messages/toolCall.ts';
import type { HostChannel } from '../shared/channel.ts';
import { Drawing } from '../shared/drawing.ts';
import { JsonTree } from '../shared/jsonTree.ts';
import { JsonTreeView } from '../shared/jsonTreeView.ts';
import { t } from '../shared/l10n.ts';
import type { PageHost } from '../shared/vscode.ts';
import { announcement, callView, type CallAction, resultOf, type ResultTab } from './callView.ts';

export type ToolCallChannel = HostChannel<ToolCallRequest, ToolCallResponse, ToolCallEvent>;

/** Milliseconds between two drawings of the time that runs: each is one of the whole window. */
const TICK_MS = 200;

/** The panel of a call: one call from the moment it was sent. */
export class ToolCallPage {
  readonly #root: HTMLElement;
  readonly #host: PageHost;
  readonly #channel: ToolCallChannel;
  readonly #clock: Clock;
  readonly #tick = new MutableDisposable<Disposable>();
  readonly #drawing = new Drawing(() => this.#draw());
  readonly #treeView = new JsonTreeView(() => this.#redraw());
  #call: CallView | undefined;
  #tree: JsonTree | undefined;
  /** Milliseconds since the epoch by our own clock, which may differ from the host's, when the running call was first seen. */
  #seenAt = 0;
  #cancelling = false;
  #problem: string | undefined;
  #tab: ResultTab = 'result';

  constructor(root: HTMLElement, host: PageHost, channel: ToolCallChannel, clock: Clock) {
    this.#root = root;
    this.#host = host;
    this.#channel = channel;
    this.#clock = clock;
    channel.onEvent(({ call }) => this.#show(call));
    void this.#start();
  }

  async #start(): Promise<void> {
    this.#problem = undefined;
    this.#redraw();
    try {
      this.#show((await this.#channel.request({ type: 'ready' })).call);
    } catch (error) {
      this.#fail(error);
    }
  }

  #show(call: CallView): void {
    const { state } = call;
    if (state.kind === 'running' && !isSameRun(this.#call, state.startedAt)) {
      this.#seenAt = rememberedStart(this.#host, state.startedAt) ?? this.#clock.wallTime();
      this.#host.setState({ startedAt: state.startedAt, seenAt: this.#seenAt });
      this.#cancelling = false;
    }
    const result = resultOf(state);
    if (result !== undefined) this.#tree = JsonTree.parse(result.json);
    this.#call = call;
    this.#problem = undefined;
    this.#redraw();
  }

  #act(action: CallAction): void {
    if (action.type === 'cancel') this.#cancelling = true;
    this.#redraw();
    this.#channel.request(action).catch((error: unknown) => {
      this.#cancelling = false;
      this.#fail(error);
    });
  }

  #fail(error: unknown): void {
    this.#problem = messageOf(error);
    this.#redraw();
  }

  #redraw(): void {
    this.#drawing.request();
  }

  #draw(): void {
    render(this.#template(), this.#root);
    const running = this.#call?.state.kind === 'running';
    this.#tick.value = running ? this.#clock.after(TICK_MS, () => this.#redraw()) : undefined;
  }

  #template(): TemplateResult {
    const call = this.#call;
    return html`<main class="tool-call">
      <div class="spoken" role="status">${call === undefined ? '' : announcement(call)}</div>
      ${this.#problem === undefined ? '' : this.#banner(this.#problem)}
      ${
        call === undefined
          ? html`<p class="remark">${this.#problem === undefined ? t('Loading…') : ''}</p>`
          : callView({
              call,
              elapsedMs: Math.max(0, this.#clock.wallTime() - this.#seenAt),
              cancelling: this.#cancelling,
              tab: this.#tab,
              tree: this.#tree,
              treeView: this.#treeView,
              act: (action) => this.#act(action),
              selectTab: (tab) => {
                this.#tab = tab;
                this.#redraw();
              },
            })
      }
    </main>`;
  }

  #banner(problem: string): TemplateResult {
    return html`<div class="banner" role="alert">
      <span>${t('The extension could not do this: {0}', problem)}</span>
      <button class="button" @click=${() => void this.#start()}>${t('Try Again')}</button>
    </div>`;
  }
}

function isSameRun(call: CallView | undefined, startedAt: number): boolean {
  return call?.state.kind === 'running' && call.state.startedAt === startedAt;
}

/** When an earlier page of this panel first saw the same call. */
function rememberedStart(host: PageHost, startedAt: number): number | undefined {
  const saved = host.getState();
  if (!isRecord(saved) || saved['startedAt'] !== startedAt) return undefined;
  const seenAt = saved['seenAt'];
  return isNumber(seenAt) ? seenAt : undefined;
}
