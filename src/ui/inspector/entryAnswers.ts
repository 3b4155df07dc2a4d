import type { ServerRegistry } from '../../servers/serverRegistry.ts';
import { isUp } from '../../servers/status.ts';
import {
  type Answer,
  type Asked,
  CHUNKS_LIMIT,
  JSON_LIMIT,
  LINKS_LIMIT,
  RAW_LIMIT,
  type TrafficDetail,
} from '../../messages/inspector.ts';
import { related } from '../../traffic/related.ts';
import { replayedRequest } from '../../traffic/replay.ts';
import { isHead } from '../../traffic/segment.ts';
import type { Place } from '../../traffic/segments.ts';
import type { SchemaReport } from '../../traffic/schemaReports.ts';
import { streamEvents } from '../../traffic/streamEvents.ts';
import type { TrafficReader } from '../../traffic/trafficReader.ts';

/** Bytes around a page that are masked with it; a longer secret is masked in part. */
const CONTEXT_BYTES = 256 * 1024;

/** Answers what the page asks about one entry. */
export class EntryAnswers {
  readonly #traffic: TrafficReader;
  readonly #registry: ServerRegistry | undefined;

  /** @param registry absent: what is shown was recorded elsewhere, and nothing can be sent again */
  constructor(traffic: TrafficReader, registry: ServerRegistry | undefined) {
    this.#traffic = traffic;
    this.#registry = registry;
  }

  detail({ seq, reveal = false }: Asked<'detail'>): Answer<'detail'> {
    const place = this.#traffic.place(seq);
    return { type: 'detail', detail: place === undefined ? undefined : this.#detail(seq, place, reveal) };
  }

  bytes({ seq, start, count }: Asked<'bytes'>): Answer<'bytes'> {
    const place = this.#traffic.place(seq);
    if (place === undefined) return { type: 'bytes', bytes: new Uint8Array() };
    const { presenter, redactor } = this.#traffic;
    if (isHead(place.segment, place.row))
      return { type: 'bytes', bytes: presenter.raw(place).slice(start, start + count) };
    // Only what is asked for is masked, and so much around it that no secret is cut: all of a large body takes seconds.
    const from = Math.max(0, start - CONTEXT_BYTES);
    const around = place.segment.raw(place.row).slice(from, start + count + CONTEXT_BYTES);
    return { type: 'bytes', bytes: redactor.bytes(around).slice(start - from, start - from + count) };
  }

  events({ seq, first, count }: Asked<'events'>): Answer<'events'> {
    return { type: 'events', ...streamEvents(this.#traffic, this.#traffic.redactor, seq, first, count) };
  }

  async schema({ seq }: Asked<'schema'>): Promise<Answer<'schema'>> {
    // With all shapes of the specification: loaded when somebody looks.
    const { schemaReports } = await import('../../traffic/schemaReports.ts');
    return { type: 'schema', reports: schemaReports(this.#traffic, seq).map(withinLimit) };
  }

  related({ seq }: Asked<'related'>): Answer<'related'> {
    return { type: 'related', groups: related(this.#traffic, seq) };
  }

  #detail(seq: number, place: Place, reveal: boolean): TrafficDetail | undefined {
    const traffic = this.#traffic;
    const entry = traffic.entry(seq);
    const row = traffic.row(seq);
    if (entry === undefined || row === undefined) return undefined;
    const presenter = reveal ? traffic.revealing : traffic.presenter;
    // Masked once: of a large body, that takes a second.
    const raw = reveal ? presenter.raw(place) : entry.raw;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw);
    const json = raw.length > JSON_LIMIT ? undefined : presenter.jsonText(place);
    const heads = traffic.exchangeHeadPlaces(seq);
    const { exchange, sessionId, rpcId, pairedWith, offset, notes } = entry;
    const alsoAnswers = place.segment.alsoAnswers(place.row).filter((request) => request >= traffic.firstSeq);
    return {
      seq,
      row,
      heads: heads.map((head) => presenter.head(head)),
      raw: text.slice(0, RAW_LIMIT),
      rawLength: text.length,
      byteLength: raw.length,
      chunkStarts: traffic.chunkStarts(seq).slice(0, CHUNKS_LIMIT),
      eventCount: streamEvents(traffic, traffic.redactor, seq, 0, 0).total,
      canReplay: this.#canReplay(seq),
      isRevealed: reveal,
      isMasked:
        Buffer.compare(entry.raw, place.segment.raw(place.row)) !== 0 || heads.some((at) => traffic.isMasked(at)),
      notes,
      ...(json === undefined ? {} : { json }),
      ...(exchange === undefined ? {} : { exchange }),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(rpcId === undefined ? {} : { rpcId }),
      ...(pairedWith === undefined ? {} : { pairedWith }),
      ...(alsoAnswers.length === 0 ? {} : { alsoAnswers: alsoAnswers.slice(0, LINKS_LIMIT) }),
      ...(offset === undefined ? {} : { offset }),
    };
  }

  #canReplay(seq: number): boolean {
    const request = replayedRequest(this.#traffic, seq, 'edit');
    const server = this.#registry?.servers.find(({ name }) => name === request?.server);
    return server !== undefined && isUp(server.status);
  }
}

/** A schema that is too long for the page is left in the entry that brought it. */
function withinLimit({ schema, ...report }: SchemaReport): SchemaReport {
  return schema === undefined || schema.length > RAW_LIMIT ? report : { ...report, schema };
}
