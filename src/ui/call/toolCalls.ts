import * as vscode from 'vscode';
import { systemClock } from '../../base/clock.ts';
import { displayText } from '../../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { CallToolResult, Progress } from '../../client/externalMcpClient.ts';
import type { CallView, CallViewState } from '../../messages/toolCall.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import type { Inspectors } from '../inspector/inspectors.ts';
import { CallPanel } from './callPanel.ts';
import { cut, pretty, resultBlocks } from './resultBlocks.ts';
import type { ChannelLog } from '../output.ts';

/** Milliseconds between two updates of the panel while a call runs. */
const PROGRESS_INTERVAL_MS = 100;

export interface ToolCallsContext {
  extensionUri: vscode.Uri;
  registry: ServerRegistry;
  traffic: TrafficLog;
  inspectors: Inspectors;
  log: ChannelLog;
  /** Opens the arguments of a tool in an editor. */
  editArguments(server: string, tool: string, args: object): Promise<void>;
}

/** What one call is made of. */
export interface CallRequest {
  server: string;
  tool: string;
  args: Readonly<Record<string, unknown>>;
}

/** Calls tools for a person: the panel shows progress, the result and what went wrong. */
export class ToolCalls implements Disposable {
  readonly #context: ToolCallsContext;
  readonly #panel = new MutableDisposable<CallPanel>();
  #last: CallRequest | undefined;
  #view: CallView | undefined;
  #cancel: AbortController | undefined;
  #result: CallToolResult | undefined;

  constructor(context: ToolCallsContext) {
    this.#context = context;
  }

  /** Calls and shows; resolves with the result, rejects with what the panel shows too. */
  async call(request: CallRequest): Promise<CallToolResult> {
    const { registry, traffic } = this.#context;
    const server = registry.get(request.server);
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.#last = request;
    this.#result = undefined;
    const before = traffic.lastSeq;
    const started = performance.now();
    const startedAt = Date.now();
    const title = server.tools.find(({ name }) => name === request.tool)?.title ?? request.tool;
    const show = (state: CallViewState): void => {
      // A later call has taken the panel over.
      if (this.#cancel === cancel)
        this.#show({ ...request, title: displayText(title, 100), args: cut(pretty(request.args)), state });
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
      const result = await server
        .callTool({ ...request, origin: 'user', signal: cancel.signal, onProgress })
        .finally(() => update?.dispose());
      if (this.#cancel === cancel) this.#result = result;
      show({
        kind: 'done',
        durationMs: performance.now() - started,
        isError: result.isError === true,
        blocks: resultBlocks(result),
        json: cut(pretty(result)),
        ...this.#trafficOf(request, before),
      });
      return result;
    } catch (error) {
      show({
        kind: 'failed',
        durationMs: performance.now() - started,
        errorKind: error instanceof ExternalMcpError ? error.kind : 'process',
        message: messageOf(error),
        ...this.#trafficOf(request, before),
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
        if (this.#last !== undefined)
          await this.#context.editArguments(this.#last.server, this.#last.tool, this.#last.args);
      },
      showTraffic: async () => {
        const state = this.#view?.state;
        const seq = state === undefined || state.kind === 'running' ? undefined : state.trafficSeq;
        await this.#context.inspectors.open(this.#view?.server, seq);
      },
      openResult: async () => {
        const document = await vscode.workspace.openTextDocument({ content: pretty(this.#result), language: 'json' });
        await vscode.window.showTextDocument(document, { preview: true });
      },
    };
  }

  /** The entry of the request, for the link to its traffic. */
  #trafficOf({ server, tool }: CallRequest, before: number): { trafficSeq?: number } {
    const { traffic } = this.#context;
    for (let seq = before + 1; seq <= traffic.lastSeq; seq += 1) {
      const row = traffic.row(seq);
      if (row?.kind !== 'request' || row.direction !== 'sent' || row.server !== server) continue;
      if (row.tool === displayText(tool, 200)) return { trafficSeq: seq };
    }
    return {};
  }
}
