import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { stackOf } from '../../base/errors.ts';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import {
  type InspectorEvent,
  type InspectorRequest,
  type InspectorResponse,
  isInspectorRequest,
  RAW_LIMIT,
  type TrafficDetail,
} from '../../messages/inspector.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { EVERYTHING, hideHealthChecks, parseFilter, type TrafficFilter } from '../../traffic/filter.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import { FilteredView } from '../../traffic/view.ts';
import { PageChannel } from '../panels/pageChannel.ts';
import { pageHtml, pageIcon } from '../panels/pageHtml.ts';
import type { ChannelLog } from '../output.ts';

export interface InspectorContext {
  extensionUri: vscode.Uri;
  registry: ServerRegistry;
  traffic: TrafficLog;
  log: ChannelLog;
}

/** One inspector page with its host side: a filtered view of the log of which the page asks for what it shows. */
export class InspectorPanel implements Disposable {
  readonly #context: InspectorContext;
  readonly #panel: vscode.WebviewPanel;
  readonly #owned = new DisposableStore();
  readonly #view = new MutableDisposable<FilteredView>();
  readonly #channel: PageChannel<InspectorRequest, InspectorResponse, InspectorEvent>;
  /** Whose traffic to show, until the page has been told. */
  #server: string | undefined;
  #select: number | undefined;
  #pageReady = false;

  constructor(panel: vscode.WebviewPanel, context: InspectorContext, server?: string) {
    this.#context = context;
    this.#panel = panel;
    this.#server = server;
    this.#channel = new PageChannel(
      panel.webview,
      isInspectorRequest,
      (request) => this.#answer(request),
      (error) => context.log.error(stackOf(error)),
    );
    this.#owned.add(this.#channel);
    this.#owned.add(this.#view);
    this.#owned.add(
      context.registry.onDidChangeServers(() => this.#channel.tell({ type: 'servers', servers: this.#servers() })),
    );
    this.#observe(hideHealthChecks(EVERYTHING), false);
    panel.iconPath = pageIcon(context.extensionUri);
    panel.webview.html = pageHtml(panel.webview, context.extensionUri, 'inspector', panel.title);
  }

  readonly onDidDispose = (listener: () => void): vscode.Disposable => this.#panel.onDidDispose(listener);

  /** Brings the panel to the front and, where given, shows one server's traffic and selects an entry. */
  reveal(server?: string, seq?: number): void {
    this.#panel.reveal(undefined, false);
    if (!this.#pageReady) {
      this.#server = server ?? this.#server;
      this.#select = seq ?? this.#select;
      return;
    }
    if (server !== undefined) this.#channel.tell({ type: 'setFilter', text: '', server });
    if (seq !== undefined) this.#channel.tell({ type: 'select', seq });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #answer(request: InspectorRequest): Promise<InspectorResponse> {
    const { traffic } = this.#context;
    const view = this.#view.value;
    switch (request.type) {
      case 'ready':
        this.#pageReady = true;
        this.#selectSoon();
        return this.#welcome();
      case 'filter':
        return this.#applyFilter(request);
      case 'page':
        return {
          type: 'page',
          first: request.first,
          rows: view?.page(request.first, request.count) ?? [],
          total: view?.total ?? 0,
        };
      case 'find': {
        const index = view?.indexOf(request.seq) ?? -1;
        return index === -1 ? { type: 'find' } : { type: 'find', index };
      }
      case 'detail':
        return { type: 'detail', detail: this.#detail(request.seq) };
      case 'open':
        await this.#openInEditor(request.seq);
        return { type: 'open' };
      case 'clear':
        traffic.clear();
        return { type: 'clear' };
    }
  }

  #welcome(): InspectorResponse {
    const server = this.#server;
    this.#server = undefined;
    const total = this.#view.value?.total ?? 0;
    return { type: 'ready', servers: this.#servers(), filter: '', total, ...(server === undefined ? {} : { server }) };
  }

  /** The page asks for its rows once it is ready; a selection told before that would be lost. */
  #selectSoon(): void {
    const seq = this.#select;
    this.#select = undefined;
    if (seq !== undefined) setImmediate(() => this.#channel.tell({ type: 'select', seq }));
  }

  #applyFilter({ text, heads, health, server }: InspectorRequest & { type: 'filter' }): InspectorResponse {
    const parsed = parseFilter(text);
    if (!parsed.ok) return { type: 'filter', total: this.#view.value?.total ?? 0, error: parsed.message };
    const chosen = server === undefined ? [] : [{ word: 'server', value: server, negated: false } as const];
    const filter = { terms: [...parsed.filter.terms, ...chosen] };
    this.#observe(health ? filter : hideHealthChecks(filter), heads);
    return { type: 'filter', total: this.#view.value?.total ?? 0 };
  }

  #observe(filter: TrafficFilter, heads: boolean): void {
    const view = new FilteredView(this.#context.traffic, { filter, heads });
    view.onDidChange(({ total, dropped }) => this.#channel.tell({ type: 'appended', total, dropped }));
    this.#view.value = view;
  }

  #servers(): string[] {
    return this.#context.registry.servers.map(({ name }) => name);
  }

  #detail(seq: number): TrafficDetail | undefined {
    const { traffic } = this.#context;
    const entry = traffic.entry(seq);
    const row = traffic.row(seq);
    if (entry === undefined || row === undefined) return undefined;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(entry.raw);
    const json = traffic.jsonText(seq);
    const { exchange, sessionId, rpcId, pairedWith, notes } = entry;
    return {
      seq,
      row,
      heads: traffic.exchangeHeads(seq),
      raw: text.slice(0, RAW_LIMIT),
      rawLength: text.length,
      notes,
      ...(json === undefined || json.length > RAW_LIMIT ? {} : { json }),
      ...(exchange === undefined ? {} : { exchange }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(rpcId === undefined ? {} : { rpcId }),
      ...(pairedWith === undefined ? {} : { pairedWith }),
    };
  }

  async #openInEditor(seq: number): Promise<void> {
    const { traffic } = this.#context;
    const entry = traffic.entry(seq);
    if (entry === undefined) return;
    const content = traffic.jsonText(seq) ?? new TextDecoder().decode(entry.raw);
    const language = traffic.jsonText(seq) === undefined ? 'plaintext' : 'json';
    const document = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

/** Title of the panel. */
export function inspectorTitle(): string {
  return t('MCP Traffic');
}
