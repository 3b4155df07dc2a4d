import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { type CommonSettings, resolveTimeoutMs } from '../servers/limits.ts';
import type { DefinitionEntry, SettingsPlace, WrittenAt } from '../servers/definitionEntry.ts';
import { freeAddress } from './config/freeAddress.ts';

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
  place: SettingsPlace;
  /** Where its servers run. */
  folder?: string;
}

/**
 * All definitions, the effective one of a name under its plain name and the others as `name@scope`. Objects are never merged
 * across scopes, so what is shown as a definition is exactly what somebody wrote.
 */
export function readDefinitions(): DefinitionEntry[] {
  const entries: DefinitionEntry[] = [];
  const taken = new Set<string>();
  for (const { key: scope, source, place, folder } of scopes()) {
    for (const [key, raw] of Object.entries(readServers(place))) {
      const name = freeAddress(key, scope, taken);
      taken.add(name);
      const written = { ...place, key };
      entries.push({ name, source, raw, written, ...(folder === undefined ? {} : { folder }) });
    }
  }
  return entries;
}

/** Narrowest first: folders, workspace, user. */
function scopes(): Scope[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const all: Scope[] = [];
  if (vscode.workspace.workspaceFile !== undefined) {
    for (const { name, uri } of folders) {
      const folder = uri.fsPath;
      all.push({ key: name, source: t('Folder settings ({0})', name), place: { scope: 'folder', folder }, folder });
    }
  }
  const first = folders[0]?.uri.fsPath;
  const workspace: Scope = { key: 'workspace', source: t('Workspace settings'), place: { scope: 'workspace' } };
  all.push(first === undefined ? workspace : { ...workspace, folder: first });
  all.push({ key: 'user', source: t('User settings'), place: { scope: 'user' } });
  return all;
}

/** Writes one definition, leaving the others of that place as they are. */
export async function writeDefinition(at: WrittenAt, definition: object): Promise<void> {
  await updateServers(at, { ...readServers(at), [at.key]: definition });
}

/** Deletes one definition. Resolves with whether it was there. */
export async function deleteDefinition(at: WrittenAt): Promise<boolean> {
  const { [at.key]: found, ...others } = readServers(at);
  if (found === undefined) return false;
  await updateServers(at, others);
  return true;
}

/** What one place says, by key; empty where that is no object. */
function readServers(place: SettingsPlace): Readonly<Record<string, unknown>> {
  const inspected = configurationOf(place).inspect<unknown>('servers');
  const values = {
    user: inspected?.globalValue,
    workspace: inspected?.workspaceValue,
    folder: inspected?.workspaceFolderValue,
  };
  const servers = values[place.scope];
  return typeof servers === 'object' && servers !== null ? { ...servers } : {};
}

async function updateServers(place: SettingsPlace, servers: object): Promise<void> {
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const targets = { user: Global, workspace: Workspace, folder: WorkspaceFolder };
  await configurationOf(place).update('servers', servers, targets[place.scope]);
}

function configurationOf(place: SettingsPlace): vscode.WorkspaceConfiguration {
  const resource = place.scope === 'folder' ? vscode.Uri.file(place.folder) : undefined;
  return vscode.workspace.getConfiguration(SECTION, resource);
}

/** What a user set for all servers; unset stays unset, so that the environment can speak. */
export function readCommonSettings(): CommonSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const timeout = settings.get<unknown>('timeout');
  const maxRetries = settings.get<unknown>('maxRetries');
  return {
    ...(typeof timeout === 'number' && timeout > 0 ? { timeout } : {}),
    ...(typeof maxRetries === 'number' && Number.isInteger(maxRetries) && maxRetries >= 0 ? { maxRetries } : {}),
    trustedTools: readTrustedTools(settings.get<unknown>('trustedTools')),
  };
}

/** What is written for one plugin. */
export function readPluginConfiguration(plugin: string): unknown {
  const all = vscode.workspace.getConfiguration(SECTION).get<unknown>('plugins');
  return typeof all === 'object' && all !== null && Object.hasOwn(all, plugin)
    ? (all as Readonly<Record<string, unknown>>)[plugin]
    : undefined;
}

/** Whether the settings of this workspace say something for one plugin. */
export function isPluginConfiguredHere(plugin: string): boolean {
  const { workspaceValue, workspaceFolderValue } =
    vscode.workspace.getConfiguration(SECTION).inspect<unknown>('plugins') ?? {};
  return [workspaceValue, workspaceFolderValue].some(
    (value) => typeof value === 'object' && value !== null && Object.hasOwn(value, plugin),
  );
}

/** Milliseconds that something may take whose own definition says nothing. */
export function readTimeoutMs(): number {
  return resolveTimeoutMs(undefined, readCommonSettings(), process.env);
}

function readTrustedTools(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  return Object.fromEntries(
    entries.map(([server, tools]) => [server, tools.filter((tool): tool is string => typeof tool === 'string')]),
  );
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
