import { readFile } from 'node:fs/promises';

import { execa } from 'execa';

import { cleanText } from './cleanText.ts';
import { holderElsewhere } from './listenersElsewhere.ts';
import { holderOnLinux } from './listenersLinux.ts';
import { powershell } from './powershell.ts';

/** A process that accepts connections on a port. */
export interface PortHolder {
  pid: number;
  /** Program and arguments, at most 200 characters, fit for an output channel; they may hold a secret of somebody else's. */
  command: string;
}

/** Characters. */
const LONGEST_COMMAND = 200;
/** How long another program is waited for that looks something up; PowerShell takes a second to start. */
const LOOK_UP_MS = 5000;

/** Who accepts connections on a port at loopback or at every address; undefined when nobody does, or the system will not say. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const pid = process.platform === 'linux' ? await holderOnLinux(port) : await holderElsewhere(port);
  if (pid === undefined) return undefined;
  const command = await commandOf(pid).catch(() => '');
  // The arguments are one line, whatever is in them; a character that is cut in half goes.
  const line = cleanText(command.replaceAll(/[\n\r]/g, ' ')).trim();
  return { pid, command: line.slice(0, LONGEST_COMMAND).replace(/\p{Surrogate}$/u, '') };
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  if (process.platform === 'win32') {
    return powershell(`(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`, LOOK_UP_MS);
  }
  const { stdout } = await execa('ps', ['-ww', '-p', String(pid), '-o', 'command='], {
    timeout: LOOK_UP_MS,
    stdin: 'ignore',
  });
  return stdout;
}
