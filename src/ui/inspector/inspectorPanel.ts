import type * as vscode from 'vscode';
import { stackOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import type { Asked, InspectorEvent, InspectorRequest, InspectorResponse } from '../../messages/inspector.ts';
import { isInspectorRequest } from '../../messages/inspectorChecks.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { Narrowed } from '../../traffic/exchangeFiles/exportOptions.ts';
import type { FileLog } from '../../traffic/exchangeFiles/fileLog.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import type { TrafficReader } from '../../traffic/trafficReader.ts';
import type { ChannelLog } from '../output.ts';
import { PageChannel } from '../panels/pageChannel.ts';
import { pageHtml, pageIcon } from '../panels/pageHtml.ts';
import { EntryActions } from './entryActions.ts';
import { EntryAnswers } from './entryAnswers.ts';
import type { KeptLooks } from './keptLooks.ts';
import { ListAnswers } from './listAnswers.ts';
import type { MessageDocuments } from './messageDocuments.ts';

export interface PanelContext {
  extensionUri: vscode.Uri;
  log: ChannelLog;
  kept: KeptLooks;
  documents: MessageDocuments;
  editArguments(server: string, tool: string, args: object): Promise<void>;
  report(error: unknown): void;
  /** Asks where to, and writes it there. */
  export(traffic: TrafficReader, narrowed: Narrowed | undefined): Promise<void>;
}

/** The recording of this window. */
export interface LiveSource {
  kind: 'live';
  traffic: TrafficLog;
  registry: ServerRegistry;
  recording: Recording;
}

/** What a file holds. */
export interface FileSource {
  kind: 'file';
  traffic: FileLog;
  name: string;
}

/** The switch of "Record to File". */
export interface Recording {
  readonly isOn: boolean;
  readonly onDidChange: Event<void>;
  toggle(): Promise<void>;
}

/** One inspector page with its host side. */
export class InspectorPanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #source: LiveSource | FileSource;
  readonly #context: PanelContext;
  readonly #list: ListAnswers;
  readonly #entries: EntryAnswers;
  readonly #actions: EntryActions;
  readonly #owned = new DisposableStore();
  readonly #channel: PageChannel<InspectorRequest, InspectorResponse, InspectorEvent>;
  /** Whose traffic to show, until the page has been told. */
  #server: string | undefined;
  #select: number | undefined;
  #pageReady = false;

  constructor(panel: vscode.WebviewPanel, source: LiveSource | FileSource, context: PanelContext, server?: string) {
    const { traffic } = source;
    const registry = source.kind === 'live' ? source.registry : undefined;
    this.#panel = panel;
    this.#source = source;
    this.#context = context;
    this.#server = server;
    this.#entries = new EntryAnswers(traffic, registry);
    this.#actions = new EntryActions({ ...context, traffic, ...(registry === undefined ? {} : { registry }) });
    this.#channel = this.#owned.add(
      new PageChannel(
        panel.webview,
        isInspectorRequest,
        (request) => this.#answer(request),
        (error) => context.log.error(stackOf(error)),
      ),
    );
    this.#list = this.#owned.add(new ListAnswers(traffic));
    this.#owned.add(this.#list.onDidChange((event) => this.#channel.tell(event)));
    this.#follow(source);
    panel.iconPath = pageIcon(context.extensionUri);
    panel.webview.html = pageHtml(panel.webview, context.extensionUri, 'inspector', panel.title);
  }

  /** Brings the panel to the front and, where given, shows one server's traffic and selects an entry. */
  reveal(server?: string, seq?: number): void {
    this.#panel.reveal(undefined, false);
    if (!this.#pageReady) {
      this.#server = server ?? this.#server;
      this.#select = seq ?? this.#select;
      return;
    }
    if (server !== undefined) this.#channel.tell({ type: 'showServer', server });
    if (seq !== undefined) this.#channel.tell({ type: 'select', seq });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #follow(source: LiveSource | FileSource): void {
    if (source.kind === 'file') {
      const { traffic } = source;
      this.#owned.add(
        traffic.onDidChangeState((state) => {
          this.#tellReading();
          if (state.kind === 'failed') this.#context.report(state.error);
        }),
      );
      return;
    }
    const { registry, recording } = source;
    this.#owned.add(
      registry.onDidChangeServers(() => this.#channel.tell({ type: 'servers', servers: this.#servers() })),
    );
    this.#owned.add(
      recording.onDidChange(() => this.#channel.tell({ type: 'recording', isRecording: recording.isOn })),
    );
  }

  /** How far the reading of a file is. */
  #tellReading(): void {
    if (this.#source.kind !== 'file') return;
    const { state } = this.#source.traffic;
    this.#channel.tell({ type: 'progress', task: 'file', share: state.kind === 'reading' ? state.share : 1 });
    if (state.kind === 'cancelled') this.#channel.tell({ type: 'readingStopped', share: state.share });
  }

  async #answer(request: InspectorRequest): Promise<InspectorResponse> {
    const { type } = request;
    switch (request.type) {
      case 'ready':
        return this.#welcome();
      case 'filter':
        return this.#list.filter(request);
      case 'stop':
        if (request.task === 'search') this.#list.stopSearch();
        else if (this.#source.kind === 'file') this.#source.traffic.stop();
        return { type: 'stop' };
      case 'complete':
        return this.#list.complete(request);
      case 'page':
        return this.#list.page(request);
      case 'find':
        return this.#list.find(request);
      case 'statistics':
        return this.#list.statistics();
      case 'overview':
        return this.#list.overview(request);
      case 'detail':
        return this.#entries.detail(request);
      case 'bytes':
        return this.#entries.bytes(request);
      case 'events':
        return this.#entries.events(request);
      case 'related':
        return this.#entries.related(request);
      case 'schema':
        return this.#entries.schema(request);
      case 'record':
        if (this.#source.kind === 'live') this.#later(this.#source.recording.toggle());
        return { type: 'record', isRecording: this.#isRecording };
      default:
        await this.#act(request);
        // Their answers say nothing more.
        return { type } as InspectorResponse;
    }
  }

  async #act(
    request: Asked<'saveFilters' | 'saveLayout' | 'copy' | 'replay' | 'compare' | 'open' | 'export' | 'clear'>,
  ): Promise<void> {
    switch (request.type) {
      case 'saveFilters':
        return this.#context.kept.saveFilters(request.filters);
      case 'saveLayout':
        return this.#context.kept.saveLayout(request.layout);
      case 'copy':
        return this.#actions.copy(request.seq, request.format);
      case 'replay':
        return this.#actions.replay(request.seq, request.edit);
      case 'compare':
        return this.#actions.compare(request.left, request.right);
      case 'open':
        return this.#actions.open(request.seq);
      case 'export':
        return this.#later(this.#context.export(this.#source.traffic, this.#list.narrowed));
      case 'clear':
        if (this.#source.kind === 'live') this.#source.traffic.clear();
    }
  }

  /** Asks the user something, for longer than the page waits. */
  #later(work: Promise<void>): void {
    work.catch((error: unknown) => this.#context.report(error));
  }

  #welcome(): InspectorResponse {
    this.#pageReady = true;
    this.#selectSoon();
    // Behind this answer: a page that was loaded anew does not know.
    setImmediate(() => this.#tellReading());
    const server = this.#server;
    this.#server = undefined;
    const { filters, layout } = this.#context.kept.read();
    return {
      type: 'ready',
      log: this.#source.traffic.id,
      servers: this.#servers(),
      total: this.#list.total,
      savedFilters: filters,
      isRecording: this.#isRecording,
      ...(layout === undefined ? {} : { layout }),
      ...(this.#source.kind === 'file' ? { file: this.#source.name } : {}),
      ...(server === undefined ? {} : { server }),
    };
  }

  /** The page asks for its rows once it is ready; a selection told before that would be lost. */
  #selectSoon(): void {
    const seq = this.#select;
    this.#select = undefined;
    if (seq !== undefined) setImmediate(() => this.#channel.tell({ type: 'select', seq }));
  }

  get #isRecording(): boolean {
    return this.#source.kind === 'live' && this.#source.recording.isOn;
  }

  #servers(): string[] {
    return this.#source.kind === 'live' ? this.#source.registry.servers.map(({ name }) => name) : this.#list.servers();
  }
}
