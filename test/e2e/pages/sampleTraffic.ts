import type { TrafficDetail, TrafficRow } from '../../../src/messages/inspector.ts';

type Shape = Pick<TrafficRow, 'direction' | 'channel' | 'kind' | 'label' | 'size'> & Partial<TrafficRow>;

const servers = ['everything', 'sample', 'weather-service'];

/** What a session looks like, over and over. */
const shapes: readonly Shape[] = [
  { direction: 'internal', channel: 'process', kind: 'other', label: 'spawned node server.js', size: 42 },
  { direction: 'sent', channel: 'http-request', kind: 'request', label: 'initialize', size: 268 },
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
  { direction: 'sent', channel: 'http-request', kind: 'request', label: 'tools/list', size: 58 },
  {
    direction: 'received',
    channel: 'sse',
    kind: 'response',
    label: 'tools/list',
    status: 200,
    durationMs: 6.21,
    size: 12_480,
  },
  { direction: 'sent', channel: 'http-request', kind: 'request', label: 'tools/call', tool: 'echo', size: 131 },
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
  },
  { direction: 'received', channel: 'sse', kind: 'notification', label: 'notifications/progress', size: 112 },
  { direction: 'received', channel: 'sse', kind: 'notification', label: 'notifications/message', size: 204 },
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
  },
  { direction: 'sent', channel: 'http-request', kind: 'request', label: 'tools/call', tool: 'divide', size: 140 },
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
  { direction: 'sent', channel: 'http-request', kind: 'request', label: 'resources/read', size: 99 },
  {
    direction: 'received',
    channel: 'http-response',
    kind: 'other',
    label: 'resources/read',
    status: 503,
    durationMs: 12,
    size: 1_310_000,
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
  const shape = shapes[seq % shapes.length] ?? shapes[0];
  if (shape === undefined) throw new Error('no shapes');
  const server = servers[Math.floor(seq / shapes.length) % servers.length] ?? '';
  return { seq, time: Date.UTC(2026, 10, 22, 9, 41) + seq * 7.125, server, ...shape };
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
