import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

import { bootId, identify } from '../../../src/process/identity.ts';
import type { LedgerContent } from '../../../src/process/ledger.ts';
import { repositoryRoot } from '../../host/paths.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../host/temporaryFolder.ts';
import { isAlive } from '../process/support.ts';

const id = 'external-mcp.external-mcp';

describe('The program that VS Code runs after the extension was uninstalled', function () {
  this.timeout(60_000);
  let temporary: TemporaryFolder;
  /** The home of the user. */
  let home: string;
  let product: string;
  let storage: string;
  const started: ChildProcess[] = [];

  beforeEach(async () => {
    temporary = await makeTemporaryFolder('uninstall');
    home = temporary.path;
    product = join(home, '.vscode-server');
    storage = await makeFolder(product, 'data', 'User', 'globalStorage', id);
  });

  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await temporary.remove();
  });

  async function makeFolder(...parts: string[]): Promise<string> {
    await mkdir(join(...parts), { recursive: true });
    return join(...parts);
  }

  /** Runs it as VS Code does, from the extension's folder in `product`. */
  async function uninstall(): Promise<void> {
    const outfile = join(product, 'extensions', `${id}-1.0.0`, 'dist', 'uninstall.cjs');
    const entryPoints = [join(repositoryRoot, 'src/uninstall/main.ts')];
    await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20' });
    const env = { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
    const options = { cwd: home, env, timeout: 50_000 };
    await promisify(execFile)(process.execPath, [outfile, '--type=extension-post-uninstall'], options);
  }

  async function writeLedger(changes: Partial<LedgerContent>): Promise<string> {
    const content: LedgerContent = {
      boot: String(await bootId()),
      marker: randomUUID(),
      host: { pid: process.pid, started: 'before this one' },
      runs: [],
      executables: {},
      ...changes,
    };
    const name = `ledger-${content.marker}.json`;
    await writeFile(join(storage, name), JSON.stringify(content));
    return name;
  }

  /** A process as a server's, deaf to polite signals, with its entry in a ledger. */
  async function server(): Promise<{ id: string; pid: number; started: string }> {
    const source = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e9); console.log('ready')";
    const child = spawn(process.execPath, ['--eval', source], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    started.push(child);
    await once(child.stdout, 'data');
    const pid = Number(child.pid);
    return { id: '0.1', pid, started: String((await identify(pid))?.started) };
  }

  it('leaves nothing behind, nor any server of a killed window', async () => {
    const servers = [await server(), await server()];
    for (const run of servers) await writeLedger({ runs: [run] });
    for (const name of ['ledger-1.json', 'ledger-2.json.tmp', 'unreadable-ledger.json', 'other.tmp'])
      await writeFile(join(storage, name), '{');
    await writeFile(join(await makeFolder(storage, 'recordings', 'deep'), 'one.har'), '{}');
    await uninstall();
    assert.deepEqual(
      servers.map(({ pid }) => isAlive(pid)),
      [false, false],
    );
    assert.deepEqual(await readdir(join(storage, '..')), []);
  });

  it('leaves a window alone that is open, and what is not ours', async () => {
    const run = await server();
    const host = { pid: process.pid, started: String((await identify(process.pid))?.started) };
    const ledger = await writeLedger({ host, runs: [run] });
    const dead = await writeLedger({});
    for (const name of [`${ledger}.tmp`, `${dead}.tmp`, 'notes.json']) await writeFile(join(storage, name), '{');
    await makeFolder(storage, 'other.tmp');
    await uninstall();
    assert.equal(isAlive(run.pid), true);
    assert.deepEqual(await readdir(storage), [ledger, `${ledger}.tmp`, 'notes.json', 'other.tmp']);
  });

  it('follows no link', async () => {
    const outside = await makeFolder(home, 'outside');
    const precious = [join(outside, 'one.har'), join(outside, 'ledger-1.json')];
    for (const file of precious) await writeFile(file, 'precious');
    await symlink(outside, join(await makeFolder(storage, 'recordings'), 'link'));
    await symlink(join(outside, 'ledger-1.json'), join(storage, 'ledger-1.json'));
    await uninstall();
    assert.deepEqual(await readdir(storage), ['ledger-1.json']);

    await rm(storage, { recursive: true });
    await makeFolder(storage);
    await symlink(outside, join(storage, 'recordings'));
    await uninstall();
    assert.deepEqual(await readdir(storage), ['recordings']);

    await rm(storage, { recursive: true });
    await symlink(outside, storage);
    await uninstall();
    for (const file of precious) assert.equal(await readFile(file, 'utf8'), 'precious');
  });

  it('clears the storage of the editor that it was installed in, and of no other', async () => {
    product = join(home, '.vscode');
    const [ours, others] = await Promise.all(
      ['Code', 'Code - Insiders'].map((name) => makeFolder(home, 'config', name, 'User', 'globalStorage', id)),
    );
    for (storage of [String(ours), String(others)]) await writeLedger({});
    await uninstall();
    await assert.rejects(access(String(ours)), { code: 'ENOENT' });
    assert.equal((await readdir(String(others))).length, 1);
  });

  it('has nothing to do where nothing was stored', async () => {
    await rm(product, { recursive: true });
    await uninstall();
    assert.deepEqual(await readdir(product), ['extensions']);
  });

  it('is named in package.json in the one form that VS Code takes, and built', async () => {
    const manifest = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    assert.equal(manifest.scripts['vscode:uninstall'], 'node ./dist/uninstall.cjs');
    assert.match(await readFile(join(repositoryRoot, 'esbuild.mjs'), 'utf8'), /uninstall: 'src\/uninstall\/main\.ts'/);
  });
});
