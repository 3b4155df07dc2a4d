import { t } from '@vscode/l10n';
import { fstatSync, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ExternalMcpError } from '../../base/errors.ts';
import { Emitter, type Event, ObservableValue } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { Redactor } from '../../base/redact.ts';
import { clipper } from '../clip.ts';
import { type SeqRange, TrafficReader } from '../trafficReader.ts';
import { BlockFile } from './blockFile.ts';
import { FileIndex, type FileProblems } from './fileIndex.ts';
import { type FileLine, Lines } from './lines.ts';
import { configError, openRecorded } from './openRecorded.ts';
import { TimeSlices } from './timeSlices.ts';

/** Bytes that are read at a time while the file is indexed. */
const READ_BYTES = 256 * 1024;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** How far the reading of a file is. `share` of its bytes: 0 to 1. */
export type FileState =
  | { kind: 'reading'; share: number }
  | { kind: 'cancelled'; share: number }
  | { kind: 'read' }
  /** What was read before stays, but the bytes of entries may be gone. */
  | { kind: 'failed'; error: ExternalMcpError };

/**
 * A recorded file, read-only. In memory are columns, some 90 bytes an entry and the texts in them, and a cache of 16 MiB; the bytes of the
 * entries stay in the file. The redactor is the window's: what it knows is masked here too, and nothing of the file becomes known to it.
 */
export class FileLog extends TrafficReader implements Disposable {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #index: FileIndex;
  readonly #state = new ObservableValue<FileState>({ kind: 'reading', share: 0 });
  readonly #appended = new Emitter<SeqRange>();
  readonly #changed = new Emitter<SeqRange>();
  readonly #stopped = new AbortController();
  #isDisposed = false;
  #isCut = false;
  /** When it was opened. */
  readonly #stats: Stats;
  /** The last entry that was told of. */
  #told = 0;

