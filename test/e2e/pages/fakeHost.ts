/** Runs in the browser before the page: stands in for VS Code and for the extension behind `acquireVsCodeApi`. */
import { isRequestEnvelope } from '../../../src/messages/channel.ts';
import type {
  Asked,
  Completion,
  InspectorRequest,
  InspectorResponse,
  SortOrder,
  TrafficDetail,
  TrafficRow,
} from '../../../src/messages/inspector.ts';
import { isInspectorRequest } from '../../../src/messages/inspectorChecks.ts';
import { sampleBytes, sampleEvents, sampleGroups, sampleReports, sceneDetail } from './detailAnswers.ts';
import { type CallView, isToolCallRequest } from '../../../src/messages/toolCall.ts';
import {
  healthCheck,
  sampleDetail,
  sampleOverview,
  sampleRow,
  sampleServers,
  sampleStatistics,
} from './sampleTraffic.ts';

/** What tests reach as `window.fakeHost`. */
export interface FakeHost {
  /** Bodies of all requests so far. */
  readonly asked: unknown[];
  readonly violations: string[];
  /** While true, requests get no answer. */
  silent: boolean;
  /** Adds rows at the end and drops some at the front. */
  append(count: number, dropped?: number): void;
  /** All that waits has its answer now. */
  answerPending(): void;
  post(event: unknown): void;
  setCall(call: CallView): void;
}

declare global {
  interface Window {
    fakeHost: FakeHost;
    acquireVsCodeApi(): unknown;
  }
}

const query = new URLSearchParams(location.search);
const stateKey = 'vscode-state';
let dropped = 0;
let end = Number(query.get('rows') ?? 0);
/** Every so many rows, one is a health check; 0 means none. */
const healthEvery = Number(query.get('health') ?? 0);
/** The requests from this one on wait for their answers; negative: counted from the end. */
let pendingFrom = query.has('pending') ? end - Number(query.get('pending')) : Infinity;
let isRecording = false;
let matching: number[] | undefined;
let call: CallView | undefined;

function send(message: unknown): void {
  // A task of its own, as between processes.
  setTimeout(() => window.postMessage(message, '*'));
}

function total(): number {
  return matching === undefined ? end - dropped : matching.length;
}

function seqAt(index: number): number {
  return matching === undefined ? dropped + index : (matching[index] ?? 0);
}

function isHealth(seq: number): boolean {
  return healthEvery !== 0 && seq % healthEvery === 0;
}

function rowAt(seq: number): TrafficRow {
  const row = isHealth(seq) ? { ...sampleRow(seq), ...healthCheck } : sampleRow(seq);
  if (seq < pendingFrom || row.kind !== 'request') return row;
  const { durationMs: _, timing: __, mark: ___, ...waiting } = row;
  return { ...waiting, isPending: true, timing: { connectMs: 1 } };
}

const sortKeys: Readonly<Record<string, (row: TrafficRow) => number | string>> = {
  size: ({ size }) => size,
  duration: ({ durationMs }) => durationMs ?? -1,
  status: ({ status }) => status ?? -1,
  server: (row) => row.server,
  label: ({ label }) => label,
};

function inOrder(seqs: number[], { column, descending }: SortOrder): number[] {
  const key = sortKeys[column] ?? (({ seq }) => seq);
  const rows = seqs.map((seq) => ({ seq, key: key(rowAt(seq)) }));
  rows.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : left.seq - right.seq));
  const ordered = rows.map(({ seq }) => seq);
  return descending ? ordered.toReversed() : ordered;
}

function completions(text: string, position: number): Completion[] {
  const start = text.lastIndexOf(' ', position - 1) + 1;
  const word = text.slice(start, position);
  const values: [string, string][] = word.startsWith('method:')
    ? [
        ['method:tools/call', '3 seen'],
        ['method:tools/list', '1 seen'],
        ['method:initialize', '1 seen'],
      ]
    : [
        ['method:', 'JSON-RPC method'],
        ['server:', 'name of a server'],
        ['slower-than:', 'e.g. 200ms'],
        ['is:error', 'failures'],
      ];
  if (word === '') return [];
  const fitting = values.filter(([value]) => value.startsWith(word));
  return fitting.map(([value, detail]) => ({ text: value, detail, start, end: position }));
}

/** The last filter, for rows that come later. */
let lastFilter: Asked<'filter'> | undefined;

