import { t } from '@vscode/l10n';
import type { ExchangePhase, TrafficOrigin, TrafficRecord } from '../base/traffic.ts';
import type { Joined } from './chunks.ts';
import type { OutgoingRequest } from './exchange.ts';
import type { WireOptions } from './fetch.ts';
import { encodeHead, type HeaderList } from './heads.ts';
import type { JsonShape } from './jsonShape.ts';
import type { SseBlock } from './sseBlocks.ts';

/** Writes one HTTP request and its response into the recording. */
export class ExchangeRecorder {
  readonly #wire: Pick<WireOptions, 'server' | 'traffic' | 'clock'>;
  readonly #origin: TrafficOrigin;
  readonly #exchange: number;
  #sessionId: string | undefined;
  #status = 0;

  constructor(wire: Pick<WireOptions, 'server' | 'traffic' | 'clock'>, origin: TrafficOrigin) {
    this.#wire = wire;
    this.#origin = origin;
    this.#exchange = wire.traffic.nextExchange();
  }

  request(target: string, { method, headers, body }: OutgoingRequest): void {
    this.#sessionId = headers.find(([name]) => name === 'mcp-session-id')?.[1];
    this.#append({
      channel: 'http-request',
      direction: 'sent',
      part: 'head',
      raw: encodeHead(`${method} ${target}`, headers),
    });
    if (body === undefined) return;
    this.#append({
      channel: 'http-request',
      direction: 'sent',
      part: 'content',
      raw: Buffer.from(body),
      offset: 0,
    });
  }

  /** @param sessionId that the server named in it */
  head(status: number, headers: HeaderList, sessionId: string | null): void {
    this.#status = status;
    this.#sessionId = sessionId ?? this.#sessionId;
    this.#append({
      channel: 'http-response',
      direction: 'received',
      part: 'head',
      raw: encodeHead(String(status), headers),
      status,
    });
  }

  /** @param shape of the body */
  body(whole: Joined, shape?: JsonShape, cut?: string): void {
    this.#content('http-response', whole, 0, shape, cut);
  }

  event(block: SseBlock, cut?: string): void {
    this.#content('sse', block, block.offset, block.shape, cut);
  }

  reach(phase: ExchangePhase): void {
    const { traffic, clock } = this.#wire;
    traffic.reach(this.#exchange, phase, clock.wallTime());
  }

  /** An end without a byte of the body that one could show. */
  failed(reason: string): void {
    this.#append({
      channel: 'http-response',
      direction: 'internal',
      part: 'content',
      raw: Buffer.from(reason),
      note: cutNote(reason),
    });
  }

  #content(
    channel: 'http-response' | 'sse',
    { raw, chunkStarts, mayKeep }: Joined,
    offset: number,
    shape: JsonShape | undefined,
    cut?: string,
  ): void {
    this.#append({
      channel,
      direction: 'received',
      part: 'content',
      raw,
      offset,
      chunkStarts,
      mayKeep,
      largestValue: shape?.largestValue,
      status: this.#status,
      ...(cut === undefined ? {} : { note: cutNote(cut) }),
    });
  }

  #append(record: Omit<TrafficRecord, 'time' | 'server' | 'origin' | 'exchange' | 'sessionId'>): void {
    const { traffic, clock, server } = this.#wire;
    traffic.append({
      time: clock.wallTime(),
      server,
      origin: this.#origin,
      exchange: this.#exchange,
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      ...record,
    });
  }
}

function cutNote(reason: string): NonNullable<TrafficRecord['note']> {
  return { rule: 'wire.cut', severity: 'warning', message: t('Cut off here: {0}', reason) };
}
