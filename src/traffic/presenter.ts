import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import type { Redactor } from '../base/redact.ts';
import { startsStream } from './classify.ts';
import { channels, directions, kinds, origins } from './codes.ts';
import type { TrafficEntry, TrafficHead, TrafficKind, TrafficNote, TrafficRow } from './entry.ts';
import { headLabel, maskHead, parseHead } from './heads.ts';
import type { Place } from './segmentStore.ts';
import { SseReader } from './sseReader.ts';

/** UTF-16 units of a label; what is longer ends in an ellipsis. */
const LABEL_LENGTH = 200;
/** Bytes of a record that are read to find its first words: generous, so that a long secret is masked before it is cut. */
const PREVIEW_BYTES = 16 * 1024;

/** Turns rows into objects for others: the one way out of the log, and the place where secrets are masked. */
export class Presenter {
  readonly #redactor: Redactor;
  readonly #sse = new SseReader();

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** @param firstSeq the oldest entry that is still there, since others are not pointed at */
  entry(place: Place, firstSeq: number): TrafficEntry {
    const { segment, row } = place;
    const { columns, strings } = segment;
    const entry: TrafficEntry = {
      ...this.#common(place),
      origin: origins.decode(columns.origin[row] ?? 0),
      raw: this.raw(place),
      notes: this.#notes(place),
    };
    const exchange = columns.exchange[row] ?? 0;
    if (exchange !== 0) entry.exchange = exchange;
    const sessionId = this.#text(strings.at(columns.sessionId[row] ?? 0));
    if (sessionId !== undefined) entry.sessionId = sessionId;
    const method = this.#text(strings.at(columns.method[row] ?? 0));
    if (method !== undefined) entry.method = method;
    const tool = this.#text(strings.at(columns.tool[row] ?? 0));
    if (tool !== undefined) entry.tool = tool;
    const rpcId = this.#text(strings.at(columns.rpcText[row] ?? 0)) ?? present(columns.rpcNumber[row]);
    if (rpcId !== undefined) entry.rpcId = rpcId;
    const status = columns.status[row] ?? 0;
    if (status !== 0) entry.status = status;
    const pairedWith = present(columns.pairedWith[row]);
    if (pairedWith !== undefined && pairedWith >= firstSeq) entry.pairedWith = pairedWith;
    const durationMs = present(columns.durationMs[row]);
    if (durationMs !== undefined) entry.durationMs = durationMs;
    const offset = present(columns.offset[row]);
    if (offset !== undefined) entry.offset = offset;
    return entry;
  }

  row(place: Place): TrafficRow {
    const { segment, row } = place;
    const { columns, strings } = segment;
    const result: TrafficRow = {
      ...this.#common(place),
      label: displayText(this.#label(place), LABEL_LENGTH),
    };
    const tool = this.#text(strings.at(columns.tool[row] ?? 0));
    if (tool !== undefined) result.tool = displayText(tool, LABEL_LENGTH);
    const status = columns.status[row] ?? 0;
    if (status !== 0) result.status = status;
    const durationMs = present(columns.durationMs[row]);
    // On the answer only: a list shows a request before it is answered, and does not ask for its row again.
    if (durationMs !== undefined && isAnswer(result.kind)) result.durationMs = durationMs;
    return result;
  }

  /** A copy of the bytes, of the same length, secrets masked by value and in heads by name too. */
  raw({ segment, row }: Place): Uint8Array {
    const copy = segment.raw(row).slice();
    if (segment.columns.isHead[row] === 1) maskHead(copy);
    return this.#redactor.bytes(copy);
  }

  head(place: Place): TrafficHead {
    return parseHead(this.raw(place));
  }

  /** The JSON object or array inside: a body, a line, or the joined data of an event. Unchecked: what only looks like JSON comes too. */
  jsonText(place: Place): string | undefined {
    const { segment, row } = place;
    const { columns } = segment;
    if (columns.isHead[row] === 1 || channels.decode(columns.channel[row] ?? 0) === 'process') return undefined;
    const content = this.#content(place);
    const text = content === undefined ? '' : decode(content).trim();
    return /^[{[]/.test(text) ? this.#redactor.text(text) : undefined;
  }

  /** What entries and rows have in common. */
  #common(
    place: Place,
  ): Pick<TrafficEntry & TrafficRow, 'seq' | 'time' | 'server' | 'direction' | 'channel' | 'kind' | 'size'> {
    const { segment, row } = place;
    const { columns, strings } = segment;
    return {
      seq: segment.firstSeq + row,
      time: columns.time[row] ?? 0,
      server: this.#text(strings.at(columns.server[row] ?? 0)) ?? '',
      direction: directions.decode(columns.direction[row] ?? 0),
      channel: channels.decode(columns.channel[row] ?? 0),
      kind: kinds.decode(columns.kind[row] ?? 0),
      size: sizeOf(place),
    };
  }

  #content({ segment, row }: Place): Uint8Array | undefined {
    const raw = segment.raw(row);
    if (channels.decode(segment.columns.channel[row] ?? 0) !== 'sse') return raw;
    const data = this.#sse.read(raw, startsStream(present(segment.columns.offset[row])))?.data;
    return data === undefined ? undefined : Buffer.from(data, 'latin1');
  }

  #label(place: Place): string {
    const { segment, row } = place;
    const { columns, strings } = segment;
    if (columns.isHead[row] === 1) return headLabel(this.head(place));
    const kind = kinds.decode(columns.kind[row] ?? 0);
    const method = strings.at(columns.method[row] ?? 0);
    // Rows that are no message may have inherited a method, but it would hide what they are.
    if (method !== undefined && kind !== 'comment' && kind !== 'other') return this.#redactor.text(method);
    return firstLine(decode(this.#redactor.bytes(segment.raw(row).subarray(0, PREVIEW_BYTES))));
  }

  #notes({ segment, row }: Place): TrafficNote[] {
    const stored = segment.strings.at(segment.columns.notes[row] ?? 0);
    // Written by the log itself, as an array of notes.
    const notes = stored === undefined ? [] : (JSON.parse(stored) as TrafficNote[]);
    if (segment.columns.isHead[row] === 1) notes.unshift(reconstructed());
    return notes.map((note) => ({ ...note, message: this.#redactor.text(note.message) }));
  }

  #text(text: string | undefined): string | undefined {
    return text === undefined ? undefined : this.#redactor.text(text);
  }
}

function reconstructed(): TrafficNote {
  return {
    rule: 'wire.reconstructed',
    severity: 'info',
    message: t(
      'This head is rebuilt from names and values in their order: the HTTP library hands out neither the original first line nor white space.',
    ),
  };
}

function isAnswer(kind: TrafficKind): boolean {
  return kind === 'response' || kind === 'error';
}

function sizeOf({ segment: { columns }, row }: Place): number {
  return columns.isHead[row] === 1 ? 0 : (columns.length[row] ?? 0);
}

function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
