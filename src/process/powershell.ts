import { execa } from 'execa';

/** What a PowerShell command prints; Windows only. Rejects when it fails or takes longer. Not run on Windows by us. */
export async function powershell(command: string, timeoutMs: number): Promise<string> {
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', command];
  const { stdout } = await execa('powershell.exe', args, { timeout: timeoutMs, stdin: 'ignore', windowsHide: true });
  return stdout;
}
