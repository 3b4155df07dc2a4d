import { t } from '@vscode/l10n';
import type { ByteRange, TrafficRecord } from '../base/traffic.ts';
import type { TrafficKind, TrafficNote } from './entry.ts';
import { messagesOfBatch, scanEnvelope } from './envelope.ts';
import { cancelledIdIn, progressTokenIn } from './references.ts';
import { MAX_BLOCK_LINES, SseReader } from './sseReader.ts';

/** What a record turned out to be. */
export interface Message {
  kind: TrafficKind;
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
  /** The progress token of a request or of a notification of progress, as JSON text. */
  progressToken?: string | undefined;
  /** The id of the request that this cancels, as JSON text. */
  cancels?: string | undefined;
  /** What a batch holds: the messages among it. */
  parts?: readonly Message[];
  /** Of a result that says that it is an error. */
  saysError?: boolean;
  /** A remark of ours, beside the one that the record may bring. */
  note?: TrafficNote;
}

/** Bytes above which a block that is simple enough goes without the parser, whose text, and the bytes out of it, are as large again. */
const LARGE_BLOCK_BYTES = 64 * 1024;
/** Bytes of the lines before the data of such a block. */
const MAX_HEAD_BYTES = 4096;
const DATA_HEAD = /^(?:(?:event|id|retry):[^\r\n]*\r?\n)*data: ?/;
const BLOCK_ENDS = new Set(['\n\n', '\r\n\r\n']);
/** More than any of them. */
const MAX_BLOCK_END = 5;
const LF = 0x0a;
const CR = 0x0d;

const OTHER: Message = { kind: 'other', method: undefined, tool: undefined, rpcId: undefined };

/** Says what kind of message a record is. Never throws, whatever the bytes. */
export class Classifier {
  readonly #sse = new SseReader();
  readonly #clip: (text: string) => string;

  /** @param clip shortens the names and ids that a server may have made as long as it likes */
  constructor(clip: (text: string) => string) {
    this.#clip = clip;
  }

  classify(record: TrafficRecord): Message {
    // What we wrote ourselves (process events, the reason why an exchange broke) is no message, whatever it looks like.
    if (record.part !== 'content' || record.channel === 'process' || record.direction === 'internal') return OTHER;
    return record.channel === 'sse' ? this.#classifyBlock(record) : this.#classifyJson(record.raw, record.largestValue);
  }

  #classifyJson(bytes: Uint8Array, known?: ByteRange): Message {
    const parts = messagesOfBatch(bytes)
      ?.map((part) => this.#classifyMessage(part))
      .filter(({ kind }) => kind !== 'other');
    return parts === undefined ? this.#classifyMessage(bytes, known) : { ...OTHER, kind: kindOfBatch(parts), parts };
  }

  #classifyMessage(bytes: Uint8Array, known?: ByteRange): Message {
    const envelope: Message = scanEnvelope(bytes, known);
    if (envelope.kind === 'request' || envelope.method === 'notifications/progress') {
      envelope.progressToken = progressTokenIn(bytes);
    }
    if (envelope.method === 'notifications/cancelled') envelope.cancels = cancelledIdIn(bytes);
    if (envelope.method !== undefined) envelope.method = this.#clip(envelope.method);
    if (envelope.tool !== undefined) envelope.tool = this.#clip(envelope.tool);
    if (typeof envelope.rpcId === 'string') envelope.rpcId = this.#clip(envelope.rpcId);
    return envelope;
  }

  #classifyBlock(record: TrafficRecord): Message {
    const data = record.raw.length > LARGE_BLOCK_BYTES ? onlyData(record.raw) : undefined;
    if (data !== undefined) {
      const { start = 0, end = 0 } = record.largestValue ?? {};
      const known = { start: start - data.start, end: end - data.start };
      return this.#classifyJson(record.raw.subarray(data.start, data.end), known);
    }
    const block = this.#sse.read(record.raw, startsStream(record.offset));
    if (block === undefined) {
      const message = t('The event has more than {0} lines and was not parsed.', MAX_BLOCK_LINES);
      return { ...OTHER, note: { rule: 'traffic.tooManyLines', severity: 'info', message } };
    }
    if (block.data !== undefined) return this.#classifyJson(Buffer.from(block.data, 'latin1'));
    return block.comment !== undefined && !block.hasOtherFields ? { ...OTHER, kind: 'comment' } : OTHER;
  }
}

/** By its answers, which tell how a call went; of the rest there may be any number and kind. */
function kindOfBatch(parts: readonly Message[]): TrafficKind {
  const kinds = parts.map(({ kind }) => kind);
  return kinds.find((kind) => kind === 'error') ?? kinds.find((kind) => kind === 'response') ?? 'other';
}

/** Where the data of an event lies that has one line of it, behind others that are short. Undefined where it may be anything else. */
function onlyData(raw: Uint8Array): ByteRange | undefined {
  const head = DATA_HEAD.exec(Buffer.from(raw.subarray(0, MAX_HEAD_BYTES)).toString('latin1'));
  if (head === null) return undefined;
  const start = head[0].length;
  const [lf, cr] = [raw.indexOf(LF, start), raw.indexOf(CR, start)];
  const end = cr === -1 ? lf : Math.min(lf, cr);
  const rest = Buffer.from(raw.subarray(end, end + MAX_BLOCK_END)).toString('latin1');
  return BLOCK_ENDS.has(rest) ? { start, end } : undefined;
}

/** A record that does not say where it stands counts as the start of its stream. */
export function startsStream(offset: number | undefined): boolean {
  return offset === undefined || offset === 0;
}
