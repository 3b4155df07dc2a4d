import { t } from '@vscode/l10n';
import {
  deserializeMessage,
  type JSONRPCMessage,
  type RequestId,
  serializeMessage,
} from '@modelcontextprotocol/client';
import { BoundedMap } from '../base/boundedMap.ts';
import type { Clock } from '../base/clock.ts';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { LinesPerSecond } from '../base/linesPerSecond.ts';
import type { Log } from '../base/log.ts';
import type { TrafficOrigin, TrafficSink } from '../base/traffic.ts';
import { exchangeContext } from '../wire/context.ts';
import { namedError, tooLargeError } from '../wire/failures.ts';
import { checkJsonShape } from '../wire/jsonShape.ts';
import { PacedItems } from '../wire/pacedItems.ts';
import { LineCutter, type StdioStreams } from '../wire/stdioLines.ts';
import type { ClientTransport, MessageSink } from './clientTransport.ts';
import { type Mask, quote } from './quote.ts';

/** Characters of a stray line that reach the output. */
const QUOTED_LENGTH = 200;
/** Stray lines of one second that get a warning each, and those that are recorded; one remark tells how many more came. */
const MAX_STRAY_WARNINGS = 100;
const MAX_STRAY_RECORDS = 1000;
/** Requests whose origin is remembered for their answers; beyond, the oldest is forgotten and its answer counts as internal. */
const MAX_ORIGINS = 1000;

export interface StreamTransportOptions {
  server: string;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  mask: Mask;
  maxMessageBytes: number;
  sink: MessageSink;
}

