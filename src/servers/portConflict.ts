import type { ExternalMcpError } from '../base/errors.ts';

/** The port that a server was given belongs to somebody else; what becomes of that depends on who chose it. */
export class PortConflict extends Error {
  readonly port: number;
  /** The end of the server, where it came to one. */
  readonly ending: ExternalMcpError | undefined;

  constructor(port: number, ending?: ExternalMcpError) {
    super(`Port ${port} is taken`);
    this.port = port;
    this.ending = ending;
  }
}

/** What systems, runtimes and docker say, each in its own words. */
const TAKEN = [
  /EADDRINUSE/,
  /address (?:is )?already in use/i,
  /only one usage of each socket address/i,
  /\[(?:Errno (?:48|98|10048)|WinError 10048)\]/,
  /\bport (?:\d+ )?(?:is |was )?(?:already |currently )?(?:in use|taken|allocated|occupied)/i,
];
/** As a port stands in such a line: "127.0.0.1:8080", "('127.0.0.1', 8080)", "port 8080". Years and error codes do not count. */
const NAMED_PORT = /(?::|\bport[ :=]{1,2}|', )(\d{4,5})(?!\d)/gi;

/** Whether a line of output says that this port is taken; one that names other ports only is about those. */
export function saysPortTaken(line: string, port: number): boolean {
  if (!TAKEN.some((words) => words.test(line))) return false;
  const named = [...line.matchAll(NAMED_PORT)].map(([, digits]) => Number(digits));
  return named.length === 0 || named.includes(port);
}
