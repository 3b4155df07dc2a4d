import { channels, directions } from '../codes.ts';
import { requestOf } from '../replay.ts';
import { isHead } from '../segment.ts';
import type { Place } from '../segments.ts';
import type { TrafficReader } from '../trafficReader.ts';
import type { CopiedCommand, CopiedHttp, CopiedRequest } from './copiedRequest.ts';

/** What a recording does not tell of a server. */
export interface ServerHints {
  /** `http://127.0.0.1:3000`. */
  origin?: string;
  dialect?: NonNullable<CopiedRequest['dialect']>;
  stdio?: CopiedCommand;
}

/**
 * An entry, and the request that it is or belongs to, ready to be copied: of an answer the request that it answers, of anything else in an
 * HTTP exchange the one that began it. Undefined where the entry is gone.
 */
export function copiedEntry(reader: TrafficReader, seq: number, hints: ServerHints = {}): CopiedRequest | undefined {
  const place = reader.place(seq);
  const entry = reader.entry(seq);
  if (place === undefined || entry === undefined) return undefined;
  const request = sentRequest(reader, seq) ?? place;
  const sent = sentInExchange(reader, request);
  const http = httpOf(reader, sent, hints.origin);
  const copied: CopiedRequest = {
    server: entry.server,
    raw: Buffer.from(entry.raw).toString(),
    isMasked: [place, request, ...sent].some((each) => reader.isMasked(each)),
  };
  const json = reader.jsonText(seq);
  if (json !== undefined) copied.json = json;
  const requestJson = reader.jsonText(seqOf(request));
  if (requestJson !== undefined) copied.request = requestJson;
  if (http !== undefined) copied.http = http;
  else if (entry.channel === 'stdio' && hints.stdio !== undefined) copied.stdio = hints.stdio;
  if (hints.dialect !== undefined) copied.dialect = hints.dialect;
  return copied;
}

/** The request that an entry belongs to, if it was ours: what a server asks cannot be sent to it. */
function sentRequest(reader: TrafficReader, seq: number): Place | undefined {
  const place = reader.place(requestOf(reader, seq) ?? 0);
  const isSent = place?.segment.columns.direction[place.row] === directions.encode('sent');
  return isSent ? place : undefined;
}

/** Head and body of the request that began an exchange, as far as they are still there. */
function sentInExchange(reader: TrafficReader, { segment, row }: Place): Place[] {
  const exchange = segment.columns.exchange[row] ?? 0;
  if (exchange === 0) return [];
  const channel = channels.encode('http-request');
  return Array.from(
    reader.places(0, ({ columns }) => {
      return (each) => columns.exchange[each] === exchange && columns.channel[each] === channel;
    }),
  );
}

function httpOf(reader: TrafficReader, sent: readonly Place[], origin: string | undefined): CopiedHttp | undefined {
  const [head, body] = [true, false].map((wanted) => sent.find(({ segment, row }) => isHead(segment, row) === wanted));
  if (head === undefined) return undefined;
  const { title, lines } = reader.presenter.head(head);
  const [method = '', target = ''] = title.split(' ');
  const http: CopiedHttp = { method, target, headers: lines };
  if (origin !== undefined) http.origin = origin;
  if (body !== undefined) http.body = Buffer.from(reader.presenter.raw(body)).toString();
  return http;
}

function seqOf({ segment, row }: Place): number {
  return segment.firstSeq + row;
}
