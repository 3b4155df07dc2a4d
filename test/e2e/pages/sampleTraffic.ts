import type { MethodStatistics, Overview, TrafficDetail, TrafficRow } from '../../../src/messages/inspector.ts';

type Shape = Pick<TrafficRow, 'direction' | 'channel' | 'kind' | 'label' | 'size'> &
  Partial<TrafficRow> & {
    /** How many rows before it the call stands that it belongs to. */
    callBefore?: number;
  };

const servers = ['everything', 'sample', 'weather-service'];

/** What a session looks like, over and over. */
const shapes: readonly Shape[] = [
  {
    direction: 'internal',
    channel: 'process',
    kind: 'other',
    label: 'spawned node server.js',
    size: 42,
    isBoundary: true,
  },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'initialize',
    size: 268,
    durationMs: 31.4,
    timing: { connectMs: 8, firstByteMs: 28, answerMs: 31.4, endMs: 33 },
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'response',
    label: 'initialize',
    status: 200,
    durationMs: 31.4,
    size: 1403,
  },
  { direction: 'sent', channel: 'http-request', kind: 'notification', label: 'notifications/initialized', size: 54 },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'tools/list',
    size: 58,
    durationMs: 6.21,
    timing: { connectMs: 0.4, firstByteMs: 4, answerMs: 6.21, endMs: 6.3 },
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'response',
    label: 'tools/list',
    status: 200,
    durationMs: 6.21,
    size: 12_480,
    notes: { count: 1, severity: 'warning' },
  },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'tools/call',
    tool: 'echo',
    size: 131,
    durationMs: 3.62,
    timing: { connectMs: 0.3, firstByteMs: 3.1, answerMs: 3.62, endMs: 30 },
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'response',
    label: 'tools/call',
    tool: 'echo',
    status: 200,
    durationMs: 3.62,
    size: 118,
  },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'tools/call',
    tool: 'longRunningOperation',
    size: 171,
    timing: { connectMs: 0.5, firstByteMs: 6, answerMs: 28.5, endMs: 29 },
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'notification',
    label: 'notifications/progress',
    size: 112,
    callBefore: 1,
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'notification',
    label: 'notifications/message',
    size: 204,
    callBefore: 2,
  },
  { direction: 'received', channel: 'sse', kind: 'comment', label: ': keep-alive', size: 14 },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'response',
    label: 'tools/call',
    tool: 'longRunningOperation',
    status: 200,
    durationMs: 2404,
    size: 166,
    mark: 'late',
  },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'tools/call',
    tool: 'divide',
    size: 140,
    durationMs: 4.4,
    timing: { connectMs: 0.2, firstByteMs: 4.1, answerMs: 4.4, endMs: 5 },
  },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'error',
    label: 'tools/call',
    tool: 'divide',
    status: 200,
    durationMs: 4.4,
    size: 131,
  },
  {
    direction: 'sent',
    channel: 'http-request',
    kind: 'request',
    label: 'resources/read',
    size: 99,
    mark: 'unanswered',
  },
  {
    direction: 'received',
    channel: 'http-response',
    kind: 'other',
    label: 'resources/read',
    status: 503,
    durationMs: 12,
    size: 1_310_000,
    notes: { count: 2, severity: 'error' },
  },
  {
    direction: 'received',
    channel: 'stdio',
    kind: 'other',
    label: '\u001b[31mstderr:\u001b[0m cache \u202emiss',
    size: 87,
  },
];

/** What a server that is asked whether it is well answers. */
export const healthCheck: Shape = { direction: 'received', channel: 'sse', kind: 'response', label: 'ping', size: 62 };

/** The n-th row of an endless session; the same every time. */
export function sampleRow(seq: number): TrafficRow {
  const found = shapes[seq % shapes.length] ?? shapes[0];
  if (found === undefined) throw new Error('no shapes');
  const { callBefore, ...shape } = found;
  const round = Math.floor(seq / shapes.length);
  const server = servers[round % servers.length] ?? '';
  // One has room for a mark, and there are two of answers to show.
  const mark = shape.mark === 'late' && round % 2 === 1 ? 'failed' : shape.mark;
  return {
    seq,
    time: Date.UTC(2026, 10, 22, 9, 41) + seq * 7.125,
    server,
    origin: 'user',
    ...shape,
    ...(mark === undefined ? {} : { mark }),
    ...(callBefore === undefined ? {} : { call: seq - callBefore }),
  };
}

export const sampleServers: readonly string[] = servers;

