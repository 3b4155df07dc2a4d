import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ExternalMcpError } from '../../../src/base/errors.ts';
import type { ProcessOptions } from '../../../src/process/externalMcpProcess.ts';
import { code, fastClock, program, stopAll, subject } from './support.ts';

async function refusal(options: Partial<ProcessOptions>): Promise<ExternalMcpError> {
  const { process: child } = subject(options);
  const error: unknown = await child.start().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof ExternalMcpError, String(error));
  assert.equal(error.kind, 'process');
  assert.equal(error.server, 'under test');
  assert.deepEqual(child.state, { kind: 'exited', cause: { kind: 'notStarted' } });
  return error;
}

describe('starting a process', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'process-'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  afterEach(stopAll);

  it('goes through its states in order and tells each', async () => {
    const { process: child, exit } = subject({ args: code('process.exitCode = 4') });
    const seen = [child.state.kind];
    child.onDidChangeState((state) => seen.push(state.kind));
    await child.start();
    assert.deepEqual(await exit, { kind: 'code', code: 4, requested: false });
    assert.deepEqual(seen, ['idle', 'spawning', 'running', 'stopping', 'exited']);
  });

  it('names the command that was not found, where it was looked for, and the way out', async () => {
    const error = await refusal({ command: 'no-such-command', env: { PATH: '/opt/tools:/usr/bin' } });
    assert.match(error.message, /“under test” could not be started: the command "no-such-command" was not found/);
    assert.match(error.message, /full path.*\/opt\/tools, \/usr\/bin/);
    assert.equal(error.retryable, false);
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT');
  });

  it('names the file when the command is a path', async () => {
    const error = await refusal({ command: './missing.sh', cwd: folder });
    assert.match(error.message, new RegExp(`there is no file "${join(folder, 'missing.sh')}"`));
  });

  it('recognises arguments that were put into the command', async () => {
    const error = await refusal({ command: 'node server.js' });
    assert.match(error.message, /the rest in "args"/);
  });

  it('blames a missing working directory, not the command', async () => {
    const error = await refusal({ cwd: join(folder, 'nowhere') });
    assert.match(error.message, /working directory ".*nowhere" does not exist.*"cwd"/);
    assert.doesNotMatch(error.message, /command/);
  });

  it('blames a working directory that is a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    assert.match((await refusal({ cwd: file })).message, /working directory ".*file" is not a folder/);
  });

  it('says that a file is not executable, and how to make it so', async () => {
    const script = join(folder, 'plain.sh');
    await writeFile(script, '#!/bin/sh\n');
    const error = await refusal({ command: script });
    assert.match(error.message, /plain\.sh" is not executable\. Make it executable \(chmod \+x\)/);
  });

  it('says that a folder is not a program', async () => {
    assert.match((await refusal({ command: folder })).message, /is a folder/);
  });

  it('blames the interpreter when that is what is missing', async () => {
    const script = join(folder, 'script');
    await writeFile(script, '#!/no/such/interpreter\n');
    await chmod(script, 0o755);
    assert.match(
      (await refusal({ command: script })).message,
      /interpreter "\/no\/such\/interpreter", named in .*script", could not be run/,
    );
  });

  it('reports what the system refuses before it even tries', async () => {
    assert.match((await refusal({ args: ['a\0b'] })).message, /refused to run .*null bytes/);
    assert.match((await refusal({ args: ['x'.repeat(4_000_000)] })).message, /refused to run .*E2BIG/);
  });

  it('masks secrets in what it says and records about the command', async () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '*******');
    const { process: child, traffic } = subject({ args: [...code(''), '--', '--token=hunter2'], redact });
    await child.start();
    assert.match(traffic[0] ?? '', /^spawned pid \d+: .*--token=\*{7}$/);
    assert.match((await refusal({ command: '/hunter2/tool', redact })).message, /"\/\*{7}\/tool"/);
  });

  it('does not start when it was cancelled before', async () => {
    const { process: child } = subject();
    await assert.rejects(child.start(AbortSignal.abort()), { kind: 'cancelled' });
    assert.deepEqual(child.state, { kind: 'idle' });
  });

  it('gives the child the environment it was given and nothing else', async () => {
    const { process: child, line } = subject({
      args: code('console.log(JSON.stringify(process.env))'),
      env: { ONLY: 'this' },
    });
    await child.start();
    assert.deepEqual(JSON.parse(await line()), { ONLY: 'this' });
  });

  it('hands out stdin and stdout untouched in pipes mode, however late somebody listens', async () => {
    const {
      process: child,
      lines,
      line,
    } = subject({
      args: code('process.stdin.pipe(process.stdout); console.error("\\x1b[1mup")'),
      stdio: 'pipes',
    });
    await child.start();
    const pipes = child.pipes;
    assert(pipes);
    pipes.stdin.write('{"raw":"\x1b[1m"}\n');
    assert.equal(await line(), 'up');
    const received = await new Promise((resolve) => {
      pipes.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()));
      pipes.stdout.resume();
    });
    assert.equal(received, '{"raw":"\x1b[1m"}\n');
    assert.deepEqual(lines, [{ stream: 'stderr', text: 'up' }]);
  });

  it('keeps the pipes to itself in output mode', async () => {
    const { process: child, line } = subject({ args: program('stubborn'), clock: fastClock });
    await child.start();
    await line();
    assert.equal(child.pipes, undefined);
  });
});
