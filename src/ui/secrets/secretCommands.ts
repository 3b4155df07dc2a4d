import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import {
  assertSecretName,
  isSecretName,
  type SecretAddress,
  secretNameRule,
  secretsNamed,
} from '../../servers/secrets.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { Target } from '../commands/target.ts';
import type { SecretDialogs } from './secretDialogs.ts';
import type { SecretTools } from './secretTools.ts';

interface SecretItem extends vscode.QuickPickItem {
  /** Absent: a name is asked for. */
  address?: SecretAddress;
}

/** Sets or replaces a secret; what was not given is asked for. Resolves with its name, undefined when somebody changed their mind. */
export async function setSecret(
  tools: SecretTools,
  registry: ServerRegistry,
  target: Target,
): Promise<string | undefined> {
  const { store, dialogs } = tools;
  const address = givenAddress(target) ?? (await pickSecret(tools, registry, target.plugin));
  if (address === undefined) return undefined;
  const { name, scope } = address;
  if (target.value !== undefined) {
    await store.set(name, target.value, scope);
    return name;
  }
  const isReplaced = (await store.get(name, scope)) !== undefined;
  const value = await dialogs.askNewValue(address, isReplaced);
  if (value === undefined) return undefined;
  await store.set(name, value, scope);
  const label = dialogs.label(address);
  const done = isReplaced
    ? t('The secret “{0}” was replaced. Servers that run get it with their next start.', label)
    : t('The secret “{0}” is set.', label);
  void vscode.window.showInformationMessage(done);
  return name;
}

/** Forgets a secret: the one that was given, or one that is chosen and confirmed. Resolves with whether there was one. */
export async function clearSecret(tools: SecretTools, target: Target): Promise<boolean> {
  const { store, dialogs } = tools;
  const given = givenAddress(target);
  const address = given ?? (await pickKept(tools));
  if (address === undefined) return false;
  const { name, scope } = address;
  if ((await store.get(name, scope)) === undefined) {
    throw new ExternalMcpError('config', t('There is no secret “{0}”.', dialogs.label(address)));
  }
  if (given === undefined && !(await confirmClear(dialogs.label(address)))) return false;
  await store.delete(name, scope);
  return true;
}

function givenAddress({ name, plugin: scope }: Target): SecretAddress | undefined {
  if (name === undefined) return undefined;
  assertSecretName(name);
  return scope === undefined ? { name } : { name, scope };
}

/**
 * One that is set, one that a definition or a plugin waits for, or a new one.
 * @param plugin those of this one only
 */
async function pickSecret(
  tools: SecretTools,
  registry: ServerRegistry,
  plugin: string | undefined,
): Promise<SecretAddress | undefined> {
  const { store, dialogs } = tools;
  const kept = await store.list();
  const isKept = (address: SecretAddress): boolean => kept.some((other) => isSame(address, other));
  const missing = new Map<string, SecretItem>();
  for (const { name: server, entry } of registry.servers) {
    for (const name of secretsNamed(entry.raw)) {
      const address = entry.secretScope === undefined ? { name } : { name, scope: entry.secretScope };
      const description = plainMessage(t('not set · “{0}” needs it', server), 100);
      if (!isKept(address)) missing.set(keyOf(address), { label: dialogs.label(address), description, address });
    }
  }
  for (const { id: scope, secrets } of dialogs.plugins) {
    for (const { name } of secrets) {
      const address = { name, scope };
      if (isKept(address) || missing.has(keyOf(address)) || !isSecretName(name)) continue;
      missing.set(keyOf(address), { label: dialogs.label(address), description: t('not set'), address });
    }
  }
  const replaceable = keptItems(kept, dialogs).map((item) => ({
    ...item,
    description: t('set · choose it to replace it'),
  }));
  const known: SecretItem[] = [...missing.values(), ...replaceable].filter(
    ({ address }) => plugin === undefined || address?.scope === plugin,
  );
  const title = t('Set Secret');
  // Nothing to choose from: the name comes first.
  if (known.length === 0 && plugin === undefined) return askName(title);
  // A plugin says itself which it has.
  const another: SecretItem = { label: t('New Secret…'), iconPath: new vscode.ThemeIcon('add'), alwaysShow: true };
  const items = plugin === undefined ? [...known, another] : known;
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: t('Which secret?') });
  return chosen === undefined ? undefined : (chosen.address ?? askName(title));
}

async function pickKept({ store, dialogs }: SecretTools): Promise<SecretAddress | undefined> {
  const kept = await store.list();
  if (kept.length === 0) {
    void vscode.window.showInformationMessage(t('No secret is set.'));
    return undefined;
  }
  const options = { title: t('Clear Secret'), placeHolder: t('Which secret?') };
  return (await vscode.window.showQuickPick(keptItems(kept, dialogs), options))?.address;
}

function keptItems(kept: readonly SecretAddress[], dialogs: SecretDialogs): SecretItem[] {
  return kept.map((address) => ({ label: dialogs.label(address), iconPath: new vscode.ThemeIcon('key'), address }));
}

async function askName(title: string): Promise<SecretAddress | undefined> {
  const name = await vscode.window.showInputBox({
    title,
    prompt: t('A name for the secret; definitions say {0}', '${secret:name}'),
    placeHolder: t('for example: github-token'),
    ignoreFocusOut: true,
    validateInput: (text) => (isSecretName(text.trim()) ? undefined : secretNameRule()),
  });
  return name === undefined ? undefined : { name: name.trim() };
}

async function confirmClear(label: string): Promise<boolean> {
  const clear = t('Clear');
  const options = { modal: true, detail: t('Servers that need it ask for it with their next start.') };
  return (await vscode.window.showWarningMessage(t('Clear the secret “{0}”?', label), options, clear)) === clear;
}

function keyOf({ name, scope }: SecretAddress): string {
  return JSON.stringify([scope, name]);
}

function isSame(a: SecretAddress, b: SecretAddress): boolean {
  return a.name === b.name && a.scope === b.scope;
}
