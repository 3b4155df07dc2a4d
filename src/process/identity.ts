import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What tells a process from a later one with the same id. */
export interface ProcessIdentity {
  /** When it started, to be compared only: ticks since the boot on Linux, a date elsewhere. */
  started: string;
  /** It has ended and nobody has taken note. */
  dead: boolean;
}

/** How long another program is waited for that looks something up. */
const LOOK_UP_MS = 2000;
/** Dates in one language and one time zone, so that they can be compared. */
const PLAIN = { timeout: LOOK_UP_MS, env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' } };
const run = promisify(execFile);

/**
 * The identity of a process; undefined when there is none, or none that can be found out (Windows). On Linux it is read before this
 * returns, so that a child's is read before the child can be replaced.
 */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform === 'linux') return identifyOnLinux(pid);
  const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], PLAIN).catch(() => ({ stdout: '' }));
  const [, state, started] = /^\s*(\S+)\s+(\S.*\S)\s*$/.exec(stdout) ?? [];
  return state === undefined || started === undefined ? undefined : { started, dead: state.startsWith('Z') };
}

function identifyOnLinux(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Fields 3 (state) and 22 (start time) of proc(5); the name before them may hold anything, so they count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    return started === undefined ? undefined : { started, dead: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}

/** Tells this boot of the machine from every other; undefined where that cannot be found out. */
export async function bootId(): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const text =
    process.platform === 'linux'
      ? readFile('/proc/sys/kernel/random/boot_id', 'utf8')
      : run('sysctl', ['-n', 'kern.bootsessionuuid'], PLAIN).then(({ stdout }) => stdout);
  return (await text.catch(() => '')).trim() || undefined;
}

/**
 * The editor's own program, where extensions run in it: a server may be run with it (`serverPath`), but whatever else runs it may be
 * the editor itself, so nothing is ever recognised by it.
 */
export const editorProgram = process.versions['electron'] === undefined ? '' : process.execPath;

/** The file that a process runs, by which strays of its server are recognised; undefined where none can be. Linux only. */
export function executableOf(pid: number): string | undefined {
  try {
    // The file may have been replaced by an update since.
    const path = readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
    return path === editorProgram || path.includes('\n') ? undefined : path;
  } catch {
    return undefined;
  }
}