  private constructor(path: string, handle: FileHandle, stats: Stats, redactor: Redactor) {
    const file = new BlockFile(handle.fd);
    const source = { line: (position: number, length: number) => this.#checked(file.read(position, length)) };
    const index = new FileIndex(source, clipper(redactor));
    super(index, redactor);
    this.path = path;
    this.#handle = handle;
    this.#stats = stats;
    this.#index = index;
  }

  /** A file that is opened again has the same entries. */
  get id(): string {
    return this.path;
  }

  /** Opens a file, of which no more than its first line is read; `read` reads the rest. Throws `config` when it is no such file. */
  static async open(path: string, redactor: Redactor): Promise<FileLog> {
    const { handle, stats } = await openRecorded(path);
    return new FileLog(path, handle, stats, redactor);
  }

  /** While the file is read: once per slice of work. */
  readonly onDidAppend: Event<SeqRange> = this.#appended.event;
  /** Never: a file drops nothing. */
  readonly onDidDrop: Event<SeqRange> = () => ({ dispose() {} });
  /** While the file is read: answers, and updates of a recording. */
  readonly onDidChange: Event<SeqRange> = this.#changed.event;
  readonly onDidChangeState: Event<FileState> = this.#state.onDidChange;

  get state(): FileState {
    return this.#state.value;
  }

  /** Lines that are not shown, up to now. */
  get problems(): Readonly<FileProblems> {
    return this.#index.problems;
  }

  /** The last line is not whole, and no entry: the file is still being written, or was cut off. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Memory held beside the cache, in bytes. */
  get byteSize(): number {
    return this.#index.byteSize;
  }

  /** Reads the file to its end, in slices. Never rejects: `state` says how it ended. */
  async read(): Promise<void> {
    const { signal } = this.#stopped;
    try {
      await this.#read(signal);
      this.#end(this.#index.isFull ? { kind: 'failed', error: this.#tooManyError() } : { kind: 'read' });
    } catch (error) {
      const { state } = this;
      if (signal.aborted) this.#end({ kind: 'cancelled', share: state.kind === 'reading' ? state.share : 1 });
      else this.#end({ kind: 'failed', error: this.#goneError(error) });
    } finally {
      this.#index.close();
    }
  }

  /** Reads no further; what was read stays. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Closes the file: no entry has bytes any more. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.stop();
    this.#appended.dispose();
    this.#changed.dispose();
    this.#state.dispose();
    // Nothing was written, so there is nothing that closing could lose.
    this.#handle.close().catch(() => {});
  }

  async #read(signal: AbortSignal): Promise<void> {
    const slices = new TimeSlices(signal);
    const lines = new Lines(0);
    // While one block is looked at, the next is read.
    let [block, spare] = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
    let position = 0;
    let reading = this.#handle.read(block, 0, READ_BYTES, 0);
    for (;;) {
      const { bytesRead } = await reading;
      signal.throwIfAborted();
      if (bytesRead === 0) break;
      position += bytesRead;
      reading = this.#handle.read(spare, 0, READ_BYTES, position);
      // It is awaited when this block is done; failing before must not count as unhandled.
      reading.catch(() => {});
      for (const line of lines.push(block.subarray(0, bytesRead))) {
        this.#take(line);
        if (!slices.isOver) continue;
        this.#tell(position);
        await slices.pause();
      }
      if (this.#index.isFull) break;
      [block, spare] = [spare, block];
    }
    const last = lines.end();
    // Still being written, or cut off: only what is whole by itself is an entry.
    if (last !== undefined && isJson(last)) this.#take(last);
    else this.#isCut = last !== undefined;
    this.#tell(position);
  }

  #take(line: FileLine): void {
    if (line.position > 0) this.#index.take(line);
  }

  /** @param position up to which the file has been read */
  #tell(position: number): void {
    const { lastSeq } = this;
    const first = this.#told + 1;
    this.#told = lastSeq;
    const changed = this.#index.takeChanged();
    if (first <= lastSeq) this.#appended.fire({ first, last: lastSeq });
    // What came with this slice is told as it is now.
    if (changed !== undefined && changed.first < first) this.#changed.fire(changed);
    const share = this.#stats.size === 0 ? 1 : Math.min(1, position / this.#stats.size);
    if (this.state.kind === 'reading') this.#state.value = { kind: 'reading', share };
  }

  /** A failure that was found meanwhile stays. */
  #end(state: FileState): void {
    if (this.state.kind !== 'failed') this.#state.value = state;
  }

  /** Looks at the file when a line is not what it was: an end of all that is better told once than an empty entry each time. */
  #checked(line: Buffer | undefined): Buffer | undefined {
    if (this.#isDisposed) return undefined;
    const looksWhole = line !== undefined && line[0] === OPENING_BRACE && line.at(-1) === CLOSING_BRACE;
    if (looksWhole || this.state.kind === 'failed') return looksWhole ? line : undefined;
    if (line === undefined || hasChanged(this.#handle.fd, this.#stats)) {
      this.#end({ kind: 'failed', error: this.#goneError(undefined) });
      return undefined;
    }
    return line;
  }

  #goneError(cause: unknown): ExternalMcpError {
    const name = basename(this.path);
    return configError(
      t('“{0}” was changed or removed while it was open, so its contents are gone. Close it and open it again.', name),
      cause,
    );
  }

  #tooManyError(): ExternalMcpError {
    return configError(
      t('“{0}” has more entries than can be shown: these are the first {1}.', basename(this.path), this.lastSeq),
    );
  }
}

function isJson({ head, length }: FileLine): boolean {
  if (head.length !== length) return false;
  try {
    JSON.parse(head.toString());
    return true;
  } catch {
    return false;
  }
}

function hasChanged(fd: number, then: Stats): boolean {
  try {
    const now = fstatSync(fd);
    return now.size !== then.size || now.mtimeMs !== then.mtimeMs;
  } catch {
    return true;
  }
}
