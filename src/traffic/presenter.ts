import { t } from '@vscode/l10n';
import { asBuffer } from '../base/asBuffer.ts';
import { displayText } from '../base/displayText.ts';
import { Redactor } from '../base/redact.ts';
import { startsStream } from './classify.ts';
import { channels, directions, kinds, marks, origins, severities } from './codes.ts';
import { Part } from './columns.ts';
import type { RowTiming, TrafficEntry, TrafficHead, TrafficNote, TrafficRow } from './entry.ts';
import { headLabel, maskHead, parseHead } from './heads.ts';
import { callOf, isHead, isPending, pairedWith, storedNotes } from './segment.ts';
import type { Place } from './segments.ts';
import { SseReader } from './sseReader.ts';

/** UTF-16 units of a label; what is longer ends in an ellipsis. */
const LABEL_LENGTH = 200;
/** Bytes of a record that are read to find its first words. */
const PREVIEW_BYTES = 16 * 1024;
/** Bytes behind them that are masked with them: the mask does not know half a secret. */
const CONTEXT_BYTES = 16 * 1024;

/** Turns rows into objects for others: the one way out of the log, and the place where secrets are masked. */
export class Presenter {
  readonly #redactor: Redactor;
  readonly #showsSecrets: boolean;
  readonly #sse = new SseReader();

  /** @param redactor absent: secrets are shown as they are, which somebody must have asked for */
  constructor(redactor?: Redactor) {
    this.#redactor = redactor ?? new Redactor();
    this.#showsSecrets = redactor === undefined;
  }

  /** @param firstSeq the oldest entry that is still there, since others are not pointed at */
  entry(place: Place, firstSeq: number): TrafficEntry {
    const { segment, row } = place;
    const { columns, strings } = segment;
    const entry: TrafficEntry = {
      ...this.#common(place),
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
    const id = segment.ids.at(row);
    const rpcId = typeof id === 'number' ? this.#number(id) : this.#text(id);
    if (rpcId !== undefined) entry.rpcId = rpcId;
    const status = columns.status[row] ?? 0;
    if (status !== 0) entry.status = status;
    const other = pairedWith(segment, row);
    if (other !== undefined && other >= firstSeq) entry.pairedWith = other;
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
    if (durationMs !== undefined) result.durationMs = durationMs;
    const timing = timingOf(place);
    if (timing !== undefined) result.timing = timing;
    if (isPending(segment, row)) result.isPending = true;
    const mark = marks.decode(columns.mark[row] ?? 0);
    if (mark !== 'none') result.mark = mark;
    const severity = severities.decode(columns.noteSeverity[row] ?? 0);
    if (severity !== 'none') result.notes = { count: columns.noteCount[row] ?? 0, severity };
    const call = callOf(segment, row);
    if (call !== undefined) result.call = call;
    if (columns.part[row] === Part.boundary) result.isBoundary = true;
    return result;
  }

  /** A copy of the bytes, of the same length, secrets masked by value and in heads by name too. */
  raw({ segment, row }: Place): Uint8Array {
    const copy = segment.raw(row).slice();
    if (isHead(segment, row) && !this.#showsSecrets) maskHead(copy);
    return this.#redactor.bytes(copy);
  }

  head(place: Place): TrafficHead {
    return parseHead(this.raw(place));
  }

  /** The JSON object or array inside: a body, a line, or the joined data of an event. Unchecked: what only looks like JSON comes too. */
  jsonText(place: Place): string | undefined {
    const { segment, row } = place;
    const { columns } = segment;
    if (isHead(segment, row) || channels.decode(columns.channel[row] ?? 0) === 'process') return undefined;
    const content = this.#content(place);
    const text = content === undefined ? '' : decode(content).trim();
    return /^[{[]/.test(text) ? this.#redactor.text(text) : undefined;
  }

  /** What entries and rows have in common. */
  #common(
    place: Place,
  ): Pick<TrafficEntry & TrafficRow, 'seq' | 'time' | 'server' | 'direction' | 'channel' | 'kind' | 'origin' | 'size'> {
    const { segment, row } = place;
    const { columns, strings } = segment;
    return {
      seq: segment.firstSeq + row,
      time: columns.time[row] ?? 0,
      server: this.#text(strings.at(columns.server[row] ?? 0)) ?? '',
      direction: directions.decode(columns.direction[row] ?? 0),
      channel: channels.decode(columns.channel[row] ?? 0),
      kind: kinds.decode(columns.kind[row] ?? 0),
      origin: origins.decode(columns.origin[row] ?? 0),
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
    if (isHead(segment, row)) return headLabel(this.head(place));
    const kind = kinds.decode(columns.kind[row] ?? 0);
    const method = strings.at(columns.method[row] ?? 0);
    // Rows that are no message may have inherited a method, but it would hide what they are.
    if (method !== undefined && kind !== 'comment' && kind !== 'other') {
      const others = segment.alsoAnswers(row).length;
      return this.#redactor.text(method) + (others === 0 ? '' : ` +${others}`);
    }
    const masked = this.#redactor.bytes(segment.raw(row).subarray(0, PREVIEW_BYTES + CONTEXT_BYTES));
    return firstLine(decode(masked.subarray(0, PREVIEW_BYTES)));
  }

  #notes({ segment, row }: Place): TrafficNote[] {
    const notes = storedNotes(segment, row);
    if (isHead(segment, row)) notes.unshift(reconstructed());
    return notes.map((note) => ({ ...note, message: this.#redactor.text(note.message) }));
  }

  /** A secret may be digits alone: the mask of such a number is a text. */
  #number(number: number | undefined): number | string | undefined {
    const text = this.#text(number?.toString());
    return text === number?.toString() ? number : text;
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

/** Of a request over HTTP, or of one that has its answer. */
function timingOf({ segment: { columns }, row }: Place): RowTiming | undefined {
  if (columns.kind[row] !== kinds.encode('request')) return undefined;
  const found = {
    connectMs: present(columns.connectMs[row]),
    firstByteMs: present(columns.firstByteMs[row]),
    answerMs: present(columns.durationMs[row]),
    endMs: present(columns.endMs[row]),
  };
  const known = Object.entries(found).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function sizeOf({ segment, row }: Place): number {
  return isHead(segment, row) ? 0 : (segment.columns.length[row] ?? 0);
}

function present(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}

function decode(bytes: Uint8Array): string {
  return asBuffer(bytes).toString();
}
