import { basename } from 'node:path';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { systemClock } from '../../base/clock.ts';
import { plainMessage } from '../../base/displayText.ts';
import type { ExternalMcpError } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import { Recorder } from '../../traffic/exchangeFiles/recorder.ts';
import type { TrafficLog } from '../../traffic/trafficLog.ts';
import { chooseFile } from './trafficFile.ts';

/** "Record to File": on, it keeps everything that goes over the wire in a file, and the status bar says so. */
export class RecordingSwitch implements Disposable {
  readonly #traffic: TrafficLog;
  readonly #report: (error: unknown) => void;
  readonly #owned = new DisposableStore();
  readonly #recorder = new MutableDisposable<Recorder>();
  readonly #sign = new MutableDisposable<vscode.StatusBarItem>();
  readonly #changed = new Emitter<void>();
  #isAsking = false;

  constructor(traffic: TrafficLog, report: (error: unknown) => void) {
    this.#traffic = traffic;
    this.#report = report;
    this.#owned.add(this.#recorder);
    this.#owned.add(this.#sign);
    this.#owned.add(this.#changed);
  }

  readonly onDidChange = this.#changed.event;

  get isOn(): boolean {
    return this.#recorder.value !== undefined;
  }

  /** Asks for a file and begins to write it, or ends that. */
  async toggle(): Promise<void> {
    const recorder = this.#recorder.value;
    if (recorder === undefined) {
      if (!this.#isAsking) await this.#start();
      return;
    }
    try {
      await recorder.stop();
    } catch {
      // `onDidEnd` has told it.
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #start(): Promise<void> {
    this.#isAsking = true;
    try {
      const path = await chooseFile(t('Record to File'), 'mcptraffic');
      if (path === undefined) return;
      const { redactor } = this.#traffic;
      const recorder = await Recorder.start(this.#traffic, { path, redactor, clock: systemClock });
      recorder.onDidEnd((error) => this.#ended(recorder, error));
      this.#recorder.value = recorder;
      this.#sign.value = signOf(path);
    } finally {
      this.#isAsking = false;
    }
    this.#changed.fire();
  }

  #ended(recorder: Recorder, error: ExternalMcpError | undefined): void {
    this.#sign.value = undefined;
    this.#recorder.value = undefined;
    this.#changed.fire();
    if (error !== undefined) this.#report(error);
    else void offerFile(recorder);
  }
}

function signOf(path: string): vscode.StatusBarItem {
  const sign = vscode.window.createStatusBarItem('externalMcp.recording', vscode.StatusBarAlignment.Left);
  sign.name = t('MCP Traffic Recording');
  sign.text = `$(record) ${t('Recording')}`;
  sign.tooltip = plainMessage(t('MCP traffic is written to {0}. Click to stop.', path));
  sign.accessibilityInformation = { label: t('MCP traffic is being recorded to a file. Stop.'), role: 'button' };
  sign.command = 'externalMcp.recordTraffic';
  sign.show();
  return sign;
}

async function offerFile({ path, count }: Recorder): Promise<void> {
  const open = t('Open');
  const text = t('{0} entries of MCP traffic were recorded to {1}.', count, basename(path));
  if ((await vscode.window.showInformationMessage(plainMessage(text), open)) !== open) return;
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
}
