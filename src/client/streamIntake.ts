import { setImmediate } from 'node:timers/promises';
import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { EventIntake, LateChunk } from '../wire/context.ts';
import type { MessageSink } from './clientTransport.ts';
import { type LargeEvent, readLargeEvent } from './largeEvent.ts';
import type { SeenIds } from './seenIds.ts';

/** A larger event that does not look like a notification or a batch goes to the library unread, so that it is parsed only once. */
const MAX_READ_BYTES = 64 * 1024;
/** Bytes of a larger event that are looked at. */
const HEAD_BYTES = 256;
/** An event of this size is parsed here, once. */
const LARGE_BYTES = 1024 * 1024;
const CR = 0x0d;
const LINE_FEED = Buffer.from('\n');

export interface StreamIntakeOptions {
  /** Takes messages before the library does. */
  sink: MessageSink;
  /** Filled here. */
  seen: SeenIds;
  /** The stream takes up an earlier one and may repeat its events. */
  isResumed: boolean;
  /** Takes a whole answer, which stands in for the placeholder that the library gets; false when nobody asked for it. */
  keep: (answer: JSONRPCMessage) => boolean;
  /** Called for each event. */
  onEvent: () => void;
}

/** Takes the floods out of one event stream, and what a resumed stream repeats, and unpacks batches, before the protocol library reads it. */
export class StreamIntake implements EventIntake {
  readonly #options: StreamIntakeOptions;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: (event) => (this.#event = event) });
  #event: EventSourceMessage | undefined;

  constructor(options: StreamIntakeOptions) {
    this.#options = options;
  }

  take(raw: Uint8Array): Uint8Array | LateChunk | undefined {
    this.#options.onEvent();
    if (raw.length > LARGE_BYTES) {
      const event = readLargeEvent(raw);
      if (event !== undefined && !beginsLikeOurs(raw)) {
        return { length: raw.length, make: async () => (await this.#placeholder(event)) ?? raw };
      }
    }
    // Readers keep a line that ends in CR until they know what follows.
    const block = raw.at(-1) === CR ? Buffer.concat([raw, LINE_FEED]) : raw;
    if (block.length > MAX_READ_BYTES && !beginsLikeOurs(block)) return block;
    const text = this.#decoder.decode(block);
    const event = this.#parse(text);
    // Only a comment, or something between two events.
    if (event === undefined) return block;
    const { id = '', data } = event;
    if (id !== '') {
      if (this.#options.isResumed && this.#options.seen.has(id)) return encode([], id, text);
      this.#options.seen.add(id);
    }
    const isBatch = data.startsWith('[');
    if (!(isBatch || data.includes('"notifications/')) || (event.event ?? 'message') !== 'message') return block;
    const messages = parse(data);
    const others = messages?.filter((message) => !isMessage(message) || !this.#options.sink.deliver(message));
    if (others === undefined || (others.length > 0 && !isBatch)) return block;
    // One by one: the library takes no batches from a stream.
    return encode(others, id, text);
  }

  /** The library would put a large event together from slices, twice. It gets an answer of a few bytes in its place, with the same id. */
  async #placeholder({ head, data }: LargeEvent): Promise<Uint8Array | undefined> {
    const text = this.#decoder.decode(data);
    await setImmediate();
    const [answer] = parse(text) ?? [];
    if (!isAnswer(answer) || !this.#options.keep(answer)) return undefined;
    return Buffer.from(`${head}data: ${JSON.stringify({ jsonrpc: '2.0', id: answer.id, result: {} })}\n\n`);
  }

  #parse(text: string): EventSourceMessage | undefined {
    this.#event = undefined;
    this.#parser.feed(text);
    return this.#event;
  }
}

/** Messages say what they are at their beginning. */
function beginsLikeOurs(block: Uint8Array): boolean {
  const head = Buffer.from(block.subarray(0, HEAD_BYTES)).toString('latin1');
  return head.includes('"notifications/') || /^data: ?\[/m.test(head);
}

/** What the library gets in place of an event: some messages, the id from which it resumes, and the reconnection time, which is its to know. */
function encode(messages: readonly unknown[], id: string, original: string): Uint8Array | undefined {
  const retry = /^retry:.*$/m.exec(original)?.[0];
  const events = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`);
  if (retry !== undefined) events.unshift(`${retry}\n\n`);
  if (id !== '') events.push(`id: ${id}\ndata:\n\n`);
  return events.length === 0 ? undefined : Buffer.from(events.join(''));
}

/** The messages of an event, one or a batch; undefined where it is not JSON. */
function parse(data: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) ? value : [value];
  } catch {
    // Whatever it is, the library says so.
    return undefined;
  }
}

/** The library checks the rest of it. */
function isAnswer(value: unknown): value is JSONRPCMessage & { id: string | number } {
  if (typeof value !== 'object' || value === null || 'method' in value || !('id' in value)) return false;
  return ('result' in value || 'error' in value) && (typeof value.id === 'string' || typeof value.id === 'number');
}

/** What it holds is checked by whoever takes it. */
function isMessage(value: unknown): value is JSONRPCMessage {
  return typeof value === 'object' && value !== null && 'method' in value;
}
