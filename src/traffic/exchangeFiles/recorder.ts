import { t } from '@vscode/l10n';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { ExternalMcpError, messageOf } from '../../base/errors.ts';
import { Emitter, type Event } from '../../base/event.ts';
import { type Disposable, DisposableStore, MutableDisposable } from '../../base/lifecycle.ts';
import type { Redactor } from '../../base/redact.ts';
import { Presenter } from '../presenter.ts';
import { findPlace } from '../segments.ts';
import type { SeqRange, TrafficReader } from '../trafficReader.ts';
import { entryLine, headerLine, lineOf, updateLine } from './entryLine.ts';
import { checkIsAt, openAnew } from './ownFile.ts';
import { RecordedNumbers } from './recordedNumbers.ts';
import { TimeSlices } from './timeSlices.ts';
import { WrittenStates } from './writtenStates.ts';

/** UTF-16 units that are written at once. */
const CHUNK_LENGTH = 256 * 1024;
/** Milliseconds for which what entries have come to be is gathered before it is written. */
const UPDATE_MS = 1000;

export interface RecorderOptions {
  /** An existing file is replaced; who has it open, as another recording may, keeps it. */
  path: string;
  redactor: Redactor;
  clock: Clock;
}

/**
 * Writes to a file what a log takes in from now on, secrets masked, each entry at once: a crash costs the last moment only. What it comes to be
 * afterwards follows in lines of their own. The log itself is the buffer: what is not written yet is read from there, so that a slow disk costs no
 * memory. If the log drops entries before they are written, the file says how many.
 */
export class Recorder implements Disposable {
  readonly path: string;
  readonly #log: TrafficReader;
  readonly #handle: FileHandle;
  readonly #clock: Clock;
  readonly #presenter: Presenter;
  readonly #ended = new Emitter<ExternalMcpError | undefined>();
  readonly #subscriptions = new DisposableStore();
  readonly #updateTimer = new MutableDisposable<Disposable>();
  readonly #numbers = new RecordedNumbers();
  readonly #states = new WrittenStates();
  /** `seq` of the next entry to be written. */
  #next: number;
  #changed: SeqRange | undefined;
  #updatesAreDue = false;
  #work: Promise<void> | undefined;
  #end: Promise<void> | undefined;
  #error: ExternalMcpError | undefined;
  /** Once it is to end: `seq` of the last entry that belongs to the recording. */
  #lastOfAll: number | undefined;

  /** @param seen `seq` of the last entry that does not belong to the recording */
  private constructor(log: TrafficReader, handle: FileHandle, seen: number, options: RecorderOptions) {
    const { path, redactor, clock } = options;
    this.path = path;
    this.#log = log;
    this.#handle = handle;
    this.#clock = clock;
    this.#presenter = new Presenter(redactor);
    this.#next = seen + 1;
    this.#subscriptions.add(log.onDidAppend(() => this.#wake()));
    this.#subscriptions.add(log.onDidChange((range) => this.#noteChange(range)));
    this.#subscriptions.add(this.#updateTimer);
    this.#wake();
  }

  /** Begins to record. Throws `config` when the file cannot be written. */
  static async start(log: TrafficReader, options: RecorderOptions): Promise<Recorder> {
    const { lastSeq } = log;
    let handle: FileHandle | undefined;
    try {
      handle = await openAnew(options.path);
      await handle.appendFile(headerLine());
      return new Recorder(log, handle, lastSeq, options);
    } catch (error) {
      await handle?.close();
      throw writeError(options.path, error);
    }
  }

  /** Told once: nothing more is written. With an error when it was the disk that ended it; what was written before stays. */
  readonly onDidEnd: Event<ExternalMcpError | undefined> = this.#ended.event;

  /** Entries written. */
  get count(): number {
    return this.#numbers.count;
  }

