import * as vscode from 'vscode';
import type { OfferedAction, Progress } from '../../api.ts';
import { systemClock } from '../../base/clock.ts';
import { displayText } from '../../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { CallView, CallViewState } from '../../messages/toolCall.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import type { Inspectors } from '../inspector/inspectors.ts';
import type { ChannelLog } from '../output.ts';
import { type CallAddress, partsOf } from './callAddress.ts';
import { CallPanel } from './callPanel.ts';
import { cut, pretty } from './resultBlocks.ts';

/** Milliseconds between two updates of the panel while a call runs. */
const PROGRESS_INTERVAL_MS = 100;

export interface CallsContext {
  extensionUri: vscode.Uri;
  traffic: TrafficLog;
  inspectors: Inspectors;
  log: ChannelLog;
  /** Opens the arguments in an editor. */
  editArguments(address: CallAddress, args: object): Promise<void>;
}

/** How a call is carried out. */
export interface CallOptions {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

type DistributedOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** Where the traffic of a call is found; without a tool only its server was started. */
interface CallTraffic {
  server: string;
  tool?: string;
}

/** What a call has come to. */
export interface CallEnd<Result> {
  /** For whoever asked for the call. */
  result: Result;
  /** For the page. */
  state: DistributedOmit<Exclude<CallViewState, { kind: 'running' }>, 'durationMs' | 'trafficSeq' | 'offers'>;
  /** What opens in an editor. */
  whole: unknown;
  /** What the person may do next. */
  offers: readonly OfferedAction[];
  /** Whose traffic it was, where there was any. */
  traffic: CallTraffic | undefined;
}

/** One call: what is called, and how. */
export interface PanelCall<Result> {
  readonly address: CallAddress;
  readonly owner: string;
  readonly title: string;
  readonly args: Readonly<Record<string, unknown>>;
  carryOut(options: CallOptions): Promise<CallEnd<Result>>;
}

/** Calls for a person: the panel shows progress, the result and what went wrong. */
export class Calls implements Disposable {
  readonly #context: CallsContext;
  readonly #panel = new MutableDisposable<CallPanel>();
  #last: PanelCall<unknown> | undefined;
  /** `seq` of the last entry before it. */
  #before = 0;
  #view: CallView | undefined;
  #cancel: AbortController | undefined;
  #end: CallEnd<unknown> | undefined;

  constructor(context: CallsContext) {
    this.#context = context;
  }

  /** Calls and shows; resolves with the result, rejects with what the panel shows too. */
  async call<Result>(call: PanelCall<Result>): Promise<Result> {
    const { address, owner, title, args } = call;
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.#last = call;
    this.#end = undefined;
    const before = this.#context.traffic.lastSeq;
    this.#before = before;
    const started = performance.now();
    const startedAt = Date.now();
    const { kind } = address;
    const shown = { kind, owner, name: partsOf(address).name, title: displayText(title, 100), args: cut(pretty(args)) };
    const show = (state: CallViewState): void => {
      // A later call has taken the panel over.
      if (this.#cancel === cancel) this.#show({ ...shown, state });
    };
    let latest: Progress | undefined;
    let update: Disposable | undefined;
    const showLatest = (): void => {
      update = undefined;
      if (latest !== undefined) show({ kind: 'running', startedAt, progress: latest });
    };
    // A server may report thousands of times a second; a person needs the last of them.
    const onProgress = (progress: Progress): void => {
      latest = progress;
      update ??= systemClock.after(PROGRESS_INTERVAL_MS, showLatest);
    };
    show({ kind: 'running', startedAt });
    try {
      const end = await call.carryOut({ signal: cancel.signal, onProgress }).finally(() => update?.dispose());
      if (this.#cancel === cancel) this.#end = end;
      const durationMs = performance.now() - started;
      const offers = end.offers.map((offer) => displayText(offer.title, 60));
      show({
        ...end.state,
        durationMs,
        ...(offers.length === 0 ? {} : { offers }),
        ...this.#trafficOf(end.traffic, before),
      });
      return end.result;
    } catch (error) {
      const traffic = address.kind === 'tool' ? address : undefined;
      show({
        kind: 'failed',
        durationMs: performance.now() - started,
        errorKind: error instanceof ExternalMcpError ? error.kind : 'process',
        message: messageOf(error),
        ...this.#trafficOf(traffic, before),
      });
      throw error;
    }
  }

  dispose(): void {
    this.#cancel?.abort();
    this.#panel.dispose();
  }

  #show(view: CallView): void {
    this.#view = view;
    if (this.#panel.value !== undefined) {
      this.#panel.value.show(view);
      if (view.state.kind === 'running' && view.state.progress === undefined) this.#panel.value.reveal();
      return;
    }
    if (view.state.kind !== 'running' || view.state.progress !== undefined) return;
    const { extensionUri, log } = this.#context;
    const panel = new CallPanel(extensionUri, view, this.#actions(), log);
    panel.onDidDispose(() => {
      if (this.#panel.value === panel) this.#panel.value = undefined;
    });
    this.#panel.value = panel;
  }

  #actions(): ConstructorParameters<typeof CallPanel>[2] {
    return {
      cancel: () => this.#cancel?.abort(),
      again: async () => {
        // The panel shows how it went.
        if (this.#last !== undefined) await this.call(this.#last).catch(() => {});
      },
      editArguments: async () => {
        if (this.#last !== undefined) await this.#context.editArguments(this.#last.address, this.#last.args);
      },
      showTraffic: async () => {
        const state = this.#view?.state;
        const address = this.#last?.address;
        const tool = address?.kind === 'tool' ? address : undefined;
        const sent = state?.kind === 'running' ? this.#trafficOf(tool, this.#before) : state;
        const server = tool === undefined ? this.#end?.traffic?.server : tool.server;
        await this.#context.inspectors.open(server, sent?.trafficSeq);
      },
      openResult: async () => {
        const content = pretty(this.#end?.whole);
        const document = await vscode.workspace.openTextDocument({ content, language: 'json' });
        await vscode.window.showTextDocument(document, { preview: true });
      },
      // The page knows the offers by their numbers alone: what they run was said by the plugin.
      offer: async ({ index }) => {
        const offer = this.#end?.offers[index];
        if (offer === undefined) return;
        await vscode.commands.executeCommand(offer.command, ...('argument' in offer ? [offer.argument] : []));
      },
    };
  }

  /** The entry of the request, for the link to its traffic; the server's first where no tool was called. */
  #trafficOf(call: CallTraffic | undefined, before: number): { trafficSeq?: number } {
    if (call === undefined) return {};
    const { traffic } = this.#context;
    const tool = call.tool === undefined ? undefined : displayText(call.tool, 200);
    for (let seq = before + 1; seq <= traffic.lastSeq; seq += 1) {
      const row = traffic.row(seq);
      if (row?.server !== call.server) continue;
      if (tool === undefined) return { trafficSeq: seq };
      if (row.kind === 'request' && row.direction === 'sent' && row.tool === tool) return { trafficSeq: seq };
    }
    return {};
  }
}
