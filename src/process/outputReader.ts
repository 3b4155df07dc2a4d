import type { Readable } from 'node:stream';

import { t } from '@vscode/l10n';

import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { cleanText } from './cleanText.ts';
import { LineSplitter } from './lineSplitter.ts';

/** Length of the window in which the two budgets below are counted. */
const WINDOW_MS = 1000;
/** Lines passed on per window; the others are counted and a line says how many there were. */
const LINES_PER_WINDOW = 1000;
/**
 * Read per window at most; then the pipe rests until the window ends and the writer waits. Reading `yes` as fast as it writes would
 * fill the host's only thread: at 100,000 lines it costs a few percent.
 */
const LINES_READ_PER_WINDOW = 100_000;
const BYTES_READ_PER_WINDOW = 16 * 1024 * 1024;
/** Of the lines left out of one read, the last ones are still remembered: what a program says before it dies often follows a flood. */
const REMEMBERED = 50;

/** Takes what a reader found. */
interface OutputListener {
  /** A cleaned line to pass on, or a remark of ours about lines left out. */
  show(text: string): void;
  /** A cleaned line worth remembering, shown or not. */
  remember(text: string): void;
}

/** Drains a pipe for as long as it lives and passes its lines on, so that neither the writer blocks for good nor a flood hurts the host. */
export class OutputReader {
  readonly #stream: Readable;
  readonly #listener: OutputListener;
  readonly #clock: Clock;
  readonly #splitter = new LineSplitter();
  #window: Disposable | undefined;
  #bytes = 0;
  #passed = 0;
  #leftOut = 0;
  #draining = false;

  constructor(stream: Readable, listener: OutputListener, clock: Clock) {
    this.#stream = stream;
    this.#listener = listener;
    this.#clock = clock;
    stream.on('data', (bytes: Uint8Array) => this.#read(bytes));
    stream.once('close', () => this.#finish());
  }

  /** Reads what is left without resting; to be called when the writers are gone, so that it ends by itself. */
  drain(): void {
    this.#draining = true;
    this.#stream.resume();
  }

  #read(bytes: Uint8Array): void {
    this.#window ??= this.#clock.after(WINDOW_MS, () => this.#closeWindow());
    this.#bytes += bytes.length;
    this.#pass(this.#splitter.push(bytes));
    const enough = this.#bytes >= BYTES_READ_PER_WINDOW || this.#leftOut >= LINES_READ_PER_WINDOW;
    if (enough && !this.#draining) this.#stream.pause();
  }

  #pass(lines: readonly string[]): void {
    const room = LINES_PER_WINDOW - this.#passed;
    for (const line of lines.slice(0, room)) {
      const text = cleanText(line);
      this.#listener.remember(text);
      this.#listener.show(text);
    }
    const over = lines.slice(room);
    for (const line of over.slice(-REMEMBERED)) this.#listener.remember(cleanText(line));
    this.#passed += lines.length - over.length;
    this.#leftOut += over.length;
  }

  #closeWindow(): void {
    this.#window?.dispose();
    this.#window = undefined;
    if (this.#leftOut > 0) {
      this.#listener.show(t('[{0} lines left out: more than {1} in a second]', this.#leftOut, LINES_PER_WINDOW));
    }
    this.#bytes = 0;
    this.#passed = 0;
    this.#leftOut = 0;
    this.#stream.resume();
  }

  #finish(): void {
    this.#pass(this.#splitter.end());
    this.#closeWindow();
  }
}
