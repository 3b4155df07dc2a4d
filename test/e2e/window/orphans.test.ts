import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { processesMarked } from '../../host/markedProcesses.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';
import type { TemporaryFolder } from '../../host/temporaryFolder.ts';
import { openWindow } from '../../host/window.ts';
import type { VscodeWindow } from '../../host/window.ts';
import { reapersOf, standIn } from '../../unit/process/orphanSupport.ts';
import { isAlive } from '../../unit/process/support.ts';
import { defineServers, guardedHosts, kinds, processesOf, until } from './chaosSupport.ts';
import type { GuardedHost } from './chaosSupport.ts';
import { patience, statusItem } from './parts.ts';

/** `CHAOS_ROUNDS=10` for the long version. */
const rounds = Number(process.env['CHAOS_ROUNDS'] ?? 2);
/** From the first process of a server until all of them are up, in ms. */
const longestStart = 3000;
/** VS Code starts a crashed extension host again, except the third within five minutes; then people reload the window. */
const mostCrashes = 3;

describe('a window whose extension host is killed', function () {
  this.timeout(120_000);
  const mark = randomUUID();
  let folder: TemporaryFolder;
  let program: string;
  let window: VscodeWindow;
  /** The first window's, at any time. */
  let host: GuardedHost;
  /** The markers of all hosts that there have been. */
  const known = new Set<string>();
  /** Of the first window's hosts. */
  let crashes = 0;
  const bystanders = new Set<number>();

  before(async function () {
    this.timeout(300_000); // The first run installs VS Code and a browser.
    folder = await makeTemporaryFolder('chaos');
    program = await standIn(folder.path);
    await defineServers(folder.path, mark, program);
    bystanders.add(unrelated());
    window = await openWindow({ workspace: folder.path });
    host = await nextHost();
  });

  afterEach('touches no bystander', async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot(`failed-${this.currentTest.title.slice(0, 60)}`);
    assert.deepEqual([...bystanders].filter(isAlive), [...bystanders]);
  });

  after(async () => {
    await window.close();
    for (const pid of [...bystanders].filter(isAlive)) process.kill(pid, 'SIGKILL');
    for (const pid of await processesMarked(mark)) process.kill(pid, 'SIGKILL');
    await folder.remove();
  });

  it(`at any moment leaves no process of its servers, ${rounds} rounds of ${kinds.length} kinds`, async () => {
    for (let round = 1; round <= rounds; round += 1) {
      await until(async () => (await serversOf(host)).length > 0, 'a server was being started');
      await pause(Math.random() * longestStart);
      // Meanwhile VS Code starts no next host, which would end what is left too: this is the reaper's work alone.
      process.kill(window.server.pid, 'SIGSTOP');
      try {
        await killed(host.pid);
        await nothingLeftOf(host);
      } finally {
        process.kill(window.server.pid, 'SIGCONT');
      }
      host = await recovered();
    }
  }).timeout(120_000 + rounds * 20_000);

  describe('beside another window on the same folder', () => {
    let page: Page;
    let other: GuardedHost;

    before(async () => {
      const opened = await window.page.context().browser()?.newPage();
      assert.ok(opened);
      page = opened;
      await page.goto(window.url);
      other = await nextHost();
    });

    it('together with its reaper leaves nothing beyond its next start; the other servers run on, its own run again', async () => {
      const [ours, theirs] = [await running(window.page, host), await running(page, other)];
      await killed(host.reaper, host.pid);
      assert.deepEqual(await serversOf(host), ours, 'they would have survived');
      assert.ok(bystanders.size > 1, 'a server had opened something');
      const last = host;
      host = await recovered();
      await swept(last);
      await nothingLeftOf(last);
      await running(window.page, host);
      assert.deepEqual(await serversOf(other), theirs);
    });

    it('keeps its servers when the other is closed, which leaves none', async () => {
      const ours = await running(window.page, host);
      await page.goto('about:blank');
      await nothingLeftOf(other);
      assert.deepEqual(await serversOf(host), ours);
    });
  });

  /** Kills these at once; what servers have opened for people until then is to stay. */
  async function killed(...pids: readonly number[]): Promise<void> {
    for (const pid of (await processesOf(host, mark, program)).opened) bystanders.add(pid);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(() => !pids.some(isAlive), 'what was killed was gone');
    crashes += 1;
  }

  /** Waits for the next host of the first window; reloads it when VS Code starts none. */
  async function recovered(): Promise<GuardedHost> {
    if (crashes % mostCrashes === 0) await window.page.reload();
    return nextHost();
  }

  /** Waits for a host that nobody has seen so far. */
  async function nextHost(): Promise<GuardedHost> {
    const unknown = async (): Promise<GuardedHost | undefined> =>
      (await guardedHosts(window.server)).find(({ marker }) => !known.has(marker));
    let next = await unknown();
    await until(async () => (next ??= await unknown()) !== undefined, 'an extension host had started servers');
    assert.ok(next);
    known.add(next.marker);
    return next;
  }

  async function nothingLeftOf(dead: GuardedHost): Promise<void> {
    await until(async () => (await serversOf(dead)).length === 0, 'nothing was left');
    await until(async () => (await reapersOf(dead.marker)).length === 0, 'the reaper was gone');
  }

  /** The sweep takes the ledger of the dead away when it has finished. */
  async function swept(dead: GuardedHost): Promise<void> {
    await until(() => !existsSync(dead.ledger), 'the window had looked for what others left');
  }

  /** The processes of the servers when all of them run. */
  async function running(page: Page, guarded: GuardedHost): Promise<number[]> {
    const all = kinds.length + 1;
    const name = new RegExp(`^External MCP: ${all} of ${all} servers running`);
    await statusItem(page)
      .and(page.getByRole('button', { name }))
      .waitFor({ timeout: 2 * patience });
    const pids = await serversOf(guarded);
    assert.ok(pids.length > all, 'more processes than servers');
    return pids;
  }

  async function serversOf(guarded: GuardedHost): Promise<number[]> {
    return (await processesOf(guarded, mark, program)).servers;
  }

  /** Runs what the servers run, in a group of its own, without the marker. */
  function unrelated(): number {
    const options = { detached: true, stdio: 'ignore' } as const;
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1e9)'], options);
    child.unref();
    return Number(child.pid);
  }
});
