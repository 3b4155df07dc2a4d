import { t } from '@vscode/l10n';
import type { Dispatcher } from 'undici';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import type { TrafficRecord } from '../base/traffic.ts';
import type { ExchangeContext } from './context.ts';
import { isAbort, timeoutError, tooLargeError, wireError } from './failures.ts';
import type { WireOptions } from './fetch.ts';
import { encodeHead, type HeaderList, headerPairs, readHead } from './heads.ts';
import { checkJsonShape } from './jsonShape.ts';
import { PacedBody } from './pacedBody.ts';
import { SseBlocks } from './sseBlocks.ts';

export interface OutgoingRequest {
  method: string;
  headers: HeaderList;
  body: string | undefined;
}

/** Statuses that have no body by definition; `Response` refuses one for them. */
const BODILESS = new Set([204, 205, 304]);

/** One HTTP request and its response: sent, recorded, bounded, and turned into a `Response`. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #wire: WireOptions;
  readonly #context: ExchangeContext;
  readonly #url: URL;
  readonly #request: OutgoingRequest;
  readonly #number: number;
  readonly #response = Promise.withResolvers<Response>();
  #controller: Dispatcher.DispatchController | undefined;
  #body: PacedBody | undefined;
  #sse: SseBlocks | undefined;
  #plain: Uint8Array[] = [];
  #plainBytes = 0;
  #status = 0;
  #sessionId: string | undefined;
  #sent = false;
  #failure: Error | undefined;
  #release: () => void = () => {};

  constructor(wire: WireOptions, context: ExchangeContext, url: URL, request: OutgoingRequest) {
    this.#wire = wire;
    this.#context = context;
    this.#url = url;
    this.#request = request;
    this.#number = wire.traffic.nextExchange();
    this.#sessionId = request.headers.find(([name]) => name === 'mcp-session-id')?.[1];
  }

  /** Resolves at the head of the answer, rejects with an `ExternalMcpError` or the signal's reason. */
  run(signal: AbortSignal | undefined): Promise<Response> {
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    const { method, headers, body } = this.#request;
    this.#record(
      'http-request',
      'sent',
      'head',
      encodeHead(`${method} ${this.#url.pathname}${this.#url.search}`, headers),
    );
    if (body !== undefined) this.#record('http-request', 'sent', 'content', Buffer.from(body), { offset: 0 });

    const onAbort = (): void =>
      this.#fail(signal === undefined ? new DOMException('aborted', 'AbortError') : abortReason(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    // undici's own timers tick once a second and a trickle of bytes keeps resetting them; this one is the wall clock.
    const deadline = this.#wire.clock.after(this.#context.timeoutMs, () =>
      this.#fail(timeoutError(this.#failurePoint())),
    );
    this.#release = () => {
      signal?.removeEventListener('abort', onAbort);
      deadline.dispose();
    };
    this.#stopDeadline = () => deadline.dispose();
    this.#wire.agent.dispatch(
      {
        origin: this.#url.origin,
        path: `${this.#url.pathname}${this.#url.search}`,
        method,
        headers: headers.flat(),
        body: body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      this,
    );
    return this.#response.promise;
  }

  #stopDeadline: () => void = () => {};

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while it waited for a connection.
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onRequestSent(): void {
    this.#sent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#sent = true;
    this.#status = status;
    const pairs = headerPairs(controller.rawHeaders);
    const headers = new Headers();
    for (const [name, value] of pairs) headers.append(name, value);
    this.#sessionId = headers.get('mcp-session-id') ?? this.#sessionId;
    this.#record('http-response', 'received', 'head', encodeHead(String(status), pairs), { status });

    const encoding = headers.get('content-encoding');
    if (encoding !== null && encoding !== 'identity') {
      this.#fail(
        new ExternalMcpError(
          'protocol',
          t(
            '“{0}” compressed its answer ({1}) although it was asked not to. Turn compression off in the server.',
            this.#wire.server,
            encoding.slice(0, 40),
          ),
          { server: this.#wire.server, outcomeUnknown: true },
        ),
      );
      return;
    }
    const head = readHead(status, headers, this.#wire.clock.wallTime());
    this.#context.head = head;
    const body = new PacedBody(this.#wire.clock, {
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: (reason) => this.#fail(reason),
    });
    this.#body = body;
    if (head.mediaType === 'text/event-stream' && status < 300) {
      const { server, maxMessageBytes } = this.#wire;
      this.#sse = new SseBlocks(maxMessageBytes, () => tooLargeError(server, maxMessageBytes));
      // A stream lives as long as its call or session; whoever reads it sets the limit.
      this.#stopDeadline();
    }
    this.#response.resolve(new Response(BODILESS.has(status) ? null : body.stream, { status, headers }));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (chunk.length === 0 || this.#failure !== undefined) return;
    try {
      if (this.#sse === undefined) this.#takePlain(chunk);
      else this.#takeEvents(this.#sse, chunk);
    } catch (error) {
      this.#fail(this.#named(error));
    }
  }

  onResponseEnd(): void {
    if (this.#failure !== undefined) return;
    try {
      if (this.#sse === undefined) this.#endPlain();
      else this.#recordRest(this.#sse);
    } catch (error) {
      this.#fail(this.#named(error));
      return;
    }
    this.#release();
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(wireError(error, this.#failurePoint()));
  }

  /** Ends the exchange from our side; later words of the library are not heard. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#release();
    this.#recordCut(error);
    this.#controller?.abort(error);
    this.#response.reject(error);
    this.#body?.end(error);
    if (this.#body !== undefined && error instanceof ExternalMcpError) this.#context.onBodyFailure?.(error);
  }

  #takeEvents(sse: SseBlocks, chunk: Buffer): void {
    for (const block of sse.push(chunk)) {
      this.#record('sse', 'received', 'content', block.raw, {
        offset: block.offset,
        chunkStarts: block.chunkStarts,
        status: this.#status,
      });
      checkJsonShape(block.raw);
    }
    this.#body?.push(chunk);
  }

  /** A body that is one message is kept until it is whole: it has to be recorded before anyone acts on it. */
  #takePlain(chunk: Buffer): void {
    this.#plain.push(chunk);
    this.#plainBytes += chunk.length;
    if (this.#plainBytes > this.#wire.maxMessageBytes)
      throw tooLargeError(this.#wire.server, this.#wire.maxMessageBytes);
  }

  #endPlain(): void {
    if (this.#plainBytes === 0) return;
    const whole = this.#recordPlain();
    checkJsonShape(whole);
    this.#body?.push(whole);
  }

  #recordPlain(note?: TrafficRecord['note']): Uint8Array {
    const whole = this.#plain.length === 1 ? (this.#plain[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#plain);
    const chunkStarts: number[] = [];
    let position = 0;
    for (const part of this.#plain.slice(0, -1)) chunkStarts.push((position += part.length));
    this.#plain = [];
    this.#plainBytes = 0;
    this.#record('http-response', 'received', 'content', whole, {
      offset: 0,
      chunkStarts,
      status: this.#status,
      ...(note === undefined ? {} : { note }),
    });
    return whole;
  }

  #recordRest(sse: SseBlocks, note?: TrafficRecord['note']): void {
    const rest = sse.end();
    if (rest === undefined) return;
    this.#record('sse', 'received', 'content', rest.raw, {
      offset: rest.offset,
      chunkStarts: rest.chunkStarts,
      status: this.#status,
      ...(note === undefined ? {} : { note }),
    });
  }

  /** What had come before the failure is shown too, with the reason why no more did. */
  #recordCut(error: Error): void {
    const note = { rule: 'wire.cut', severity: 'warning', message: `Cut off here: ${messageOf(error)}` } as const;
    if (this.#sse !== undefined) this.#recordRest(this.#sse, note);
    else if (this.#plainBytes > 0) this.#recordPlain(note);
    else if (!isAbort(error)) {
      this.#record('http-response', 'internal', 'content', Buffer.from(messageOf(error)), { note });
    }
  }

  #record(
    channel: TrafficRecord['channel'],
    direction: TrafficRecord['direction'],
    part: TrafficRecord['part'],
    raw: Uint8Array,
    more: Partial<TrafficRecord> = {},
  ): void {
    this.#wire.traffic.append({
      time: this.#wire.clock.wallTime(),
      server: this.#wire.server,
      origin: this.#context.origin,
      exchange: this.#number,
      channel,
      direction,
      part,
      raw,
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      ...more,
    });
  }

  /** Errors of the framing know nothing of the server; people need its name. */
  #named(error: unknown): Error {
    if (!(error instanceof ExternalMcpError) || error.server !== undefined)
      return wireError(error, this.#failurePoint());
    return new ExternalMcpError(
      error.kind,
      t('“{0}” sent {1}. Its traffic shows the message.', this.#wire.server, error.message),
      { server: this.#wire.server, outcomeUnknown: true, cause: error },
    );
  }

  #failurePoint(): { server: string; url: URL; sent: boolean; timeoutMs: number } {
    return { server: this.#wire.server, url: this.#url, sent: this.#sent, timeoutMs: this.#context.timeoutMs };
  }
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException('The operation was aborted', 'AbortError');
}
