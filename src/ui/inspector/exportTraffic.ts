import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import type { Narrowed } from '../../traffic/exchangeFiles/exportOptions.ts';
import { exportHar, type HarOptions } from '../../traffic/exchangeFiles/har.ts';
import { exportJsonl } from '../../traffic/exchangeFiles/jsonl.ts';
import type { TrafficReader } from '../../traffic/trafficReader.ts';
import { chooseFile, formatName, type TrafficFormat } from './trafficFile.ts';

/** What an HTTP archive says that is not in the traffic. */
export type ArchiveOptions = Pick<HarOptions, 'version' | 'originOf'>;

interface Choice extends vscode.QuickPickItem {
  format: TrafficFormat;
  withSecrets?: boolean;
  isNarrowed?: boolean;
}

/** Asks what to export, how and where to, and writes it there. `narrowed`: what a list shows of it, which may be asked for alone. Rejects with an `ExternalMcpError`; nothing when the user thinks better of it. */
export async function exportTraffic(
  traffic: TrafficReader,
  archive: ArchiveOptions,
  narrowed?: Narrowed,
): Promise<void> {
  const title = t('Export Traffic');
  const choice = await vscode.window.showQuickPick(choices(narrowed !== undefined), { title, matchOnDetail: true });
  if (choice === undefined || (choice.withSecrets === true && !(await confirmed()))) return;
  const path = await chooseFile(title, choice.format);
  if (path === undefined) return;
  const write = choice.format === 'har' ? exportHar : exportJsonl;
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    let told = 0;
    const chunks = write(traffic, {
      redactor: traffic.redactor,
      ...archive,
      signal: cancel.signal,
      withSecrets: choice.withSecrets === true,
      ...(choice.isNarrowed === true ? narrowed : {}),
      onProgress: (share) => {
        progress.report({ increment: (share - told) * 100 });
        told = share;
      },
    });
    await save(path, chunks, cancel.signal);
  });
}

function choices(isNarrowed: boolean): Choice[] {
  const masked = t('Secrets are masked');
  const filtered = { isNarrowed: true, detail: t('{0} · only what the list shows', masked) };
  const formats = (['mcptraffic', 'har'] as const).map((format) => ({
    format,
    label: formatName(format),
    description: `*.${format}`,
  }));
  return [
    ...(isNarrowed ? formats.map((format) => ({ ...format, ...filtered })) : []),
    ...formats.map((format) => ({ ...format, detail: t('{0} · everything', masked) })),
    ...formats.map((format) => ({ ...format, detail: t('Everything, with secrets as they are…'), withSecrets: true })),
  ];
}

async function confirmed(): Promise<boolean> {
  const proceed = t('Export with Secrets');
  const detail = t('Whoever gets the file can read the keys, tokens and passwords that were sent.');
  const message = t('Export the traffic with its secrets?');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, proceed)) === proceed;
}

async function save(path: string, chunks: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  // Beside it first: what was there before stays until all is written, be it the very file that is being read.
  const part = `${path}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    // Half of it is of no use to anybody.
    await rm(part, { force: true }).catch(() => {});
    if (signal.aborted) return;
    if (error instanceof ExternalMcpError) throw error;
    const name = basename(path);
    throw new ExternalMcpError('config', t('“{0}” could not be written: {1}', name, messageOf(error)), {
      cause: error,
    });
  }
  const open = t('Open');
  const said = vscode.window.showInformationMessage(
    plainMessage(t('The traffic was exported to {0}.', basename(path))),
    open,
  );
  void said.then((chosen) => {
    if (chosen === open) void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  });
}
