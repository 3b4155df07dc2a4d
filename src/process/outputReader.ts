import type { Readable } from 'node:stream';

import { t } from '@vscode/l10n';

import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/lifecycle.ts';
import { cleanText } from './cleanText.ts';
import { LineSplitter } from './lineSplitter.ts';

/** Length of the window in which the budgets below are counted. */
const WINDOW_MS = 1000;
/** Lines passed on per window; the others are counted and a line says how many there were. */
const LINES_PER_WINDOW = 1000;
/**
 * Read per window at most; then the pipes rest until the window ends and the writers wait. Reading `yes` as fast as it writes would
 * fill the host's only thread: at 100,000 lines it costs a few percent.
 */
const LINES_READ_PER_WINDOW = 100_000;
const BYTES_READ_PER_WINDOW = 16 * 1024 * 1024;
/** Of the lines left out of one read, the last ones are still remembered: what a program says before it dies often follows a flood. */
const REMEMBERED = 50;

/** A line of output, free of control sequences. */
export interface OutputLine {
  stream: 'stdout' | 'stderr';
  text: string;
}

/** Takes what a reader found. */
interface OutputListener {
  /** A cleaned line to pass on, or a remark of ours about lines left out, in the stream that had the last of them. */
  show(line: OutputLine): void;
  /** A cleaned line worth remembering, shown or not. */
  remember(text: string): void;
}

/**
 * Drains the pipes of a process for as long as they live and passes their lines on, so that neither the writer blocks for good nor a
 * flood hurts the host. All pipes share the budgets.
 */
export class OutputReader {
  readonly #listener: OutputListener;
  readonly #clock: Clock;
  /** Those that are not closed. */
  readonly #pipes = new Set<Readable>();
  #window: Disposable | undefined;
  #bytes = 0;
  #passed = 0;
  #leftOut = 0;
  #floodedStream: OutputLine['stream'] = 'stdout';
  #draining = false;

  constructor(listener: OutputListener, clock: Clock) {
    this.#listener = listener;
    this.#clock = clock;
  }

  /** Begins to read this pipe. */
  attach(stream: OutputLine['stream'], pipe: Readable): void {
    const splitter = new LineSplitter();
    this.#pipes.add(pipe);
    pipe.on('data', (bytes: Uint8Array) => this.#read(stream, bytes, splitter));
    pipe.once('close', () => {
      this.#pass(stream, splitter.end());
      this.#pipes.delete(pipe);
      if (this.#pipes.size === 0) this.#closeWindow();
    });
  }

  /** Reads what is left without resting; to be called when the writers are gone, so that it ends by itself. */
  drain(): void {
    this.#draining = true;
    this.#resume();
  }

  #read(stream: OutputLine['stream'], bytes: Uint8Array, splitter: LineSplitter): void {
    this.#window ??= this.#clock.after(WINDOW_MS, () => this.#closeWindow());
    this.#bytes += bytes.length;
    this.#pass(stream, splitter.push(bytes));
    const isEnough = this.#bytes >= BYTES_READ_PER_WINDOW || this.#leftOut >= LINES_READ_PER_WINDOW;
    if (!isEnough || this.#draining) return;
    for (const pipe of this.#pipes) pipe.pause();
  }

  #pass(stream: OutputLine['stream'], lines: readonly string[]): void {
    const room = LINES_PER_WINDOW - this.#passed;
    for (const line of lines.slice(0, room)) {
      const text = cleanText(line);
      this.#listener.remember(text);
      this.#listener.show({ stream, text });
    }
    const over = lines.slice(room);
    for (const line of over.slice(-REMEMBERED)) this.#listener.remember(cleanText(line));
    this.#passed += lines.length - over.length;
    this.#leftOut += over.length;
    if (over.length > 0) this.#floodedStream = stream;
  }

  #closeWindow(): void {
    this.#window?.dispose();
    this.#window = undefined;
    if (this.#leftOut > 0) {
      const text = t('[{0} lines left out: more than {1} in a second]', this.#leftOut, LINES_PER_WINDOW);
      this.#listener.show({ stream: this.#floodedStream, text });
    }
    this.#bytes = 0;
    this.#passed = 0;
    this.#leftOut = 0;
    this.#resume();
  }

  #resume(): void {
    for (const pipe of this.#pipes) pipe.resume();
  }
}
