import type { ChildProcess } from 'node:child_process';

import { execa } from 'execa';

import type { Command } from './spawnError.ts';

/** A running child that leads a process group of its own; its pid is the group's id. */
export type Leader = ChildProcess & { readonly pid: number };

/** Spawns a command with three pipes, no shell and exactly this environment. Rejects with what execa or the system said. */
export async function spawnLeader({ command, args, cwd, env }: Command & { args: readonly string[] }): Promise<Leader> {
  const subprocess = execa(command, args, {
    cwd,
    env,
    extendEnv: false,
    shell: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // Buffering would end the server after 100 million characters of output.
    buffer: false,
    reject: false,
    // Spawns into a group of its own and, unlike `detached`, keeps `cleanup`: when this host ends without having stopped the
    // process, execa's exit handler signals the group. Nobody escalates after that, hence KILL.
    killDescendants: true,
    cleanup: true,
    killSignal: 'SIGKILL',
    forceKillAfterDelay: false,
  });
  // Execa's promise waits for helpers that hold the pipes, so it serves only to say why nothing was spawned.
  const child = subprocess.nodeChildProcess;
  if (isLeader(child)) return child;
  const { cause } = await subprocess;
  throw cause;
}

function isLeader(child: ChildProcess): child is Leader {
  return child.pid !== undefined;
}
