import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import type { TrafficRow } from './entry.ts';
import { requestOf } from './replay.ts';
import { callOf, pairedWith, type SegmentView } from './segment.ts';
import type { TrafficReader } from './trafficReader.ts';

/** Entries that belong to one another, and why; the shape of the inspector's groups. */
export interface RelatedGroup {
  kind: 'call' | 'exchange' | 'session';
  /** `Call “echo”, id 12`, `Session 3f…`. */
  title: string;
  rows: TrafficRow[];
  /** How many there are beyond those. */
  more: number;
}

/** Rows of a group; the first ones, as they tell how it began. */
const MAX_ROWS = 200;
/** Requests of a server within one call whose answers are looked for. */
const MAX_SERVER_REQUESTS = 1000;
const TITLE_LENGTH = 200;

/**
 * What belongs to an entry: its call (the request, its answer, and the notifications and requests of the server that came with it), its
 * HTTP exchange, and its session. Groups that it is in alone, or not in, are left out.
 */
export function related(reader: TrafficReader, seq: number): RelatedGroup[] {
  const place = reader.place(seq);
  if (place === undefined) return [];
  const { columns, strings } = place.segment;
  const exchange = columns.exchange[place.row] ?? 0;
  const session = strings.at(columns.sessionId[place.row] ?? 0);
  const call = requestOf(reader, seq);
  const groups = [
    ...(call === undefined ? [] : [new Collected('call', callTitle(reader, call, seq), callTest(reader, call))]),
    ...(exchange === 0 ? [] : [new Collected('exchange', t('HTTP exchange {0}', exchange), exchangeTest(exchange))]),
    ...(session === undefined ? [] : [new Collected('session', sessionTitle(reader, seq), sessionTest(session))]),
  ];
  for (const segment of reader.segments) {
    for (const group of groups) group.collect(segment);
  }
  return groups.filter(({ total }) => total > 1).map((group) => group.result(reader));
}

/** Says of the rows of a segment whether they belong to a group. Segments are asked for in their order, and so are the rows. */
type GroupTest = (segment: SegmentView) => (row: number) => boolean;

/** The entries of a group while they are looked for. */
class Collected {
  readonly #kind: RelatedGroup['kind'];
  readonly #title: string;
  readonly #test: GroupTest;
  readonly #seqs: number[] = [];
  total = 0;

  constructor(kind: RelatedGroup['kind'], title: string, test: GroupTest) {
    this.#kind = kind;
    this.#title = title;
    this.#test = test;
  }

  collect(segment: SegmentView): void {
    const belongs = this.#test(segment);
    for (let row = 0; row < segment.count; row += 1) {
      if (!belongs(row)) continue;
      this.total += 1;
      if (this.#seqs.length < MAX_ROWS) this.#seqs.push(segment.firstSeq + row);
    }
  }

  result(reader: TrafficReader): RelatedGroup {
    const rows = this.#seqs.map((seq) => reader.row(seq)).filter((row) => row !== undefined);
    return { kind: this.#kind, title: displayText(this.#title, TITLE_LENGTH), rows, more: this.total - rows.length };
  }
}

function callTest(reader: TrafficReader, call: number): GroupTest {
  const asked = new Set<number>();
  const place = reader.place(call);
  // A batch that answers it may point at another call.
  const answer = place === undefined ? undefined : pairedWith(place.segment, place.row);
  return (segment) => (row) => {
    const seq = segment.firstSeq + row;
    const isOfCall = callOf(segment, row) === call;
    const other = pairedWith(segment, row);
    // A request of the server within the call, whose answer is part of the conversation.
    if (isOfCall && other !== undefined && other > seq && asked.size < MAX_SERVER_REQUESTS) asked.add(seq);
    return (
      seq === call ||
      seq === answer ||
      isOfCall ||
      (other !== undefined && other < seq && (other === call || asked.has(other)))
    );
  };
}

function exchangeTest(exchange: number): GroupTest {
  return ({ columns }) => {
    return (row) => columns.exchange[row] === exchange;
  };
}

/** A text has another number in each segment, which its rows tell. */
function sessionTest(session: string): GroupTest {
  return ({ columns, strings }) => {
    const verdicts: boolean[] = [];
    return (row) => {
      const number = columns.sessionId[row] ?? 0;
      return (verdicts[number] ??= strings.at(number) === session);
    };
  };
}

/** @param seq of an entry of it, which says more where the call came in a batch */
function callTitle(reader: TrafficReader, call: number, seq: number): string {
  const request = reader.entry(call);
  const { rpcId = '', tool, method = '' } = (request?.method === undefined ? reader.entry(seq) : request) ?? {};
  return t('Call “{0}”, id {1}', tool ?? method, rpcId);
}

function sessionTitle(reader: TrafficReader, seq: number): string {
  return t('Session {0}', reader.entry(seq)?.sessionId ?? '');
}
