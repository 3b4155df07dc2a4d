import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { executableOf } from '../../../src/process/identity.ts';
import { parseLedger } from '../../../src/process/ledger.ts';
import { readProcessTable } from '../../../src/process/processTable.ts';
import { MARKER_VARIABLE } from '../../../src/process/reaperScript.ts';
import { markVariable, processesMarked } from '../../host/markedProcesses.ts';
import { serverScript } from '../../servers/start.ts';
import type { VscodeServer } from '../../host/vscodeServer.ts';

/** Far more than anything takes here, so that a loaded machine fails no test; milliseconds. */
const deadline = 60_000;
/** Milliseconds between two looks at the processes of the machine: a look takes some 20 that the window is short of. */
const interval = 100;

/** The servers that are to be gone: each has processes that ignore SIGTERM. */
export const kinds = ['direct', 'shell', 'helper', 'npx', 'daemon'] as const;

/** An extension host that has begun to start servers. */
export type GuardedHost = {
  readonly pid: number;
  readonly reaper: number;
  /** In the environment of what it has started. */
  readonly marker: string;
  /** Path of its ledger. */
  readonly ledger: string;
};

/**
 * Fills a folder that is to be opened: its settings define a server of each kind and one that opens `program` for a person, which all
 * start with the window and have `mark` in their environment.
 */
export async function defineServers(folder: string, mark: string, program: string): Promise<void> {
  const node = process.execPath;
  const script = serverScript('process/stubbornServer');
  const commands: Readonly<Record<(typeof kinds)[number] | 'opens', readonly [string, ...string[]]>> = {
    direct: [node, script],
    shell: ['/bin/sh', '-c', `"${node}" "${script}"; true`],
    helper: [node, script, 'helper'],
    npx: ['npx', '--no-install', 'stubborn-server'],
    daemon: [node, script, 'daemon'],
    opens: [node, script, 'opens', program],
  };
  // The last three keep npx off the network and its logs out of the home.
  const env = {
    [markVariable]: mark,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(folder, 'npm'),
  };
  const servers = Object.entries(commands).map(([name, [command, ...args]]) => [
    name,
    { command, args, cwd: folder, env, port: 'auto', autoStart: 'onOpen' },
  ]);
  const installed = join(folder, 'node_modules', '.bin');
  await mkdir(installed, { recursive: true });
  await writeFile(join(installed, 'stubborn-server'), `#!/bin/sh\nexec "${node}" "${script}"\n`);
  await chmod(join(installed, 'stubborn-server'), 0o755);
  await mkdir(join(folder, '.vscode'));
  const settings = { 'externalMcp.servers': Object.fromEntries(servers) as unknown };
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings));
}

/** Waits until the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + deadline; !(await holds()); await pause(interval)) {
    assert.ok(performance.now() < end, `waited in vain until ${what}`);
  }
}

/** The living extension hosts of VS Code's server that guard servers, by the process table; their ledgers confirm them. */
export async function guardedHosts(server: VscodeServer): Promise<GuardedHost[]> {
  const rows = await readProcessTable();
  const childrenOf = (parent: number): Promise<{ pid: number; words: string[] }[]> =>
    Promise.all(
      rows.filter(({ ppid }) => ppid === parent).map(async ({ pid }) => ({ pid, words: await wordsOf(pid) })),
    );
  const found: GuardedHost[] = [];
  for (const { pid, words } of await childrenOf(server.pid)) {
    if (!words.includes('--type=extensionHost')) continue;
    for (const { pid: reaper, words: said } of await childrenOf(pid)) {
      const marker = said[said.indexOf('external-mcp-reaper') + 1];
      if (!said.includes('external-mcp-reaper') || marker === undefined) continue;
      const folder = join(server.serverDataDir, 'data', 'User', 'globalStorage', 'external-mcp.external-mcp');
      const ledger = join(folder, `ledger-${marker}.json`);
      // It is written a moment after the start of the reaper.
      const text = await readFile(ledger, 'utf8').catch(() => undefined);
      if (text !== undefined && parseLedger(text).host.pid === pid) found.push({ pid, reaper, marker, ledger });
    }
  }
  return found;
}

/** What a host has started, and what that has started: its servers, and what they opened for a person, which runs `program`. */
export async function processesOf(
  { marker }: GuardedHost,
  mark: string,
  program: string,
): Promise<{ servers: number[]; opened: number[] }> {
  const pids = await processesMarked(mark);
  const inherited = await Promise.all(
    pids.map(async (pid) => (await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')).split('\0')),
  );
  const own = pids.filter((_pid, index) =>
    inherited[index]?.some((each) => each.startsWith(`${MARKER_VARIABLE}=${marker}.`)),
  );
  const isOpened = (pid: number): boolean => executableOf(pid) === program;
  return { servers: own.filter((pid) => !isOpened(pid)).toSorted((a, b) => a - b), opened: own.filter(isOpened) };
}

async function wordsOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')).split('\0');
}