  /** Writes what there is and closes the file. Rejects with the error that ended the recording, if one did. */
  async stop(): Promise<void> {
    await (this.#end ??= this.#finish());
    if (this.#error !== undefined) throw this.#error;
  }

  /** As `stop`, and nobody waits for it. */
  dispose(): void {
    // Told by `onDidEnd` too, and there is nobody here to tell.
    this.stop().catch(() => {});
  }

  get #lastSeq(): number {
    return this.#lastOfAll ?? this.#log.lastSeq;
  }

  #noteChange({ first, last }: SeqRange): void {
    const before = this.#changed ?? { first, last };
    this.#changed = { first: Math.min(before.first, first), last: Math.max(before.last, last) };
    this.#updateTimer.value ??= this.#clock.after(UPDATE_MS, () => {
      this.#updateTimer.value = undefined;
      this.#updatesAreDue = true;
      this.#wake();
    });
  }

  /** One piece of work at a time; what comes meanwhile is met by it, or by the next. */
  #wake(): void {
    if (this.#end !== undefined) return;
    this.#work ??= this.#write()
      .catch((error: unknown) => {
        this.#error = writeError(this.path, error);
        // It waits for this very work.
        this.stop().catch(() => {});
      })
      .finally(() => {
        this.#work = undefined;
        if (this.#next <= this.#lastSeq || this.#updatesAreDue) this.#wake();
      });
  }

  async #finish(): Promise<void> {
    // What the log has taken in by now but not told yet belongs to the recording; it tells within this turn of the event loop.
    this.#lastOfAll = this.#log.lastSeq;
    await setImmediate();
    this.#subscriptions.dispose();
    await this.#work;
    try {
      this.#updatesAreDue = true;
      if (this.#error === undefined) await this.#write();
    } catch (error) {
      this.#error = writeError(this.path, error);
    }
    try {
      await this.#handle.close();
    } catch (error) {
      this.#error ??= writeError(this.path, error);
    }
    this.#ended.fire(this.#error);
    this.#ended.dispose();
  }

  async #write(): Promise<void> {
    const slices = new TimeSlices();
    // Not what comes meanwhile: traffic without a pause would leave no time for updates.
    for (const last = this.#lastSeq; this.#next <= last;) {
      await this.#handle.appendFile(this.#takeEntries(last, slices));
      if (slices.isOver) await slices.pause();
    }
    if (!this.#updatesAreDue) return;
    this.#updatesAreDue = false;
    await checkIsAt(this.path, this.#handle);
    const { first = 1, last = 0 } = this.#changed ?? {};
    this.#changed = undefined;
    for (let seq = Math.max(first, this.#log.firstSeq); seq <= last;) {
      let text = '';
      for (; seq <= last && text.length < CHUNK_LENGTH && !slices.isOver; seq += 1) text += this.#update(seq);
      if (text !== '') await this.#handle.appendFile(text);
      await slices.pause();
    }
  }

  /** Lines of entries, as many as fit into a piece and a slice; at least one. */
  #takeEntries(lastSeq: number, slices: TimeSlices): string {
    let text = '';
    do {
      const missing = Math.min(this.#log.firstSeq, lastSeq + 1) - this.#next;
      if (missing > 0) {
        text += this.#gap(missing);
        this.#next += missing;
      }
      const place = findPlace(this.#log, this.#next);
      // All that was left is gone.
      if (place === undefined) break;
      this.#numbers.add(this.#next);
      this.#states.hasChanged(place);
      text += entryLine(place, this.#presenter, this.#numbers.of);
      this.#next += 1;
    } while (this.#next <= lastSeq && text.length < CHUNK_LENGTH && !slices.isOver);
    return text;
  }

  #update(seq: number): string {
    const place = seq < this.#next ? findPlace(this.#log, seq) : undefined;
    if (place === undefined || !this.#states.hasChanged(place)) return '';
    const number = this.#numbers.of(seq);
    return number === undefined ? '' : updateLine(place, this.#presenter, number);
  }

  #gap(missing: number): string {
    const message = t('{0} entries are missing here: they were dropped before they could be written.', missing);
    const raw = Buffer.from(message);
    return lineOf(
      {
        seq: this.#numbers.addExtra(),
        time: this.#clock.wallTime(),
        server: '',
        direction: 'internal',
        channel: 'process',
        part: 'content',
        kind: 'other',
        origin: 'internal',
        notes: [{ rule: 'record.missing', severity: 'warning', message }],
        bytes: raw.length,
      },
      raw,
    );
  }
}

function writeError(path: string, cause: unknown): ExternalMcpError {
  if (cause instanceof ExternalMcpError) return cause;
  return new ExternalMcpError(
    'config',
    t(
      'Recording to “{0}” ended, as it cannot be written: {1}. Choose another place or make room.',
      basename(path),
      messageOf(cause),
    ),
    { cause },
  );
}
