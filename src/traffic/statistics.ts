import { t } from '@vscode/l10n';
import type { Redactor } from '../base/redact.ts';
import { channels, kinds } from './codes.ts';
import { Part } from './columns.ts';
import { timeTest } from './columnTests.ts';
import { Durations } from './durations.ts';
import type { MatchOptions } from './matcher.ts';
import { hasErrorStatus, isBreak, isErrorAnswer, isHead, isPending, type SegmentView } from './segment.ts';
import type { RowTest, Segments } from './segments.ts';

/** How one method of one server fared; the shape of the inspector's statistics. Milliseconds; absent where no call has been answered. */
export interface MethodStatistics {
  server: string;
  method: string;
  /** Requests and notifications, of either side. */
  count: number;
  /** Answers that are JSON-RPC errors, results of tools that failed, HTTP statuses from 400 on, and exchanges that broke. */
  errors: number;
  pending: number;
  p50?: number;
  p95?: number;
  p99?: number;
  /** Of bodies, lines and events, whatever they hold. */
  bytes: number;
}

/** Methods of servers that are told apart; names come from servers. Those that come later are counted together. */
const MAX_GROUPS = 1000;
const REQUEST = kinds.encode('request');
const NOTIFICATION = kinds.encode('notification');
const RESPONSE_CHANNEL = channels.encode('http-response');

/**
 * Statistics of the entries of a time that have a method, in one pass over their columns: busiest first. Health checks count under the method they
 * use. For how exact the percentiles are, see `Durations`.
 * @param range milliseconds since the epoch, both included; all of it, by default
 */
export function statistics(
  { segments }: Pick<Segments, 'segments'>,
  redactor: Pick<Redactor, 'text'>,
  { from = -Infinity, to = Infinity }: Pick<MatchOptions, 'from' | 'to'> = {},
): MethodStatistics[] {
  const groups = new Map<string, Group>();
  const isIn = timeTest(from, to);
  for (const segment of segments) countSegment(segment, isIn(segment), groups);
  return Array.from(groups.values(), (group) => group.result(redactor)).toSorted((a, b) => b.count - a.count);
}

/** What is known of one method while the rows go by. */
class Group {
  readonly #server: string;
  readonly #method: string;
  readonly durations = new Durations();
  count = 0;
  errors = 0;
  pending = 0;
  bytes = 0;

  constructor(server: string, method: string) {
    this.#server = server;
    this.#method = method;
  }

  result(redactor: Pick<Redactor, 'text'>): MethodStatistics {
    const { count, errors, pending, bytes, durations } = this;
    const [server, method] = [redactor.text(this.#server), redactor.text(this.#method)];
    return { server, method, count, errors, pending, bytes, ...durations.percentiles() };
  }
}

function countSegment(segment: SegmentView, isIn: RowTest, groups: Map<string, Group>): void {
  const { columns, strings, count } = segment;
  // By the numbers of both names, so that each pair is looked up by name once in a segment.
  const known = new Map<number, Group>();
  for (let row = 0; row < count; row += 1) {
    const method = columns.method[row] ?? 0;
    if (method === 0 || columns.part[row] === Part.boundary || !isIn(row)) continue;
    const server = columns.server[row] ?? 0;
    const key = server * 0x1_0000 + method;
    let group = known.get(key);
    if (group === undefined) {
      group = groupOf(groups, strings.at(server) ?? '', strings.at(method) ?? '');
      known.set(key, group);
    }
    countRow(segment, row, group);
  }
}

function countRow(segment: SegmentView, row: number, group: Group): void {
  const { columns } = segment;
  const hasFailed = hasErrorStatus(segment, row);
  if (isHead(segment, row)) {
    // What the body then says, an error perhaps, is the same failure.
    if (hasFailed && columns.channel[row] === RESPONSE_CHANNEL) group.errors += 1;
    return;
  }
  const kind = columns.kind[row];
  group.bytes += columns.length[row] ?? 0;
  if (kind === REQUEST || kind === NOTIFICATION) group.count += 1;
  if (kind === REQUEST) {
    if (isPending(segment, row)) group.pending += 1;
    const durationMs = columns.durationMs[row] ?? Number.NaN;
    if (!Number.isNaN(durationMs)) group.durations.add(durationMs);
  }
  if ((isErrorAnswer(segment, row) && !hasFailed) || isBreak(segment, row)) group.errors += 1;
}

function groupOf(groups: Map<string, Group>, server: string, method: string): Group {
  const key = JSON.stringify([server, method]);
  const known = groups.get(key);
  if (known !== undefined) return known;
  if (groups.size >= MAX_GROUPS && method !== '') return groupOf(groups, '', '');
  const group = new Group(server, method === '' ? t('all others') : method);
  groups.set(key, group);
  return group;
}
