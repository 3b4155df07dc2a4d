import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { CommonSettings } from '../servers/limits.ts';
import type { DefinitionEntry } from '../servers/definitionEntry.ts';

/** Every setting is read here, and nowhere else. */
const SECTION = 'externalMcp';

/** Whether a change concerns the definitions. */
export function affectsServers(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${SECTION}.servers`);
}

/** Whether a change concerns what is masked. */
export function affectsRedaction(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(`${SECTION}.traffic.redact`);
}

/** A scope whose settings define servers. */
interface Scope {
  /** In an address: `name@user`. */
  key: string;
  /** For people. */
  source: string;
  servers: unknown;
  folder?: string;
}

/**
 * All definitions, the effective one of a name under its plain name and the others as `name@scope`. Objects are never merged
 * across scopes, so what is shown as a definition is exactly what somebody wrote.
 */
export function readDefinitions(): DefinitionEntry[] {
  const entries: DefinitionEntry[] = [];
  const taken = new Set<string>();
  for (const { key, source, servers, folder } of scopes()) {
    if (typeof servers !== 'object' || servers === null) continue;
    for (const [name, raw] of Object.entries(servers)) {
      const address = taken.has(name) ? `${name}@${key}` : name;
      taken.add(address);
      entries.push({ name: address, source, raw, configured: true, ...(folder === undefined ? {} : { folder }) });
    }
  }
  return entries;
}

/** Narrowest first: folders, workspace, user. */
function scopes(): Scope[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const inspect = (folder?: vscode.WorkspaceFolder) =>
    vscode.workspace.getConfiguration(SECTION, folder?.uri).inspect<unknown>('servers');
  const all: Scope[] = [];
  if (vscode.workspace.workspaceFile !== undefined) {
    for (const folder of folders) {
      all.push({
        key: folder.name,
        source: t('Folder settings ({0})', folder.name),
        servers: inspect(folder)?.workspaceFolderValue,
        folder: folder.uri.fsPath,
      });
    }
  }
  const common = inspect();
  const first = folders[0]?.uri.fsPath;
  const workspace = { key: 'workspace', source: t('Workspace settings'), servers: common?.workspaceValue };
  all.push(first === undefined ? workspace : { ...workspace, folder: first });
  all.push({ key: 'user', source: t('User settings'), servers: common?.globalValue });
  return all;
}

/** Where a new definition can be written. */
export type DefinitionTarget = 'workspace' | 'user';

/** Writes one definition, leaving the others of that scope as they are; `undefined` removes it. */
export async function writeDefinition(
  target: DefinitionTarget,
  name: string,
  definition: object | undefined,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const inspected = configuration.inspect<Record<string, unknown>>('servers');
  const present = target === 'workspace' ? inspected?.workspaceValue : inspected?.globalValue;
  const { [name]: _replaced, ...others } = present ?? {};
  const next = definition === undefined ? others : { ...others, [name]: definition };
  const scope = target === 'workspace' ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update('servers', next, scope);
}

/** In which scope a name is defined, narrowest first. */
export function findDefinition(name: string): DefinitionTarget | undefined {
  const inspected = vscode.workspace.getConfiguration(SECTION).inspect<Record<string, unknown>>('servers');
  const plain = name.replace(/@(?:user|workspace)$/, '');
  if (!name.endsWith('@user') && inspected?.workspaceValue?.[plain] !== undefined) return 'workspace';
  return inspected?.globalValue?.[plain] === undefined ? undefined : 'user';
}

/** What a user set for all servers; unset stays unset, so that the environment can speak. */
export function readCommonSettings(): CommonSettings {
  const timeout = vscode.workspace.getConfiguration(SECTION).get<unknown>('timeout');
  return typeof timeout === 'number' && timeout > 0 ? { timeout } : {};
}

/** Bytes that the recording may keep in memory. */
export function readTrafficBytes(): number {
  const megabytes = vscode.workspace.getConfiguration(SECTION).get<unknown>('traffic.maxMegabytes');
  const valid = typeof megabytes === 'number' && megabytes >= 1 && megabytes <= 4096;
  return (valid ? megabytes : 64) * 1024 * 1024;
}

/** Further texts to mask. */
export function readRedactions(): readonly string[] {
  const texts = vscode.workspace.getConfiguration(SECTION).get<unknown>('traffic.redact');
  return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : [];
}

/** Value of any setting as text, for `${config:…}`. */
export function readSettingText(key: string, folder: string | undefined): string | undefined {
  const scope = folder === undefined ? undefined : vscode.Uri.file(folder);
  const value = vscode.workspace.getConfiguration(undefined, scope).get<unknown>(key);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
