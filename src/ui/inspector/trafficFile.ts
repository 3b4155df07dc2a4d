import { join } from 'node:path';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../../base/errors.ts';

export type TrafficFormat = 'mcptraffic' | 'har';

/** Asks where a file is to go: its path, or nothing when the user thinks better of it. Rejects with `config` for places that are no folders. */
export async function chooseFile(title: string, format: TrafficFormat): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  const name = `mcp-traffic-${stamp(new Date())}.${format}`;
  const uri = await vscode.window.showSaveDialog({
    title,
    defaultUri: vscode.Uri.file(join(folder, name)),
    filters: { [formatName(format)]: [format] },
  });
  if (uri !== undefined && uri.scheme !== 'file') {
    throw new ExternalMcpError(
      'config',
      t('Traffic can only be written to a folder of this machine. Choose another place.'),
    );
  }
  return uri?.fsPath;
}

export function formatName(format: TrafficFormat): string {
  return format === 'har' ? t('HTTP Archive') : t('MCP Traffic');
}

/** `20261122-142305`, local time. */
function stamp(time: Date): string {
  const digits = (value: number, count = 2): string => String(value).padStart(count, '0');
  const day = `${digits(time.getFullYear(), 4)}${digits(time.getMonth() + 1)}${digits(time.getDate())}`;
  return `${day}-${digits(time.getHours())}${digits(time.getMinutes())}${digits(time.getSeconds())}`;
}
