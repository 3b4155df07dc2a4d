import { basename } from 'node:path';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import { type Disposable, DisposableStore } from '../../base/lifecycle.ts';
import { FileLog } from '../../traffic/exchangeFiles/fileLog.ts';
import { exportHar } from '../../traffic/exchangeFiles/har.ts';
import { exportJsonl } from '../../traffic/exchangeFiles/jsonl.ts';
import type { TrafficFilter } from '../../traffic/filter.ts';
import { NoteTaker } from '../../traffic/specification/noteTaker.ts';
import { type ArchiveOptions, exportTraffic } from './exportTraffic.ts';
import { type FileSource, InspectorPanel, type PanelContext } from './inspectorPanel.ts';
import type { InspectorContext } from './inspectors.ts';
import { KeptLooks } from './keptLooks.ts';
import { MessageDocuments } from './messageDocuments.ts';
import { RecordingSwitch } from './recordingSwitch.ts';

/** UTF-16 units of an export that is handed out as one text; V8 knows no text of more than 512 million. */
const MAX_TEXT = 256_000_000;

/** All that inspectors are made of, in one place, so that it is loaded as one. */
export class InspectorTools implements Disposable {
  readonly #context: InspectorContext;
  readonly #owned = new DisposableStore();
  readonly #panels: PanelContext;
  readonly #archive: ArchiveOptions;
  readonly recording: RecordingSwitch;

  constructor(context: InspectorContext) {
    this.#context = context;
    this.recording = this.#owned.add(new RecordingSwitch(context.traffic, (error) => context.report(error)));
    const { traffic, registry, version } = context;
    this.#archive = {
      version,
      originOf: (server) => originOf(registry.servers.find(({ name }) => name === server)?.snapshot().url),
    };
    this.#owned.add(
      new NoteTaker(traffic, {
        onFindings: (seq, findings) => traffic.addNotes(seq, findings),
        onError: (error) => context.report(error),
      }),
    );
    this.#panels = {
      ...context,
      kept: new KeptLooks(context.memento),
      documents: this.#owned.add(new MessageDocuments()),
      export: (source, narrowed) => exportTraffic(source, this.#archive, narrowed),
    };
  }

  /** Fills a panel with the recording of this window. */
  showLive(panel: vscode.WebviewPanel, server?: string): InspectorPanel {
    const { traffic, registry } = this.#context;
    return new InspectorPanel(
      panel,
      { kind: 'live', traffic, registry, recording: this.recording },
      this.#panels,
      server,
    );
  }

  /** Fills a panel with a recorded file, which is read while it is shown. Rejects with an `ExternalMcpError` where it is none. */
  async showFile(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    if (uri.scheme !== 'file') {
      throw new ExternalMcpError('config', t('Only files on this machine can be inspected. Save a copy of it first.'));
    }
    const log = await FileLog.open(uri.fsPath, this.#context.traffic.redactor);
    const owned = new DisposableStore();
    owned.add(log);
    try {
      panel.onDidDispose(() => owned.dispose());
      this.#fill(uri, panel, log, owned);
    } catch (error) {
      // Closed while the file was opened: nobody would ever close it.
      owned.dispose();
      throw error;
    }
  }

  #fill(uri: vscode.Uri, panel: vscode.WebviewPanel, log: FileLog, owned: DisposableStore): void {
    const source: FileSource = { kind: 'file', traffic: log, name: basename(uri.fsPath) };
    owned.add(new InspectorPanel(panel, source, this.#panels));
    void log.read().then(() => tellOfProblems(log));
  }

  /** Asks how and where to, and exports the recording of this window. */
  exportLive(): Promise<void> {
    return exportTraffic(this.#context.traffic, this.#archive);
  }

  /** The recording of this window as the text of a file, secrets masked. Rejects with `config` where it is too long for one text. */
  async exportText(format: 'jsonl' | 'har', filter: TrafficFilter): Promise<string> {
    const { traffic } = this.#context;
    const write = format === 'har' ? exportHar : exportJsonl;
    let text = '';
    for await (const chunk of write(traffic, { redactor: traffic.redactor, ...this.#archive, filter })) {
      text += chunk;
      if (text.length > MAX_TEXT)
        throw new ExternalMcpError('config', t('The traffic is too much for one text. Narrow the filter.'));
    }
    return text;
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).origin;
}

function tellOfProblems({ path, problems: { broken, tooLong }, isCut }: FileLog): void {
  const name = basename(path);
  const hidden = broken + tooLong;
  const texts = [
    hidden === 0 ? undefined : t('{0} lines of “{1}” are not shown: they are broken or too long.', hidden, name),
    isCut ? t('The last line of “{0}” is not whole: it is still being written, or was cut off.', name) : undefined,
  ];
  for (const text of texts) if (text !== undefined) void vscode.window.showWarningMessage(plainMessage(text));
}
