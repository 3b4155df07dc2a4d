import { t } from '@vscode/l10n';
import type { TrafficRecord } from '../base/traffic.ts';
import type { TrafficKind, TrafficNote } from './entry.ts';
import { type Envelope, scanEnvelope } from './envelope.ts';
import { MAX_BLOCK_LINES, SseReader } from './sseReader.ts';

/** What a record turned out to be. */
export interface Message {
  kind: TrafficKind;
  method: string | undefined;
  tool: string | undefined;
  rpcId: string | number | undefined;
  /** A remark of ours, beside the one that the record may bring. */
  note?: TrafficNote;
}

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
    if (record.part === 'head' || record.channel === 'process' || record.direction === 'internal') return OTHER;
    return record.channel === 'sse' ? this.#classifyBlock(record) : this.#classifyJson(record.raw);
  }

  #classifyJson(bytes: Uint8Array): Envelope {
    const envelope = scanEnvelope(bytes);
    if (envelope.method !== undefined) envelope.method = this.#clip(envelope.method);
    if (envelope.tool !== undefined) envelope.tool = this.#clip(envelope.tool);
    if (typeof envelope.rpcId === 'string') envelope.rpcId = this.#clip(envelope.rpcId);
    return envelope;
  }

  #classifyBlock(record: TrafficRecord): Message {
    const block = this.#sse.read(record.raw, startsStream(record.offset));
    if (block === undefined) {
      const message = t('The event has more than {0} lines and was not parsed.', MAX_BLOCK_LINES);
      return { ...OTHER, note: { rule: 'traffic.tooManyLines', severity: 'info', message } };
    }
    if (block.data !== undefined) return this.#classifyJson(Buffer.from(block.data, 'latin1'));
    return block.comment !== undefined && !block.hasOtherFields ? { ...OTHER, kind: 'comment' } : OTHER;
  }
}

/** A record that does not say where it stands counts as the start of its stream. */
export function startsStream(offset: number | undefined): boolean {
  return offset === undefined || offset === 0;
}
