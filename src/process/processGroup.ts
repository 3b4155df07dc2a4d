import { execa } from 'execa';

import { readProcess, readProcessTable } from './processTable.ts';

/** A spawned process together with what it started, as far as that stayed in its group. */
export class ProcessGroup {
  readonly #leader: number;
  /** Members that were alive at the last full look, so that most looks cost one small file each. */
  #members: readonly number[] = [];

  /** @param leader process id of a process that was spawned as the leader of a group of its own */
  constructor(leader: number) {
    this.#leader = leader;
  }

  /** Sends the signal to every member; harmless when there is none left. */
  async signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (process.platform === 'win32') {
      // Windows has neither groups nor a polite signal. Not run by us so far. The tree is found only while the leader lives.
      await execa('taskkill', ['/T', '/F', '/PID', String(this.#leader)], { reject: false, timeout: 1000 });
      return;
    }
    try {
      process.kill(-this.#leader, signal);
    } catch {
      // ESRCH: gone in the meantime. EPERM: members that run as somebody else, which the caller sees as not gone.
    }
  }

  /** Whether no member is alive; to be asked once the leader has exited and been waited for. */
  async isGone(): Promise<boolean> {
    if (process.platform === 'win32' || !exists(-this.#leader)) return true;
    // kill(2) counts zombies too, and in a container nobody may ever wait for them.
    if (process.platform !== 'linux') return false;
    if (this.#members.some((pid) => this.#isLive(pid))) return false;
    const rows = await readProcessTable();
    this.#members = rows.filter((row) => row.pgid === this.#leader && !row.dead).map((row) => row.pid);
    return this.#members.length === 0;
  }

  #isLive(pid: number): boolean {
    const row = readProcess(pid);
    return row !== undefined && row.pgid === this.#leader && !row.dead;
  }
}

function exists(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
