import { Redactor } from '../../src/base/redact.ts';
import type { TrafficRecord } from '../../src/base/traffic.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';
import { type BenchRow, median, RUNS } from './row.ts';

const ROWS = 200_000;
const MESSAGE_BYTES = 200;

/** Cost of recording: time per entry and memory per entry beyond its own bytes, with notifications of 200 bytes in SSE blocks. */
export function bench(): BenchRow[] {
  const times: number[] = [];
  let bytesPerRow = 0;
  const record = notification();
  for (let run = 0; run < RUNS; run += 1) {
    const log = new TrafficLog({ maxBytes: 1024 ** 3, redactor: new Redactor() });
    const started = performance.now();
    for (let row = 0; row < ROWS; row += 1) log.append(record);
    times.push(((performance.now() - started) * 1000) / ROWS);
    bytesPerRow = log.byteSize / ROWS;
    log.dispose();
  }
  return [
    { name: 'traffic: append an event of 200 bytes', value: median(times), unit: 'µs' },
    { name: 'traffic: memory of an event of 200 bytes, its bytes included', value: bytesPerRow, unit: 'B' },
  ];
}

function notification(): TrafficRecord {
  const start =
    'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"';
  const end = '"}}\n\n';
  const text = start + 'x'.repeat(MESSAGE_BYTES - start.length - end.length) + end;
  return {
    time: 1_700_000_000_000,
    server: 'bench',
    direction: 'received',
    channel: 'sse',
    part: 'content',
    origin: 'user',
    exchange: 1,
    sessionId: 'f2b3ad1c',
    status: 200,
    offset: 0,
    raw: new TextEncoder().encode(text),
  };
}
