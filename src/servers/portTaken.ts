import { readFile } from 'node:fs/promises';
import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import { ExternalMcpError } from '../base/errors.ts';
import { isSensitive } from '../base/sensitive.ts';
import { type PortHolder, portHolder } from '../process/portHolder.ts';
import { MARKER_VARIABLE } from '../process/reaperScript.ts';
import type { AttachAction } from './status.ts';

/** Characters of somebody else's command line that are shown. */
const SHOWN_COMMAND = 80;

/** A fixed port that somebody else holds. Nothing of ours can be started there until a person acts. */
export interface PortTaken {
  error: ExternalMcpError;
  /** Who holds it; absent where the system would not say. */
  pid?: number;
  action?: AttachAction;
}

interface PortTakenInput {
  server: string;
  port: number;
  /** Where the server would have been reached. */
  url: URL;
  /** Of this host, as its processes carry it. */
  marker: string;
  redact: (text: string) => string;
}

/** Says who holds the port, as far as the system tells. */
export async function describePortTaken(input: PortTakenInput): Promise<PortTaken> {
  const { server, port, url, marker, redact } = input;
  const holder = await portHolder(port).catch(() => undefined);
  const error = (message: string): ExternalMcpError => new ExternalMcpError('process', message, { server });
  if (holder === undefined) return { error: error(takenByUnknown(server, port)) };
  const { pid } = holder;
  const who = describeHolder(holder, redact);
  switch (await windowOf(pid, marker)) {
    case 'other':
      return { error: error(takenByWindow(server, port, who)), pid, action: { kind: 'attach', url: url.href } };
    case 'this':
      return { error: error(takenByNeighbour(server, port, who)), pid };
    default:
      return { error: error(takenBy(server, port, who)), pid };
  }
}

/** Whether a port is held by what another window has started, or has left behind and somebody is about to end. */
export async function isHeldByOtherWindow(port: number, marker: string): Promise<boolean> {
  const holder = await portHolder(port).catch(() => undefined);
  return holder !== undefined && (await windowOf(holder.pid, marker)) === 'other';
}

/** The window whose External MCP started a process; undefined for every other process, and where nobody can tell. Linux only. */
async function windowOf(pid: number, marker: string): Promise<'this' | 'other' | undefined> {
  if (process.platform !== 'linux') return undefined;
  // Readable for processes of the same user only.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const prefix = `${MARKER_VARIABLE}=`;
  const found = environment.split('\0').find((entry) => entry.startsWith(prefix));
  if (found === undefined) return undefined;
  return found.startsWith(`${prefix}${marker}.`) ? 'this' : 'other';
}

/** "4711 (node server.js)" */
function describeHolder({ pid, command }: PortHolder, redact: (text: string) => string): string {
  const shown = displayText(redact(maskArguments(command)), SHOWN_COMMAND);
  return shown === '' ? String(pid) : `${pid} (${shown})`;
}

/** Values behind a telling name: nobody has registered the secrets of a program that is not ours. */
function maskArguments(command: string): string {
  const words = command
    // A database's address carries its password; a header its token, with or without a scheme.
    .replaceAll(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, '$1***@')
    .replaceAll(
      /\b([\w-]*(?:auth|token|key|secret|cookie)[\w-]*:)\s*(?:(?:bearer|basic|token)\s+)?[^\s*]\S*/gi,
      '$1 ***',
    )
    .split(' ');
  return words
    .map((word, index) => {
      const [, name = '', value] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (value !== undefined) return isSensitive(name) ? `${name}=***` : word;
      const before = words[index - 1] ?? '';
      const isValue = /^--?[^=]+$/.test(before) && isSensitive(before) && !word.startsWith('-');
      return isValue ? '***' : word;
    })
    .join(' ');
}

function takenBy(server: string, port: number, who: string): string {
  return t(
    'Port {0} of “{1}” is taken by process {2}. Stop that one, choose another port, or set "port": "auto".',
    port,
    server,
    who,
  );
}

function takenByWindow(server: string, port: number, who: string): string {
  return t(
    'Port {0} of “{1}” is taken by a server of another External MCP window, process {2}. Attach to that one, stop it there, or choose another port.',
    port,
    server,
    who,
  );
}

function takenByNeighbour(server: string, port: number, who: string): string {
  return t(
    'Port {0} of “{1}” is taken by another server of this window, process {2}. Stop that one, choose another port, or set "port": "auto".',
    port,
    server,
    who,
  );
}

function takenByUnknown(server: string, port: number): string {
  return t(
    'Port {0} of “{1}” is taken by another process. Stop that one, choose another port, or set "port": "auto".',
    port,
    server,
  );
}