/** Its contents: JSON where there would be some. */
export function sampleDetail(seq: number): TrafficDetail {
  const row = sampleRow(seq);
  const place = seq % shapes.length;
  const json = place === 5 ? toolList() : place === 16 ? undefined : callJson(row);
  const text = json === undefined ? '<html>Service Unavailable</html>' : json;
  const isEvent = row.channel === 'sse';
  const raw = isEvent ? `event: message\nid: ${seq}_1\ndata: ${text}\n\n` : text;
  const isCut = place === 16;
  return {
    seq,
    row,
    exchange: Math.floor(seq / 2) + 1,
    sessionId: '1f6e2b52-7e0e-4a8e-9d55-3d1c2c6d9f10',
    rpcId: seq,
    ...(row.kind === 'request' ? { pairedWith: seq + 1 } : row.kind === 'response' ? { pairedWith: seq - 1 } : {}),
    heads: [
      {
        title: 'POST /mcp HTTP/1.1',
        lines: [
          { name: 'host', value: '127.0.0.1:3001' },
          { name: 'content-type', value: 'application/json' },
          { name: 'accept', value: 'application/json, text/event-stream' },
          { name: 'mcp-protocol-version', value: '2025-11-25' },
          { name: 'mcp-session-id', value: '1f6e2b52-7e0e-4a8e-9d55-3d1c2c6d9f10' },
          { name: 'authorization', value: '*'.repeat(46) },
        ],
      },
      {
        title: 'HTTP/1.1 200 OK',
        lines: [
          { name: 'content-type', value: 'text/event-stream' },
          { name: 'cache-control', value: 'no-cache' },
          { name: 'date', value: 'Sun, 22 Nov 2026 09:41:00 GMT' },
        ],
      },
    ],
    raw,
    rawLength: isCut ? 1_310_000 : raw.length,
    byteLength: isCut ? 1_310_000 : new TextEncoder().encode(raw).length,
    chunkStarts: [],
    eventCount: isEvent ? 3 : 0,
    canReplay: row.kind === 'request',
    isRevealed: false,
    isMasked: false,
    ...(json === undefined ? {} : { json }),
    notes: isCut
      ? [
          { rule: 'http.status', severity: 'error', message: 'The server refused with 503 and HTML instead of JSON.' },
          { rule: 'record.cut', severity: 'info', message: 'The body was recorded up to the limit.' },
        ]
      : [],
  };
}

function callJson(row: TrafficRow): string {
  return (
    `{"jsonrpc":"2.0","id":${row.seq},"method":"tools/call","params":{"name":"${row.tool ?? 'echo'}",` +
    `"arguments":{"message":"Hello, world","count":9007199254740993,"ratio":1.50,"flag":true,"nothing":null,` +
    `"__proto__":{"polluted":"no"},"constructor":"text","hidden":"a\u202eb"},"_meta":{"progressToken":"p-${row.seq}"}},` +
    `"long":"${'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(20)}",` +
    `"empty":{},"list":[${Array.from({ length: 250 }, (_, index) => index).join(',')}]}`
  );
}

function toolList(): string {
  const tools = Array.from({ length: 13 }, (_, index) => ({
    name: `tool-${index}`,
    title: `Tool number ${index}`,
    description: 'Echoes back the input. Useful to see whether everything is connected.',
    inputSchema: {
      type: 'object',
      properties: { message: { type: 'string', description: 'Message to echo' } },
      required: ['message'],
    },
  }));
  return JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } });
}

/** How the methods of these sessions fare. */
export function sampleStatistics(): MethodStatistics[] {
  const methods = ['initialize', 'tools/list', 'tools/call', 'resources/read', 'ping'];
  return servers.flatMap((server, serverIndex) =>
    methods.map((method, index) => ({
      server,
      method,
      count: 1200 >> (index + serverIndex),
      errors: index === 2 ? 17 * serverIndex : 0,
      pending: index === 2 && serverIndex === 0 ? 1 : 0,
      ...(method === 'ping' ? {} : { p50: 3.6 * (index + 1), p95: 12.4 * (index + 1), p99: 240.5 * (index + 1) }),
      bytes: 131_000 * (index + 1) * (serverIndex + 1),
    })),
  );
}

/** How much happened when over so many rows, in waves. */
export function sampleOverview(rows: number, buckets: number): Overview | undefined {
  if (rows === 0) return undefined;
  const from = sampleRow(0).time;
  const counts = Array.from({ length: buckets }, (_, index) =>
    Math.max(0, Math.round(40 * Math.sin(index / 9) + 30 * Math.sin(index / 2.3))),
  );
  return {
    from,
    width: (sampleRow(rows).time - from) / buckets,
    counts,
    errors: counts.map((count, index) => (index % 31 < 3 ? Math.round(count / 4) : 0)),
  };
}
