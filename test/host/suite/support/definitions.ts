import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ApiV1 } from '../../../../src/api.ts';
import { markVariable } from '../../markedProcesses.ts';
import { repository } from './repository.ts';
import { untilServer } from './waiting.ts';

/** A server as it is written into the settings. */
export type Definition = Readonly<Record<string, unknown>>;

/** The value of `markVariable` in every server of these tests. */
export const mark = `${process.pid}-${Date.now()}`;

type Settings = {
  readonly port?: number | false;
  readonly env?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
};

/** Defines `test/servers/NAME.ts`; `port: false` starts it as a stdio server. */
export function program(name: string, { port, env, ...further }: Settings = {}): Definition {
  return nodeProgram(
    [join(repository, 'test/servers', `${name}.ts`)],
    { ...(port === false ? {} : { port: port ?? 'auto' }), ...further },
    env,
  );
}

/** Defines a program that the Node of this VS Code runs. */
export function nodeProgram(
  args: readonly string[],
  further: Definition = {},
  env: Readonly<Record<string, string>> = {},
): Definition {
  // A desktop VS Code needs the variable to behave as Node.
  return {
    command: process.execPath,
    args,
    env: { ...env, ELECTRON_RUN_AS_NODE: '1', [markVariable]: mark },
    ...further,
  };
}

const { ConfigurationTarget } = vscode;

/** What the workspace came with. */
let initial: Readonly<Record<string, unknown>> | undefined;

/** Writes these definitions into the settings, beside those that the workspace came with, and waits until they are known. */
export async function define(
  api: ApiV1,
  servers: Readonly<Record<string, Definition>>,
  target: vscode.ConfigurationTarget = ConfigurationTarget.Workspace,
): Promise<void> {
  const settings = vscode.workspace.getConfiguration('externalMcp');
  const inspected = settings.inspect<Record<string, unknown>>('servers');
  initial ??= inspected?.workspaceValue ?? {};
  const value = target === ConfigurationTarget.Workspace ? { ...initial, ...servers } : servers;
  await settings.update('servers', value, target);
  const [last] = Object.keys(servers).slice(-1);
  if (last !== undefined) await untilServer(api, last, (server) => server !== undefined);
}

/** Removes what `define` wrote, and waits until it is forgotten. */
export async function undefine(api: ApiV1): Promise<void> {
  const settings = vscode.workspace.getConfiguration('externalMcp');
  await settings.update('servers', undefined, ConfigurationTarget.Global);
  await settings.update('servers', initial, ConfigurationTarget.Workspace);
  const keep = new Set(Object.keys(initial ?? {}));
  const configured = api.servers.filter(({ source }) => /settings/i.test(source));
  for (const { name } of configured.filter((server) => !keep.has(server.name)))
    await untilServer(api, name, (server) => server === undefined);
}
