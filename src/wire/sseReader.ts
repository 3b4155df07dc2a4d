import { createParser, type ParseError } from 'eventsource-parser';
import { ExternalMcpError } from '../base/errors.ts';

/** Lines that are not of the format, before a stream is given up: it is something else then (facts/hardening.md). */
const MAX_ERRORS = 100;

/** One event of a stream. */
export interface SseEvent {
  /** The stream's last event id as of this event; undefined before the first, empty where the server took it back. */
  readonly id: string | undefined;
  /** Its name, where it has one; to a browser that would be `message`. */
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * The events of a response's body. Leaving the loop cancels the body. Throws what the body fails with, and `protocol` for an event of
 * more than `maxEventBytes` characters or after 100 lines that are not of the format. Nothing is held but the unfinished event and
 * the events of one chunk; what the characters do not count (empty data lines, long names) is bounded by the wire.
 * @param onRetry milliseconds as the server sent them: clamp them before a timer sees them
 */
export async function* readSseEvents(
  body: ReadableStream<Uint8Array>,
  maxEventBytes: number,
  onRetry?: (ms: number) => void,
): AsyncGenerator<SseEvent> {
  let events: SseEvent[] = [];
  let lastId: string | undefined;
  let errors = 0;
  let failure: ExternalMcpError | undefined;
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onId: (id) => (lastId = id),
    onEvent: ({ event, data }) => events.push({ id: lastId, event, data }),
    onError(error) {
      errors += 1;
      failure ??= fatal(error, errors, maxEventBytes);
    },
    ...(onRetry === undefined ? {} : { onRetry }),
  });
  // The parser takes one byte order mark off, as the format wants; the decoder would take off another.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const found = events;
    events = [];
    yield* found;
    if (failure !== undefined) throw failure;
  }
}

function fatal(error: ParseError, count: number, maxEventBytes: number): ExternalMcpError | undefined {
  if (error.type === 'max-buffer-size-exceeded') {
    return new ExternalMcpError('protocol', `an event of more than ${maxEventBytes} bytes`, { cause: error });
  }
  if (count <= MAX_ERRORS) return undefined;
  return new ExternalMcpError('protocol', `more than ${MAX_ERRORS} lines that do not belong in an event stream`, {
    cause: error,
  });
}
