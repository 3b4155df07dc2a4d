import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { plainMessage } from '../../base/displayText.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import type { Target } from '../commands/target.ts';
import { writeDefinition } from '../settings.ts';
import { definitionFrom, isUrl } from './commandLine.ts';

/** Where a new definition can be written. */
type NewPlace = 'workspace' | 'user';

/**
 * Asks for a name and a command or URL, writes the definition and offers to start it. Resolves with its name.
 * With a definition nothing is asked but what is missing; throws `config` when the name is taken.
 */
export async function addServer(registry: ServerRegistry, given: Target): Promise<string | undefined> {
  const title = t('Add MCP Server');
  // A button above the tree passes the row that has the focus: a name alone is not what somebody wants to add.
  const givenName = given.definition === undefined ? undefined : given.server;
  if (givenName !== undefined) assertFree(registry, givenName);
  const name = givenName ?? (await askName(registry, title));
  if (name === undefined) return undefined;
  const definition = given.definition ?? (await askDefinition(title));
  if (definition === undefined) return undefined;
  const target = given.definition === undefined ? await askTarget(title) : defaultTarget();
  if (target === undefined) return undefined;
  await writeDefinition({ scope: target, key: name }, definition);
  // The command that it runs shows its failure itself.
  if (given.definition === undefined) offerStart(name).catch(() => {});
  return name;
}

function assertFree(registry: ServerRegistry, name: string): void {
  if (!isTaken(registry, name)) return;
  throw new ExternalMcpError('config', t('There is a server named “{0}” already. Choose another name.', name), {
    server: name,
  });
}

function isTaken(registry: ServerRegistry, name: string): boolean {
  return registry.servers.some((server) => server.name === name);
}

function askName(registry: ServerRegistry, title: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title,
      prompt: t('A name for the server'),
      placeHolder: t('for example: files'),
      ignoreFocusOut: true,
      validateInput: (value) => {
        const name = value.trim();
        if (name === '') return t('The name must not be empty.');
        if (name.length > 100) return t('The name is too long.');
        if (name.includes('@')) return t('“@” is not allowed: it stands between a name and its scope.');
        return isTaken(registry, name) ? t('There is a server of that name already.') : undefined;
      },
    })
    .then((value) => value?.trim());
}

async function askDefinition(title: string): Promise<object | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: t('The command that starts it, or the URL where it runs'),
    placeHolder: 'npx -y @modelcontextprotocol/server-everything   ·   http://127.0.0.1:8080/mcp',
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value.trim() === '') return t('Write a command or a URL.');
      return isUrl(value) && URL.parse(value.trim()) === null ? t('This is not a valid URL.') : undefined;
    },
  });
  if (text === undefined) return undefined;
  if (isUrl(text)) return definitionFrom(text, false);
  const stdio = {
    label: t('On its input and output (stdio)'),
    description: t('what most MCP servers do'),
    http: false,
  };
  const http = { label: t('Over HTTP'), description: t('on a free port, passed as PORT and ${port}'), http: true };
  if (text.includes('${port}')) return definitionFrom(text, true);
  const chosen = await vscode.window.showQuickPick([stdio, http], {
    title,
    placeHolder: t('How does it speak?'),
    ignoreFocusOut: true,
  });
  return chosen === undefined ? undefined : definitionFrom(text, chosen.http);
}

async function askTarget(title: string): Promise<NewPlace | undefined> {
  if (defaultTarget() === 'user') return 'user';
  const items = [
    { label: t('This workspace'), description: '.vscode/settings.json', target: 'workspace' as const },
    { label: t('All my workspaces'), description: t('user settings'), target: 'user' as const },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('Where should it be kept?'),
    ignoreFocusOut: true,
  });
  return chosen?.target;
}

function defaultTarget(): NewPlace {
  return vscode.workspace.workspaceFolders === undefined ? 'user' : 'workspace';
}

async function offerStart(name: string): Promise<void> {
  const start = t('Start');
  const chosen = await vscode.window.showInformationMessage(plainMessage(t('“{0}” was added.', name)), start);
  if (chosen === start) await vscode.commands.executeCommand('externalMcp.startServer', name);
}
