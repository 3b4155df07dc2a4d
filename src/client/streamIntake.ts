import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { EventIntake } from '../wire/context.ts';
import type { MessageSink } from './clientTransport.ts';

/** Notifications that are worth diverting are small; a larger event goes to the library unread, so that it is parsed only once. */
const MAX_READ_BYTES = 64 * 1024;
const CR = 0x0d;
const LINE_FEED = Buffer.from('\n');

/** Event ids that are remembered to recognise what a resumed stream repeats; beyond, the oldest is forgotten. */
const MAX_SEEN_IDS = 1000;

/** Ids of the events that one stream has brought, on however many connections. Other streams have theirs: not every server counts them together. */
export class SeenIds {
  readonly #ids = new Set<string>();
  #last: string | undefined;

  /** From where the stream is taken up again. */
  get last(): string | undefined {
    return this.#last;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    const [oldest] = this.#ids;
    if (oldest !== undefined && this.#ids.size >= MAX_SEEN_IDS) this.#ids.delete(oldest);
    this.#ids.add(id);
    this.#last = id;
  }
}

export interface StreamIntakeOptions {
  /** Takes messages before the library does. */
  sink: MessageSink;
  /** Filled here. */
  seen: SeenIds;
  /** The stream takes up an earlier one and may repeat its events. */
  isResumed: boolean;
  /** Called for each event. */
  onEvent: () => void;
}

/** Takes the floods out of one event stream, and what a resumed stream repeats, before the protocol library reads it. */
export class StreamIntake implements EventIntake {
  readonly #options: StreamIntakeOptions;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: (event) => (this.#event = event) });
  #event: EventSourceMessage | undefined;

  constructor(options: StreamIntakeOptions) {
    this.#options = options;
  }

  take(raw: Uint8Array): Uint8Array | undefined {
    this.#options.onEvent();
    // Readers keep a line that ends in CR until they know what follows.
    const block = raw.at(-1) === CR ? Buffer.concat([raw, LINE_FEED]) : raw;
    if (block.length > MAX_READ_BYTES) return block;
    const text = this.#decoder.decode(block);
    const event = this.#parse(text);
    // Only a comment, or something between two events.
    if (event === undefined) return block;
    const { id, data } = event;
    if (id !== undefined && id !== '') {
      if (this.#options.isResumed && this.#options.seen.has(id)) return onlyId(id);
      this.#options.seen.add(id);
    }
    // A reconnection time is the library's to know.
    if (!data.includes('"notifications/') || /^retry:/m.test(text)) return block;
    const message = parse(data);
    if (message === undefined || !this.#options.sink.deliver(message)) return block;
    return id === undefined || id === '' ? undefined : onlyId(id);
  }

  #parse(text: string): EventSourceMessage | undefined {
    this.#event = undefined;
    this.#parser.feed(text);
    return this.#event;
  }
}

/** The library resumes from the last id that it saw. */
function onlyId(id: string): Uint8Array {
  return Buffer.from(`id: ${id}\ndata:\n\n`);
}

function parse(data: string): JSONRPCMessage | undefined {
  try {
    const value: unknown = JSON.parse(data);
    // What it holds is checked by whoever takes it.
    return typeof value === 'object' && value !== null && 'method' in value ? (value as JSONRPCMessage) : undefined;
  } catch {
    // Whatever it is, the library says so.
    return undefined;
  }
}
