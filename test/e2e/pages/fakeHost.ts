/** Runs in the browser before the page: stands in for VS Code and for the extension behind `acquireVsCodeApi`. */
import { isRequestEnvelope } from '../../../src/messages/channel.ts';
import {
  type InspectorRequest,
  type InspectorResponse,
  isInspectorRequest,
  type TrafficRow,
} from '../../../src/messages/inspector.ts';
import { type CallView, isToolCallRequest } from '../../../src/messages/toolCall.ts';
import { healthCheck, sampleDetail, sampleRow, sampleServers } from './sampleTraffic.ts';

/** What tests reach as `window.fakeHost`. */
export interface FakeHost {
  /** Bodies of all requests so far. */
  readonly asked: unknown[];
  readonly violations: string[];
  /** While true, requests get no answer. */
  silent: boolean;
  /** Adds rows at the end and drops some at the front. */
  append(count: number, dropped?: number): void;
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
  return isHealth(seq) ? { ...sampleRow(seq), ...healthCheck } : sampleRow(seq);
}

function filter({ text, health, server }: Extract<InspectorRequest, { type: 'filter' }>): InspectorResponse {
  const words = text.split(' ').filter((word) => word !== '');
  const unknown = words.find((word) => /^\w+:/.test(word) && !/^(server|method|origin):/.test(word));
  if (unknown !== undefined) {
    return {
      type: 'filter',
      total: total(),
      error: `“${unknown.split(':')[0]}:” is not a filter word. Known are server:, method: and origin:.`,
    };
  }
  matching = undefined;
  if (words.length === 0 && server === undefined && healthEvery === 0) return { type: 'filter', total: total() };
  const fits = (seq: number): boolean => {
    const row = rowAt(seq);
    if (isHealth(seq) && !health && !words.includes('origin:health')) return false;
    if (server !== undefined && row.server !== server) return false;
    return words.every((word) => {
      if (word.startsWith('method:')) return row.label === word.slice('method:'.length);
      if (word === 'origin:health') return isHealth(seq);
      if (word.startsWith('server:')) return row.server === word.slice('server:'.length);
      return row.label.includes(word);
    });
  };
  matching = Array.from({ length: end - dropped }, (_, index) => dropped + index).filter(fits);
  return { type: 'filter', total: matching.length };
}

function answer(request: InspectorRequest): InspectorResponse {
  switch (request.type) {
    case 'ready':
      return { type: 'ready', servers: sampleServers, filter: query.get('filter') ?? '', total: total() };
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
      return { type: 'detail', detail: request.seq < dropped ? undefined : sampleDetail(request.seq) };
    case 'open':
      return { type: 'open' };
    case 'clear':
      dropped = end;
      matching = undefined;
      return { type: 'clear' };
  }
}

window.fakeHost = {
  asked: [],
  violations: [],
  silent: query.has('silent'),
  append(count, drop = 0) {
    end += count;
    dropped += drop;
    send({ event: { type: 'appended', total: total(), dropped: drop } });
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
