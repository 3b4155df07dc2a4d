import { execa } from 'execa';

import { powershell } from './powershell.ts';
import type { ProcessRow } from './processTable.ts';

/** How long the system's tool may take; `ps` takes 12 ms, PowerShell seconds. */
const PS_MS = 4000;
const POWERSHELL_MS = 10_000;
/** Beyond the decimal point, which a language may write as a comma. */
const PLAIN = { LC_ALL: 'C' };
const DAY_S = 86_400;

/** Every process of a Unix machine, by one `ps`. Rejects when that fails. Run by us on Linux, not on macOS. */
export async function processesByPs(): Promise<ProcessRow[]> {
  const columns = 'pid,ppid,pgid,stat,rss,time';
  const { stdout } = await execa('ps', ['-A', '-o', columns], { timeout: PS_MS, stdin: 'ignore', env: PLAIN });
  return parsePs(stdout);
}

/** Every process of a Windows machine, by one query. Rejects when that fails. Not run on Windows by us. */
export async function processesByCim(): Promise<ProcessRow[]> {
  const properties = 'ProcessId,ParentProcessId,WorkingSetSize,KernelModeTime,UserModeTime';
  const query = `Get-CimInstance Win32_Process -Property ${properties}`;
  return parseCim(
    await powershell(`${query} | Select-Object ${properties} | ConvertTo-Csv -NoTypeInformation`, POWERSHELL_MS),
  );
}

/** The rows of `ps`; the heading and what is not a row are passed over. */
export function parsePs(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, ppid, pgid, stat = '', kilobytes, time = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(\S+)\s*$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return {
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      dead: stat.startsWith('Z'),
      rssBytes: Number(kilobytes) * 1024,
      cpuMs: milliseconds(time),
    };
  });
}

/** "1:02.34" and "61:02.34" (macOS), "01:01:02" and "2-01:01:02" (Linux). */
function milliseconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * DAY_S + seconds) * 1000);
}

/** The rows of the query above; the heading and what is not a row are passed over. Its times are in units of 100 ns. */
export function parseCim(text: string): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const values = [...line.matchAll(/"(\d+)"/g)].map(([, digits]) => Number(digits));
    const [pid, ppid, rssBytes, kernel, user] = values;
    if (pid === undefined || ppid === undefined || rssBytes === undefined) return [];
    if (kernel === undefined || user === undefined) return [];
    return { pid, ppid, pgid: 0, dead: false, rssBytes, cpuMs: (kernel + user) / 10_000 };
  });
}
