import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { hardLimited } from '../../../src/process/hardLimit.ts';
import { code, stopAll, subject } from './support.ts';

const BYTES = 200 * 1024 * 1024;

/**
 * Stands in for systemd-run, which needs a user's systemd: writes down how it was called and becomes the command.
 * @param inForce what it answers when it is asked for the limit in force
 * @param extra what it does before
 */
const script = (inForce: string, extra = ''): string => `#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
${extra}
for option; do case $option in MemoryMax=*) limit=\${option#*=} ;; esac; done
case "$*" in *memory.max*) echo ${inForce}; exit ;; esac
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;

describe('a hard limit of memory', () => {
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'limit-'));
    env = { PATH: [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':'), ONLY: 'this' };
  });

  afterEach(async () => {
    await stopAll();
    await rm(folder, { recursive: true });
  });

  async function install(text: string): Promise<void> {
    const file = join(folder, 'systemd-run');
    await writeFile(file, text);
    await chmod(file, 0o755);
  }

  async function calls(): Promise<string[]> {
    const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '');
    return text.split('\n').filter((call) => call !== '');
  }

  const limited = (command: string, args: readonly string[] = []): ReturnType<typeof hardLimited> =>
    hardLimited({ command, args, cwd: folder, env }, BYTES);

  it('wraps the command where systemd proves able, which is found out once', async () => {
    await install(script('$limit'));
    const line = await limited('node', ['server.js', '--name', 'a b']);
    assert.equal(line.command, 'systemd-run');
    const options = ['--user', '--scope', '--quiet', '--collect', '-p', 'MemorySwapMax=0', '--expand-environment=no'];
    assert.deepEqual(line.args, [...options, '-p', `MemoryMax=${BYTES}`, '--', 'node', 'server.js', '--name', 'a b']);
    await Promise.all([limited('node'), limited('node'), limited('sh')]);
    assert.equal((await calls()).length, 1);
  });

  it('does without an option that an older systemd refuses', async () => {
    await install(script('$limit', 'case "$*" in *--expand-environment*) exit 1 ;; esac'));
    const { command, args } = await limited('node');
    assert.equal(command, 'systemd-run');
    assert(!args.includes('--expand-environment=no'));
  });

  it('changes nothing where the limit is accepted and not in force', async () => {
    await install(script('max'));
    assert.deepEqual(await limited('node', ['server.js']), { command: 'node', args: ['server.js'] });
  });

  it('changes nothing where there is no systemd of the user', async () => {
    assert.deepEqual(await limited('node', ['server.js']), { command: 'node', args: ['server.js'] });
  });

  it('changes nothing where there is no systemd-run, or one that fails', async () => {
    env['PATH'] = dirname(process.execPath);
    assert.deepEqual(await limited('node'), { command: 'node', args: [] });
    env['PATH'] = `${folder}:/usr/bin:/bin`;
    await install('#!/bin/sh\nexit 1\n');
    assert.deepEqual(await limited('sh'), { command: 'sh', args: [] });
  });

  it('leaves a missing command to the system, which says so better', async () => {
    await install(script('$limit'));
    assert.deepEqual(await limited('no-such-command'), { command: 'no-such-command', args: [] });
    const { process: child } = subject({ command: 'no-such-command', env, memoryMaxBytes: BYTES });
    await assert.rejects(child.start(), /the command "no-such-command" was not found/);
  });

  it('gives the process its own id, group, environment and pipes', async () => {
    await install(script('$limit'));
    const {
      process: child,
      line,
      traffic,
    } = subject({
      args: code('console.log(JSON.stringify({ pid: process.pid, env: process.env }))'),
      env,
      memoryMaxBytes: BYTES,
    });
    let pid: number | undefined;
    child.onDidChangeState((state) => (pid ??= state.kind === 'running' ? state.pid : undefined));
    await child.start();
    const told = JSON.parse(await line()) as { pid: number; env: Record<string, string> };
    assert.equal(told.pid, pid);
    // What the shell of the stand-in sets is not of systemd-run.
    const { PWD: _folder, OLDPWD: _last, SHLVL: _depth, _: _program, ...rest } = told.env;
    assert.deepEqual(rest, env);
    assert.match(traffic[0] ?? '', /^limited to 209715200 bytes/);
    assert.match((await calls()).at(-1) ?? '', /MemoryMax=209715200 -- .*node --eval/);
  });

  it('that takes for ever to be found out starts nothing that is stopped meanwhile', async () => {
    await install('#!/bin/sh\necho asked >> "$(dirname "$0")/calls"\nexec sleep 600\n');
    const { process: child, traffic } = subject({ args: code('console.log("started")'), env, memoryMaxBytes: BYTES });
    const states: string[] = [];
    child.onDidChangeState(({ kind }) => states.push(kind));
    const started = assert.rejects(child.start(), { kind: 'cancelled' });
    while ((await calls()).length === 0) await setImmediate();
    await child.stop();
    await started;
    assert.deepEqual(states, ['spawning', 'exited']);
    assert.deepEqual(
      traffic.filter((text) => text.includes('started')),
      [],
    );
    assert.deepEqual(child.state, { kind: 'exited', cause: { kind: 'notStarted' } });
    // Asked once: one that hangs is not asked again with fewer options.
    assert.equal((await calls()).length, 1);
  });

  it('says so where none can be set, and runs the process', async () => {
    const {
      process: child,
      exit,
      traffic,
    } = subject({ args: code('process.exitCode = 4'), env, memoryMaxBytes: BYTES });
    await child.start();
    assert.deepEqual(await exit, { kind: 'code', code: 4, requested: false });
    assert.match(traffic[0] ?? '', /no hard limit/);
  });
});
