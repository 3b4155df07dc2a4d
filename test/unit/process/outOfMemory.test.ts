import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { memoryKills, noticeOutOfMemory } from '../../../src/process/outOfMemory.ts';
import { describeExit, type ExitCause } from '../../../src/process/state.ts';
import { code, stopAll, subject } from './support.ts';

const FILLS_HEAP = 'const all = []; for (;;) all.push({ text: String(all.length), more: [all.length] })';

async function end(options: Parameters<typeof subject>[0]): Promise<ExitCause> {
  const { process: child, exit } = subject(options);
  await child.start();
  return exit;
}

describe('the reason of an end', () => {
  afterEach(stopAll);

  it('is the heap limit of a Node that has reached it', async () => {
    const cause = await end({ args: ['--max-old-space-size=32', ...code(FILLS_HEAP)] });
    assert.deepEqual(cause, { kind: 'signal', signal: 'SIGABRT', requested: false, outOfMemory: 'heap' });
    assert.equal(describeExit(cause), 'ran out of memory (its heap limit)');
  });

  it('is the heap limit when a shell passes on how its command ended', async () => {
    const cause = await end({
      command: '/bin/sh',
      args: ['-c', `"$0" --max-old-space-size=32 --eval "$1"; exit $?`, process.execPath, FILLS_HEAP],
    });
    assert.deepEqual(cause, { kind: 'code', code: 134, requested: false, outOfMemory: 'heap' });
    assert.equal(describeExit(cause), 'ran out of memory (its heap limit)');
  });

  it('is not the heap limit when it aborts for another reason, or only speaks of one', async () => {
    assert.equal(
      describeExit(await end({ args: code('process.abort()') })),
      'aborted with SIGABRT (Node does so when its memory limit is reached)',
    );
    const talker = await end({ args: code('console.error("JavaScript heap out of memory"); process.exitCode = 1') });
    assert.equal(describeExit(talker), 'exited with code 1');
  });

  it('is a crash when it has hurt itself', async () => {
    assert.equal(
      describeExit(await end({ args: code('process.kill(process.pid, "SIGSEGV")') })),
      'crashed with SIGSEGV',
    );
  });

  it('is unknown when it was killed from outside while the memory killer has rested', async () => {
    const { process: child, exit } = subject({ args: code('setInterval(() => {}, 1e9)') });
    await child.start();
    assert(child.state.kind === 'running');
    process.kill(child.state.pid, 'SIGKILL');
    assert.equal(
      describeExit(await exit),
      "was killed by SIGKILL from outside (possibly by the system's memory killer)",
    );
  });
});

describe("the kernel's memory killer", () => {
  let root: string;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'cgroup-'));
  });

  after(async () => {
    await rm(root, { recursive: true });
  });

  async function group(path: string, kills: number): Promise<void> {
    await mkdir(join(root, path), { recursive: true });
    await writeFile(join(root, path, 'memory.events'), `low 0\nhigh 0\nmax 3\noom 1\noom_kill ${kills}\n`);
  }

  async function killsSeenFrom(membership: string): Promise<number | undefined> {
    const own = join(root, 'self');
    await writeFile(own, membership);
    return memoryKills(root, own);
  }

  it('is counted for all of a user, so that a limited server next to us counts', async () => {
    await group('user.slice/user-1000.slice', 2);
    await group('user.slice/user-1000.slice/user@1000.service/app.slice/code.scope', 1);
    assert.equal(await killsSeenFrom('0::/user.slice/user-1000.slice/user@1000.service/app.slice/code.scope\n'), 2);
  });

  it('is counted for our own group where users have none', async () => {
    await group('container', 5);
    assert.equal(await killsSeenFrom('0::/container\n'), 5);
    await group('', 7);
    assert.equal(await killsSeenFrom('0::/\n'), 7);
  });

  it('is not counted where the system does not', async () => {
    assert.equal(await killsSeenFrom('4:memory:/container\n'), undefined);
    assert.equal(await killsSeenFrom('0::/nowhere\n'), undefined);
    assert.equal(await memoryKills(root, join(root, 'missing')), undefined);
  });

  it('is named where it has been at work, and only where nothing else explains the end', async () => {
    const killed: ExitCause = { kind: 'signal', signal: 'SIGKILL', requested: false };
    const now = async (): Promise<number> => 3;
    const cause = await noticeOutOfMemory(killed, [], 2, now);
    assert.equal(describeExit(cause), "ran out of memory (the system's memory killer ended it)");
    assert.deepEqual(await noticeOutOfMemory(killed, [], 3, now), killed);
    assert.deepEqual(await noticeOutOfMemory(killed, [], undefined, now), killed);
    const requested: ExitCause = { ...killed, requested: true };
    assert.deepEqual(await noticeOutOfMemory(requested, [], 2, now), requested);
    const crash: ExitCause = { kind: 'signal', signal: 'SIGSEGV', requested: false };
    assert.deepEqual(await noticeOutOfMemory(crash, [], 2, now), crash);
  });
});
