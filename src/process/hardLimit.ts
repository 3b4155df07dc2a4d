import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';

import { execa } from 'execa';

import type { Command } from './spawnError.ts';

/** A command and how it is called. */
export interface CommandLine {
  command: string;
  args: readonly string[];
}

const SYSTEMD_RUN = 'systemd-run';
/**
 * Without swap, which would only make it slow first. `--scope` replaces itself by the command, so process id, pipes and environment
 * are the command's own; `--collect` lets nothing stay when the limit was hit.
 */
const SCOPE = ['--user', '--scope', '--quiet', '--collect', '-p', 'MemorySwapMax=0'];
/** From version 254 on `${NAME}` in arguments may be replaced unless this is said; older ones refuse the option. */
const CALLS = [[...SCOPE, '--expand-environment=no'], SCOPE];
/** How long systemd may take to show that it can; it takes some 10 ms. */
const PROBE_MS = 1000;
const PROBE_BYTES = 1024 ** 3;
/** systemd accepts the limit silently where the memory controller is not given to users (cgroup v1), so look whether it is there. */
const PROBE = ['sh', '-c', 'cat "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/memory.max"'];

/** What was found out, by the variables that decide it. As many as there are servers with a PATH of their own. */
const known = new Map<string, Promise<readonly string[] | undefined>>();

/**
 * The command line under a limit of memory for it and all it starts, beyond which the kernel kills; on Linux, where the user's systemd
 * proves able to set one. Elsewhere, and where the command cannot be found, it is returned as it is. Needs XDG_RUNTIME_DIR in the
 * command's environment, which `childEnvironment` passes, to find the user's systemd; adds nothing to it.
 * @param bytes as many as `MemoryMax=` of systemd.resource-control(5)
 */
export async function hardLimited(line: Command & CommandLine, bytes: number): Promise<CommandLine> {
  const { command, args, env } = line;
  // That a command is missing is better told by the system than by systemd-run.
  const call = process.platform === 'linux' && (await isRunnable(line)) ? await systemdCall(env) : undefined;
  if (call === undefined) return { command, args };
  return { command: SYSTEMD_RUN, args: [...call, '-p', `MemoryMax=${Math.floor(bytes)}`, '--', command, ...args] };
}

function systemdCall(env: Command['env']): Promise<readonly string[] | undefined> {
  const key = ['PATH', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'].map((name) => env[name]).join('\0');
  const found = known.get(key) ?? findCall(env);
  known.set(key, found);
  return found;
}

async function findCall(env: Command['env']): Promise<readonly string[] | undefined> {
  for (const call of CALLS) {
    const { stdout, timedOut } = await execa(SYSTEMD_RUN, [...call, '-p', `MemoryMax=${PROBE_BYTES}`, '--', ...PROBE], {
      env,
      extendEnv: false,
      stdin: 'ignore',
      timeout: PROBE_MS,
      killSignal: 'SIGKILL',
      reject: false,
    });
    if (stdout === String(PROBE_BYTES)) return call;
    // One that hangs is not going to be quicker with fewer options.
    if (timedOut) return undefined;
  }
  return undefined;
}

async function isRunnable({ command, cwd, env }: Command): Promise<boolean> {
  const folders = command.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  for (const folder of folders) {
    const file = resolve(cwd, folder, command);
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return true;
    } catch {
      // Not here.
    }
  }
  return false;
}
