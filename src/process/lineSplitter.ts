import { t } from '@vscode/l10n';

/** Characters kept of one line; the rest of it is counted and dropped. */
export const LONGEST_LINE = 65_536;

/** Turns the bytes of a text stream into lines, wherever the stream was cut. CR, LF and CRLF end a line; bytes that are not UTF-8 become U+FFFD. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  /** Start of the line that has not ended yet, at most `LONGEST_LINE` characters. */
  #line = '';
  #lineLength = 0;
  #afterCarriageReturn = false;

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): string[] {
    return this.#split(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when the stream has ended: an unterminated line, if any. */
  end(): string[] {
    const lines = this.#split(this.#decoder.decode());
    if (this.#lineLength > 0) lines.push(this.#takeLine());
    return lines;
  }

  #split(decoded: string): string[] {
    if (decoded === '') return [];
    const text = this.#afterCarriageReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded;
    this.#afterCarriageReturn = text.endsWith('\r');
    const pieces = text.split(/\r\n|\n|\r/);
    const rest = pieces.pop() ?? '';
    const lines = pieces.map((piece) => {
      this.#append(piece);
      return this.#takeLine();
    });
    this.#append(rest);
    return lines;
  }

  #append(piece: string): void {
    this.#lineLength += piece.length;
    if (this.#line.length < LONGEST_LINE) this.#line += piece.slice(0, LONGEST_LINE - this.#line.length);
  }

  #takeLine(): string {
    const dropped = this.#lineLength - this.#line.length;
    const line = dropped > 0 ? `${this.#line.toWellFormed()}${t('… [{0} more characters]', dropped)}` : this.#line;
    this.#line = '';
    this.#lineLength = 0;
    return line;
  }
}
