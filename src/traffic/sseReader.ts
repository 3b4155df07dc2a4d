import { createParser } from 'eventsource-parser';
import { asBuffer } from '../base/asBuffer.ts';

/** A block with more lines is recorded but not parsed: joining five million empty data lines took 421 MB (facts/hardening.md). */
export const MAX_BLOCK_LINES = 100_000;

/** What one block of an event stream holds; texts have a character per byte (latin1), since the bytes are read again as UTF-8. */
export interface SseBlockContent {
  /** The data lines joined; absent when the block dispatches no event. */
  data?: string;
  comment?: string;
  /** It has an `id`, a `retry`, or a field nobody knows. */
  hasOtherFields: boolean;
}

/** Parses one block at a time with the parser that the protocol library uses too, so that both understand a stream alike. */
export class SseReader {
  #content: SseBlockContent = { hasOtherFields: false };
  readonly #parser = createParser({
    onEvent: (event) => (this.#content.data = event.data),
    onComment: (comment) => (this.#content.comment ??= comment),
    onId: () => (this.#content.hasOtherFields = true),
    onRetry: () => (this.#content.hasOtherFields = true),
    onError: () => (this.#content.hasOtherFields = true),
  });

  /**
   * @param raw a block: its lines and the blank line that ends it; without that line there is no event
   * @param atStart the block begins its stream, where a byte order mark is skipped
   * @returns undefined when it has more than `MAX_BLOCK_LINES` lines
   */
  read(raw: Uint8Array, atStart: boolean): SseBlockContent | undefined {
    if (raw.length > MAX_BLOCK_LINES && hasTooManyLines(raw)) return undefined;
    const content: SseBlockContent = { hasOtherFields: false };
    this.#content = content;
    // The parser takes whatever it is fed first for the start of a stream; a blank line before changes nothing else.
    if (!atStart) this.#parser.feed('\n');
    this.#parser.feed(asBuffer(raw).toString('latin1'));
    this.#parser.reset();
    return content;
  }
}

/** Line ends of one kind are counted at memchr's speed: a walk over every byte cost 29 ms per MB. */
function hasTooManyLines(raw: Uint8Array): boolean {
  return [0x0a, 0x0d].some((lineEnd) => {
    let lines = 0;
    for (let at = raw.indexOf(lineEnd); at !== -1; at = raw.indexOf(lineEnd, at + 1)) {
      lines += 1;
      if (lines > MAX_BLOCK_LINES) return true;
    }
    return false;
  });
}
