import { t } from '@vscode/l10n';
import {
  deserializeMessage,
  type JSONRPCMessage,
  serializeMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import type { Clock } from '../base/clock.ts';
import { displayText } from '../base/displayText.ts';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { TrafficSink } from '../base/traffic.ts';
import { exchangeContext } from '../wire/context.ts';
import { tooLargeError } from '../wire/failures.ts';
import { checkJsonShape } from '../wire/jsonShape.ts';
import { LineCutter, type StdioStreams } from '../wire/stdioLines.ts';

/** Characters of a stray line that reach the output. */
const QUOTED_LENGTH = 200;

export interface StreamTransportOptions {
  server: string;
  traffic: TrafficSink;
  clock: Clock;
  log: Log;
  maxMessageBytes: number;
}

/** MCP over the pipes of a process that somebody else started: a JSON-RPC message a line, both ways recorded. */
export class StreamTransport implements Transport {
  readonly #options: StreamTransportOptions;
  readonly #streams: StdioStreams;
  readonly #lines: LineCutter;
  #offset = { sent: 0, received: 0 };
  #ended = false;
  #failure: ExternalMcpError | undefined;

  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  constructor(options: StreamTransportOptions, streams: StdioStreams) {
    this.#options = options;
    this.#streams = streams;
    this.#lines = new LineCutter(options.maxMessageBytes, () => tooLargeError(options.server, options.maxMessageBytes));
  }

  /** Why we stopped reading, if it was not the other side that ended. */
  get failure(): ExternalMcpError | undefined {
    return this.#failure;
  }

  async start(): Promise<void> {
    const { stdin, stdout } = this.#streams;
    stdout.on('data', this.#onData);
    stdout.on('end', this.#onEnd);
    stdout.on('close', this.#onEnd);
    stdout.on('error', this.#onEnd);
    // A process that leaves while we write: its exit is reported elsewhere, with its reason.
    stdin.on('error', (error) => this.onerror?.(error));
    stdout.resume();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const line = Buffer.from(serializeMessage(message));
    this.#record('sent', line);
    await new Promise<void>((resolve, reject) => {
      this.#streams.stdin.write(line, (error) => (error ? reject(this.#notRead(error)) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#streams.stdin.end();
    this.#onEnd();
  }

  readonly #onData = (chunk: Buffer): void => {
    try {
      for (const line of this.#lines.push(chunk)) this.#receive(line);
    } catch (error) {
      // Past a limit there is no telling which answer it was, or where the next message starts.
      if (error instanceof ExternalMcpError) this.#failure = error;
      this.onerror?.(error instanceof Error ? error : new Error(messageOf(error)));
      this.#onEnd();
    }
  };

  readonly #onEnd = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    const { stdout } = this.#streams;
    stdout.off('data', this.#onData);
    // Still drained: a full pipe would keep the process from ending.
    stdout.resume();
    this.onclose?.();
  };

  #receive(line: Uint8Array): void {
    this.#record('received', line);
    const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8').trim();
    if (text === '') return;
    // What does not even begin like a message is a stray line of a log.
    if (text.startsWith('{')) this.#checkShape(line);
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(text);
    } catch {
      this.#options.log.warn(
        `Not a message on stdout, ignored (logs belong on stderr): ${displayText(text, QUOTED_LENGTH)}`,
      );
      return;
    }
    this.onmessage?.(message);
  }

  #checkShape(line: Uint8Array): void {
    try {
      checkJsonShape(line);
    } catch (error) {
      if (!(error instanceof ExternalMcpError)) throw error;
      const { server } = this.#options;
      throw new ExternalMcpError(
        error.kind,
        t('“{0}” sent {1}. Its traffic shows the message.', server, error.message),
        { server, outcomeUnknown: true, cause: error },
      );
    }
  }

  #notRead(cause: Error): ExternalMcpError {
    const { server } = this.#options;
    return new ExternalMcpError(
      'connection',
      t('“{0}” does not read its input any more. See its output for the reason.', server),
      { server, outcomeUnknown: true, cause },
    );
  }

  #record(direction: 'sent' | 'received', raw: Uint8Array): void {
    const { traffic, clock, server } = this.#options;
    traffic.append({
      time: clock.wallTime(),
      server,
      direction,
      channel: 'stdio',
      part: 'content',
      origin: exchangeContext.getStore()?.origin ?? 'internal',
      offset: this.#offset[direction],
      raw,
    });
    this.#offset[direction] += raw.length;
  }
}
