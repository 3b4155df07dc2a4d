import type { Readable, Writable } from 'node:stream';
import type { ExternalMcpError } from '../base/errors.ts';
import { Chunks } from './chunks.ts';

const LF = 0x0a;

/** The pipes of a child process that speaks MCP on them. */
export interface StdioStreams {
  stdin: Writable;
  stdout: Readable;
}

/** Cuts a byte stream into lines, each with its line feed. */
export class LineCutter {
  readonly #held: Chunks;

  /** @param maxBytes of one line; more throws what `tooLarge` builds */
  constructor(maxBytes: number, tooLarge: () => ExternalMcpError) {
    this.#held = new Chunks(maxBytes, tooLarge);
  }

  /** Takes a chunk and yields the lines that it completed, each before it looks at the next. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#held.push(chunk.subarray(start, end + 1));
      start = end + 1;
      yield this.#held.take().raw;
    }
    this.#held.push(chunk.subarray(start));
  }
}
