import { t } from '@vscode/l10n';
import type { Dispatcher } from 'undici';
import { ExternalMcpError, messageOf } from '../base/errors.ts';
import { Chunks } from './chunks.ts';
import type { ExchangeContext } from './context.ts';
import { ExchangeRecorder } from './exchangeRecorder.ts';
import { type FailurePoint, isAbort, refusedHead, timeoutError, tooLargeError, wireError } from './failures.ts';
import type { WireOptions } from './fetch.ts';
import { type HeaderList, headerPairs, readHead } from './heads.ts';
import { JsonShape } from './jsonShape.ts';
import { messageResponse } from './messageResponse.ts';
import { CR_WAIT_MS } from './pace.ts';
import { PacedBody } from './pacedBody.ts';
import { PacedItems } from './pacedItems.ts';
import { type SseBlock, SseBlocks } from './sseBlocks.ts';

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
  readonly #recorder: ExchangeRecorder;
  readonly #response = Promise.withResolvers<Response>();
  /** A body that is one message is kept until it is whole: it has to be recorded before anyone acts on it. */
  readonly #plain: Chunks;
  /** Set where the body is an event stream. */
  #sse: SseBlocks | undefined;
  readonly #blocks: PacedItems<SseBlock>;
  /** Set where the body may be JSON. */
  #shape: JsonShape | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #body: PacedBody | undefined;
  #sent = false;
  /** Nobody waits for what still comes, other than the recording. */
  #isLeft = false;
  #failure: Error | undefined;
  #stopDeadline: () => void = () => {};
  #release: () => void = () => {};
  #stopWaiting: () => void = () => {};

  constructor(wire: WireOptions, context: ExchangeContext, url: URL, request: OutgoingRequest) {
    this.#wire = wire;
    this.#context = context;
    this.#url = url;
    this.#request = request;
    this.#recorder = new ExchangeRecorder(wire, context.origin);
    this.#plain = new Chunks(wire.maxMessageBytes, () => tooLargeError(wire.server, wire.maxMessageBytes));
    this.#blocks = new PacedItems(wire.clock, {
      take: (block) => this.#takeEvent(block),
      failed: (error) => this.#failWith(error),
      rest: () => this.#body?.rest(),
      goOn: () => this.#body?.goOn(),
    });
  }

  /** Resolves at the head of the answer, rejects with an `ExternalMcpError` or the signal's reason. */
  run(signal: AbortSignal | undefined): Promise<Response> {
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    const { method, headers, body } = this.#request;
    const target = `${this.#url.pathname}${this.#url.search}`;
    this.#recorder.request(target, this.#request);

    const onAbort = (): void => this.#leave(abortReason(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    // undici's own timers tick once a second and a trickle of bytes keeps resetting them; this one is the wall clock.
    const deadline = this.#wire.clock.after(this.#context.timeoutMs, () =>
      this.#fail(timeoutError(this.#failurePoint())),
    );
    this.#stopDeadline = () => deadline.dispose();
    this.#release = () => {
      this.#stopWaiting();
      signal?.removeEventListener('abort', onAbort);
      deadline.dispose();
    };
    this.#wire.agent.dispatch(
      {
        origin: this.#url.origin,
        path: target,
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

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#recorder.reach('connected');
    // Aborted while it waited for a connection.
    if (this.#failure !== undefined) controller.abort(this.#failure);
  }

  onRequestSent(): void {
    this.#sent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    this.#sent = true;
    const pairs = headerPairs(controller.rawHeaders);
    const headers = new Headers();
    for (const [name, value] of pairs) headers.append(name, value);
    this.#recorder.head(status, pairs, headers.get('mcp-session-id'));
    const refusal = refusedHead(this.#wire.server, status, headers);
    if (refusal !== undefined) {
      this.#fail(refusal);
      return;
    }
    const head = readHead(status, headers, this.#wire.clock.wallTime());
    this.#context.head = head;
    const body = new PacedBody(this.#wire.clock, {
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      abort: (reason) => this.#leave(reason),
    });
    this.#body = body;
    if (head.mediaType === 'text/event-stream' && status < 300) {
      const { server, maxMessageBytes } = this.#wire;
      this.#sse = new SseBlocks(maxMessageBytes, () => tooLargeError(server, maxMessageBytes));
      // A stream lives as long as its call or session; whoever reads it sets the limit. The answer to the end of a session has no such reader.
      if (this.#request.method !== 'DELETE') this.#stopDeadline();
      this.#response.resolve(new Response(body.stream, { status, headers }));
      return;
    }
    if (head.mediaType !== 'text/html') this.#shape = new JsonShape();
    this.#response.resolve(
      BODILESS.has(status) ? new Response(null, { status, headers }) : messageResponse(body, { status, headers }),
    );
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (chunk.length === 0 || this.#failure !== undefined) return;
    try {
      if (this.#sse !== undefined) this.#blocks.push(this.#cut(this.#sse, chunk));
      else this.#takePart(chunk);
    } catch (error) {
      this.#failWith(error);
    }
  }

  onResponseEnd(): void {
    if (this.#failure !== undefined) return;
    try {
      this.#blocks.afterAll(() => this.#finish());
    } catch (error) {
      this.#failWith(error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#failWith(error);
  }

  /** Whoever asked for it does not want it any more. */
  #leave(reason: Error): void {
    this.#isLeft = true;
    this.#fail(reason);
  }

  #failWith(thrown: unknown): void {
    this.#fail(wireError(thrown, this.#failurePoint()));
  }

  /** Ends the exchange from our side; later words of the library are not heard. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#release();
    this.#recordCut(error);
    this.#recorder.reach('ended');
    this.#controller?.abort(error);
    this.#response.reject(error);
    this.#body?.end(error);
    if (this.#body !== undefined && error instanceof ExternalMcpError) this.#context.onBodyFailure?.(error);
  }

  #finish(): void {
    if (this.#failure !== undefined) return;
    this.#takeRest();
    this.#recorder.reach('ended');
    this.#release();
    this.#body?.end();
  }

  #takePart(chunk: Buffer): void {
    this.#plain.push(chunk);
    this.#shape?.push(chunk);
  }

  *#cut(sse: SseBlocks, chunk: Buffer): Generator<SseBlock> {
    this.#stopWaiting();
    yield* sse.push(chunk);
    if (this.#context.intake === undefined) this.#body?.push(chunk);
    // The stream may stay open, and the line feed never come.
    if (sse.isWaiting) this.#waitForLineFeed(sse);
  }

  #takeEvent(block: SseBlock): void {
    this.#recorder.event(block);
    if (this.#isLeft) return;
    block.shape.check();
    const taken = this.#context.intake?.take(block.raw);
    if (taken !== undefined) this.#body?.push(taken);
  }

  #waitForLineFeed(sse: SseBlocks): void {
    const timer = this.#wire.clock.after(CR_WAIT_MS, () => {
      const block = sse.flush();
      try {
        if (block !== undefined && this.#failure === undefined) this.#takeEvent(block);
      } catch (error) {
        this.#failWith(error);
      }
    });
    this.#stopWaiting = () => timer.dispose();
  }

  #takeRest(): void {
    const last = this.#sse?.flush();
    if (last !== undefined) this.#takeEvent(last);
    const rest = this.#sse?.end();
    if (rest !== undefined)
      this.#recorder.event(rest, t('The stream ended without the empty line that ends an event.'));
    if (this.#plain.bytes === 0) return;
    const whole = this.#plain.take();
    this.#recorder.body(whole, this.#shape);
    this.#shape?.check();
    this.#body?.push(whole.raw);
  }

  /** What had come before the failure is shown too, with the reason why no more did. */
  #recordCut(error: Error): void {
    const reason = messageOf(error);
    try {
      this.#blocks.drain();
    } catch {
      // It has failed already.
    }
    const rest = this.#sse?.end();
    if (rest !== undefined) this.#recorder.event(rest, reason);
    else if (this.#plain.bytes > 0) this.#recorder.body(this.#plain.take(), this.#shape, reason);
    else if (!isAbort(error)) this.#recorder.failed(reason);
  }

  #failurePoint(): FailurePoint {
    return { server: this.#wire.server, url: this.#url, sent: this.#sent, timeoutMs: this.#context.timeoutMs };
  }
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('The operation was aborted', 'AbortError');
}