/** MCP over the pipes of a process that somebody else started: a JSON-RPC message a line, both ways recorded. */
export class StreamTransport implements ClientTransport {
  readonly #options: StreamTransportOptions;
  readonly #streams: StdioStreams;
  readonly #cutter: LineCutter;
  readonly #lines: PacedItems<Uint8Array>;
  readonly #strays: LinesPerSecond;
  readonly #origins = new BoundedMap<RequestId, TrafficOrigin>(MAX_ORIGINS);
  #offset = { sent: 0, received: 0 };
  #isStarted = false;
  #ended = false;
  /** By us: nobody answers what the server still asks. */
  #isClosed = false;
  #failure: ExternalMcpError | undefined;

  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  constructor(options: StreamTransportOptions, streams: StdioStreams) {
    this.#options = options;
    this.#streams = streams;
    this.#strays = new LinesPerSecond(options.clock, (total) => this.#remarkOnStrays(total));
    const { server, maxMessageBytes } = options;
    this.#cutter = new LineCutter(maxMessageBytes, () => tooLargeError(server, maxMessageBytes));
    this.#lines = new PacedItems(options.clock, {
      take: (line) => this.#receive(line),
      failed: (error) => this.#fail(error),
      rest: () => void streams.stdout.pause(),
      goOn: () => void streams.stdout.resume(),
    });
  }

  /** Why we stopped reading, if it was not the other side that ended. */
  get failure(): ExternalMcpError | undefined {
    return this.#failure;
  }

  /** Called once by whoever asks before the library takes over, and by the library when its handlers are set. */
  async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message) => {
      if (!this.#options.sink.deliver(message)) deliver?.(message);
    };
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { stdin, stdout } = this.#streams;
    stdout.on('data', this.#onData);
    stdout.on('end', this.#onSourceEnd);
    stdout.on('close', this.#onSourceEnd);
    stdout.on('error', this.#onSourceEnd);
    // A process that leaves while we write: its exit is reported elsewhere, with its reason.
    stdin.on('error', (error) => this.onerror?.(error));
    stdout.resume();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const line = Buffer.from(serializeMessage(message));
    const origin = exchangeContext.getStore()?.origin ?? 'internal';
    if ('method' in message && 'id' in message) this.#origins.set(message.id, origin);
    this.#record('sent', line, this.#options.clock.wallTime(), origin);
    await new Promise<void>((resolve, reject) => {
      this.#streams.stdin.write(line, (error) => (error ? reject(this.#notRead(error)) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#streams.stdin.end();
    this.#onEnd();
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      this.#lines.push(this.#cutter.push(chunk));
    } catch (error) {
      this.#fail(error);
    }
  };

  /** The streams of a process that left are emptied by Node, whether they were paused or not. */
  readonly #onSourceEnd = (): void => {
    try {
      this.#lines.afterAll(() => this.#onEnd());
    } catch (error) {
      this.#fail(error);
    }
  };

  #onEnd(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { stdout } = this.#streams;
    stdout.off('data', this.#onData);
    try {
      this.#lines.drain();
    } catch (error) {
      this.#fail(error);
    }
    // Still drained: a full pipe would keep the process from ending.
    stdout.resume();
    this.#strays.dispose();
    this.onclose?.();
  }

  /** Past a limit there is no telling which answer it was, or where the next message starts. */
  #fail(error: unknown): void {
    if (error instanceof ExternalMcpError) this.#failure = error;
    this.onerror?.(error instanceof Error ? error : new Error(messageOf(error)));
    this.#onEnd();
  }

  #receive(line: Uint8Array): void {
    const time = this.#options.clock.wallTime();
    const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8').trim();
    // What does not even begin like a message is a stray line of a log.
    const message = text.startsWith('{') ? this.#parse(line, text, time) : undefined;
    if (message === undefined) {
      this.#stray(line, text, time);
      return;
    }
    this.#record('received', line, time, this.#takeOrigin(message));
    if (!this.#isClosed || !('method' in message)) this.onmessage?.(message);
  }

  #parse(line: Uint8Array, text: string, time: number): JSONRPCMessage | undefined {
    try {
      checkJsonShape(line);
    } catch (error) {
      this.#record('received', line, time, 'internal');
      throw error instanceof ExternalMcpError ? namedError(this.#options.server, error) : error;
    }
    try {
      return deserializeMessage(text);
    } catch {
      return undefined;
    }
  }

  #stray(line: Uint8Array, text: string, time: number): void {
    const count = this.#strays.count();
    if (count <= MAX_STRAY_RECORDS) this.#record('received', line, time, 'internal');
    else this.#offset.received += line.length;
    if (text === '' || count > MAX_STRAY_WARNINGS) return;
    const { log, mask } = this.#options;
    log.warn(`Not a message on stdout, ignored (logs belong on stderr): ${quote(text, QUOTED_LENGTH, mask)}`);
  }

  #remarkOnStrays(total: number): void {
    if (total <= MAX_STRAY_WARNINGS) return;
    const notShown = `Not shown: ${total - MAX_STRAY_WARNINGS} more lines of stdout in the same second that were not messages`;
    const unrecorded = total - MAX_STRAY_RECORDS;
    this.#options.log.warn(unrecorded > 0 ? `${notShown} (not in the traffic either: ${unrecorded}).` : `${notShown}.`);
  }

  /** Who caused a message of the server: for an answer, whoever asked. */
  #takeOrigin(message: JSONRPCMessage): TrafficOrigin {
    if ('method' in message || message.id === undefined) return 'internal';
    const origin = this.#origins.get(message.id) ?? 'internal';
    this.#origins.delete(message.id);
    return origin;
  }

  #notRead(cause: Error): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError(
      'connection',
      t('“{0}” does not read its input any more. See its output for the reason.', server),
      { server, outcomeUnknown: true, cause },
    );
  }

  #record(direction: 'sent' | 'received', raw: Uint8Array, time: number, origin: TrafficOrigin): void {
    const { traffic, server } = this.#options;
    traffic.append({
      time,
      server,
      direction,
      channel: 'stdio',
      part: 'content',
      origin,
      offset: this.#offset[direction],
      raw,
    });
    this.#offset[direction] += raw.length;
  }
}