function filter(request: Asked<'filter'>): InspectorResponse {
  lastFilter = request;
  const { text, health, server, sort, from, to } = request;
  const words = text.split(' ').filter((word) => word !== '');
  const unknown = words.find((word) => /^\w+:/.test(word) && !/^(server|method|origin|session):/.test(word));
  if (unknown !== undefined) {
    return {
      type: 'filter',
      total: total(),
      error: `“${unknown.split(':')[0]}:” is not a filter word. Known are server:, method: and origin:.`,
      position: text.indexOf(unknown),
    };
  }
  matching = undefined;
  const isNarrowed = words.length > 0 || server !== undefined || healthEvery !== 0 || from !== undefined;
  if (!isNarrowed && sort === undefined) return { type: 'filter', total: total() };
  const fits = (seq: number): boolean => {
    const row = rowAt(seq);
    if (isHealth(seq) && !health && !words.includes('origin:health')) return false;
    if (server !== undefined && row.server !== server) return false;
    if (row.time < (from ?? -Infinity) || row.time > (to ?? Infinity)) return false;
    return words.every((word) => {
      if (word.startsWith('method:')) return row.label === word.replace(/^method:=?/, '');
      if (word.startsWith('session:')) return true;
      if (word === 'origin:health') return isHealth(seq);
      if (word.startsWith('server:')) return row.server === word.slice('server:'.length);
      return row.label.includes(word);
    });
  };
  const fitting = Array.from({ length: end - dropped }, (_, index) => dropped + index).filter(fits);
  matching = sort === undefined ? fitting : inOrder(fitting, sort);
  return { type: 'filter', total: matching.length };
}

/** `scene` in the address shows an entry worth looking at in place of every other. */
function detail(seq: number, reveal: boolean): TrafficDetail {
  const scene = query.get('scene');
  return scene === null ? sampleDetail(seq) : sceneDetail(scene, seq, reveal);
}

function answer(request: InspectorRequest): InspectorResponse {
  switch (request.type) {
    case 'ready':
      return {
        type: 'ready',
        servers: sampleServers,
        total: total(),
        savedFilters: JSON.parse(sessionStorage.getItem('saved-filters') ?? '[]'),
        isRecording,
        log: query.get('log') ?? 'sample',
        ...(query.has('file') ? { file: query.get('file') ?? '' } : {}),
        ...(query.has('layout') ? { layout: query.get('layout') ?? '' } : {}),
      };
    case 'filter':
      return filter(request);
    case 'page': {
      const count = Math.max(0, Math.min(request.count, total() - request.first));
      const rows = Array.from({ length: count }, (_, index) => rowAt(seqAt(request.first + index)));
      return { type: 'page', first: request.first, rows, total: total() };
    }
    case 'find': {
      const index = matching === undefined ? request.seq - dropped : matching.indexOf(request.seq);
      return index < 0 || index >= total() ? { type: 'find' } : { type: 'find', index };
    }
    case 'detail':
      return {
        type: 'detail',
        detail: request.seq < dropped ? undefined : detail(request.seq, request.reveal === true),
      };
    case 'bytes':
      return { type: 'bytes', bytes: sampleBytes(request.seq, request.start, request.count) };
    case 'events':
      return {
        type: 'events',
        events: sampleEvents(request.first, request.count),
        total: detail(request.seq, false).eventCount,
      };
    case 'schema':
      return { type: 'schema', reports: sampleReports(request.seq) };
    case 'related':
      return { type: 'related', groups: sampleGroups(request.seq) };
    case 'clear':
      dropped = end;
      matching = undefined;
      return { type: 'clear' };
    case 'complete':
      return { type: 'complete', completions: completions(request.text, request.position) };
    case 'saveFilters':
      sessionStorage.setItem('saved-filters', JSON.stringify(request.filters));
      return { type: 'saveFilters' };
    case 'statistics':
      return { type: 'statistics', methods: total() === 0 ? [] : sampleStatistics() };
    case 'overview':
      return { type: 'overview', overview: sampleOverview(end - dropped, request.buckets) };
    case 'record':
      isRecording = !isRecording;
      return { type: 'record', isRecording };
    case 'copy':
    case 'replay':
    case 'compare':
    case 'open':
    case 'stop':
    case 'saveLayout':
    case 'export':
      return { type: request.type };
  }
}

window.fakeHost = {
  asked: [],
  violations: [],
  silent: query.has('silent'),
  append(count, drop = 0) {
    end += count;
    dropped += drop;
    // Rows that a sorted list does not have in order yet.
    if (lastFilter?.sort !== undefined) filter(lastFilter);
    send({ event: { type: 'appended', total: total(), dropped: drop } });
  },
  answerPending() {
    pendingFrom = Infinity;
  },
  post: (event) => send({ event }),
  setCall(next) {
    call = next;
    send({ event: { type: 'call', call } });
  },
};

document.addEventListener('securitypolicyviolation', (event) => {
  window.fakeHost.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});

const givenCall = query.get('call');
if (givenCall !== null) call = JSON.parse(givenCall);

window.acquireVsCodeApi = () => ({
  getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
  setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  postMessage(message: unknown) {
    if (!isRequestEnvelope(message)) throw new Error('not a request');
    const { request, body } = message;
    window.fakeHost.asked.push(body);
    if (window.fakeHost.silent) return;
    if (call !== undefined && isToolCallRequest(body)) {
      send({ response: request, body: body.type === 'ready' ? { type: 'ready', call } : { type: body.type } });
    } else if (isInspectorRequest(body)) {
      send({ response: request, body: answer(body) });
    } else {
      send({ response: request, error: 'not understood' });
    }
  },
});
