import { asBuffer } from '../base/asBuffer.ts';
import { changedNumber } from '../base/changedNumber.ts';
import { channels, directions, kinds } from './codes.ts';
import { callOf, pairedWith, rowsOfExchange } from './segment.ts';
import type { Place, Segments } from './segments.ts';
import type { TrafficReader } from './trafficReader.ts';

/** A request in the specification's words, to be sent once more over a connection of its own. */
export interface ReplayedRequest {
  server: string;
  method: string;
  /** Without `_meta`, which belongs to the connection it was sent over. */
  params: Record<string, unknown>;
  /** Of a tool call. */
  tool?: { name: string; args: Record<string, unknown> };
  /** Some of it is masked, so that it is not what was sent. */
  isMasked: boolean;
}

/** Begins a connection, and has no meaning within another. */
const HANDSHAKE = new Set(['initialize', 'server/discover']);
/** The names of the seed's dialect. */
const STANDARD_NAMES = new Map([
  ['list_tools', 'tools/list'],
  ['call_tool', 'tools/call'],
]);

type Places = Pick<Segments, 'segments'> & { place(seq: number): Place | undefined };

/** `seq` of the request that an entry is, answers, came with, or shares its HTTP exchange with; undefined where there is none any more. */
export function requestOf(reader: Places, seq: number): number | undefined {
  const place = reader.place(seq);
  if (place === undefined) return undefined;
  const { segment, row } = place;
  const { columns } = segment;
  if (columns.kind[row] === kinds.encode('request')) return seq;
  const other = pairedWith(segment, row) ?? callOf(segment, row) ?? sentIn(reader, columns.exchange[row] ?? 0);
  return other === undefined || reader.place(other) === undefined ? undefined : other;
}

/**
 * The request that is sent when an entry is replayed; undefined where it has none that we sent and could send again.
 * @param use `send`: with its secrets as they were, to go to that server and nowhere else; `edit`: masked, to be shown
 */
export function replayedRequest(reader: TrafficReader, seq: number, use: 'send' | 'edit'): ReplayedRequest | undefined {
  const request = requestOf(reader, seq);
  const place = request === undefined ? undefined : reader.place(request);
  if (request === undefined || place === undefined) return undefined;
  const { columns, strings } = place.segment;
  if (columns.direction[place.row] !== directions.encode('sent')) return undefined;
  const masked = reader.jsonText(request) ?? '';
  const raw = place.segment.raw(place.row);
  const exact = asBuffer(raw).toString().trim();
  const message = parse(use === 'send' ? exact : masked);
  const named = message['method'];
  const server = strings.at(columns.server[place.row] ?? 0);
  if (typeof named !== 'string' || server === undefined || HANDSHAKE.has(named)) return undefined;
  const method = STANDARD_NAMES.get(named) ?? named;
  const { _meta: _, ...params } = objectOf(message['params']);
  const replayed: ReplayedRequest = { server, method, params, isMasked: use === 'edit' && masked !== exact };
  const tool = params['name'] ?? params['tool'];
  if (method === 'tools/call' && typeof tool === 'string') {
    replayed.tool = { name: tool, args: objectOf(params['arguments'] ?? params['params']) };
    replayed.params = { name: tool, arguments: replayed.tool.args };
  }
  return replayed;
}

/** A number in the request of an entry that would be sent with other digits than it was; 0.1 s a megabyte where there are only numbers. */
export function changedIn(reader: TrafficReader, seq: number): string | undefined {
  return changedNumber(reader.jsonText(requestOf(reader, seq) ?? 0) ?? '');
}

function sentIn({ segments }: Places, exchange: number): number | undefined {
  if (exchange === 0) return undefined;
  const [request, channel] = [kinds.encode('request'), channels.encode('http-request')];
  for (const segment of segments) {
    const { columns, firstSeq } = segment;
    for (const row of rowsOfExchange(segment, exchange))
      if (columns.kind[row] === request && columns.channel[row] === channel) return firstSeq + row;
  }
  return undefined;
}

function parse(json: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(json));
  } catch {
    return {};
  }
}

/** The value where it is an object, else one without members. */
function objectOf(value: unknown): Record<string, unknown> {
  // An object of JSON has texts for keys.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
