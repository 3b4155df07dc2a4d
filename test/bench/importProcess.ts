// Usage: node --expose-gc importProcess.ts FILE
// Reads a file in a process of its own, so that heap and event loop are its own too, with a view of all of it, and prints what it cost.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Redactor } from '../../src/base/redact.ts';
import { FileLog } from '../../src/traffic/exchangeFiles/fileLog.ts';
import { EVERYTHING, parseFilter } from '../../src/traffic/filter.ts';
import { FilteredView } from '../../src/traffic/view.ts';

/** What reading a file cost. */
export interface ImportCost {
  entries: number;
  /** From the start until there are rows, ms. */
  firstRows: number;
  /** Until the whole file is read, ms. */
  time: number;
  /** The longest that nothing else could run meanwhile, ms. */
  stall: number;
  /** Processor time of the longest turn of the event loop meanwhile, ms: a stall that others have no part in. */
  turn: number;
  /** By how much the memory in use has grown, bytes. */
  memory: number;
  /** To find all entries of one method, ms. */
  filter: number;
  /** To make the rows of the last page, ms. */
  lastPage: number;
}

const RESOLUTION_MS = 1;
const PAGE = 100;

/** Measures what each turn of the event loop takes of the processor. */
class Turns {
  /** ms */
  longest = 0;
  #before = used();
  #next = setImmediate(() => this.#turn());

  stop(): void {
    clearImmediate(this.#next);
  }

  #turn(): void {
    const now = used();
    this.longest = Math.max(this.longest, now - this.#before);
    this.#before = now;
    this.#next = setImmediate(() => this.#turn());
  }
}

const [, , path = ''] = process.argv;
const before = await memory();
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const turns = new Turns();
const started = performance.now();
const log = await FileLog.open(path, new Redactor());
const view = new FilteredView(log, { filter: EVERYTHING, heads: true });
const rows = Promise.withResolvers<number>();
const subscription = log.onDidAppend(() => rows.resolve(performance.now() - started));
await log.read();
const time = performance.now() - started;
await new Promise((resolve) => setTimeout(resolve, 2 * RESOLUTION_MS));
delay.disable();
turns.stop();
subscription.dispose();
if (log.state.kind !== 'read') throw new Error(`The file is ${log.state.kind}`);
const grown = (await memory()) - before;
const parsed = parseFilter('method:tools/list');
if (!parsed.ok) throw new Error(parsed.message);
const filterStarted = performance.now();
const filtered = new FilteredView(log, { filter: parsed.filter, heads: true });
const found = filtered.total;
const filter = performance.now() - filterStarted;
if (found === 0 || found === log.lastSeq) throw new Error(`${found} entries were found`);
const pageStarted = performance.now();
const page = view.page(view.total - PAGE, PAGE);
const lastPage = performance.now() - pageStarted;
if (page.at(-1)?.seq !== log.lastSeq) throw new Error('The last page is not the last');
const cost: ImportCost = {
  entries: log.lastSeq,
  firstRows: await rows.promise,
  time,
  stall: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
  turn: turns.longest,
  memory: grown,
  filter,
  lastPage,
};
console.log(JSON.stringify(cost));
filtered.dispose();
view.dispose();
log.dispose();

/** Of this thread, ms: what collects garbage beside it holds nobody up. */
function used(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function memory(): Promise<number> {
  // What typed arrays held is given back some turns behind the collection.
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  // Array buffers are part of what is external.
  return heapUsed + external;
}
