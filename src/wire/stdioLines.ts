import type { Readable, Writable } from 'node:stream';
import type { ExternalMcpError } from '../base/errors.ts';

const LF = 0x0a;

/** The pipes of a child process that speaks MCP on them. */
export interface StdioStreams {
  stdin: Writable;
  stdout: Readable;
}

/** Cuts a byte stream into lines, each with its line feed. */
export class LineCutter {
  readonly #maxBytes: number;
  readonly #tooLarge: () => ExternalMcpError;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @param maxBytes of one line; more throws what `tooLarge` builds */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#maxBytes = maxBytes;
    this.#tooLarge = tooLarge;
  }

  push(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#hold(chunk.subarray(start, end + 1));
      lines.push(this.#parts.length === 1 ? (this.#parts[0] ?? chunk) : Buffer.concat(this.#parts));
      this.#parts = [];
      this.#bytes = 0;
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
    return lines;
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) throw this.#tooLarge();
  }
}
