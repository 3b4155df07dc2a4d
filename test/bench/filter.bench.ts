import { Redactor } from '../../src/base/redact.ts';
import { parseFilter, type TrafficFilter } from '../../src/traffic/filter.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';
import { FilteredView } from '../../src/traffic/view.ts';
import { type BenchRow, median, RUNS } from './row.ts';

const ROWS = 1_000_000;
const METHODS = ['tools/call', 'tools/list', 'ping', 'notifications/message', 'resources/read'];

/** Time until a million entries are filtered by method and the first page is there, and until all their bodies have been searched. */
export async function bench(): Promise<BenchRow[]> {
  const log = filledLog();
  const byMethod: number[] = [];
  const byText: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    byMethod.push(await timeOf(log, 'method:tools/call', ROWS / METHODS.length));
    byText.push(await timeOf(log, '"number 999999"', 1));
  }
  log.dispose();
  return [
    { name: 'traffic: filter a million entries by method', value: median(byMethod), unit: 'ms', target: 300 },
    { name: 'traffic: search a million bodies, in slices', value: median(byText), unit: 'ms' },
  ];
}

function filledLog(): TrafficLog {
  const log = new TrafficLog({ maxBytes: 1024 ** 3, redactor: new Redactor() });
  for (let row = 0; row < ROWS; row += 1) {
    const method = METHODS[row % METHODS.length];
    log.append({
      time: 1_700_000_000_000 + row,
      server: 'bench',
      direction: 'received',
      channel: 'stdio',
      part: 'content',
      origin: 'user',
      raw: Buffer.from(`{"jsonrpc":"2.0","method":"${method}","params":{"text":"number ${row}"}}`),
    });
  }
  return log;
}

async function timeOf(log: TrafficLog, words: string, expected: number): Promise<number> {
  const started = performance.now();
  const view = new FilteredView(log, { filter: filterOf(words), heads: false });
  if (view.progress < 1) {
    await new Promise<void>((resolve) => view.onDidProgress((share) => share === 1 && resolve()));
  }
  view.page(0, 50);
  const time = performance.now() - started;
  const { total } = view;
  view.dispose();
  if (total !== expected) throw new Error(`${words} found ${total} entries`);
  return time;
}

function filterOf(words: string): TrafficFilter {
  const parsed = parseFilter(words);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.filter;
}
