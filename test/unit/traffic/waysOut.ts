import { EntryAnswers } from '../../../src/ui/inspector/entryAnswers.ts';
import { ListAnswers } from '../../../src/ui/inspector/listAnswers.ts';
import { copiedEntry } from '../../../src/traffic/copyAs/copiedEntry.ts';
import { copyAs } from '../../../src/traffic/copyAs/copyAs.ts';
import { exportHar } from '../../../src/traffic/exchangeFiles/har.ts';
import { exportJsonl } from '../../../src/traffic/exchangeFiles/jsonl.ts';
import { replayedRequest } from '../../../src/traffic/replay.ts';
import type { TrafficReader } from '../../../src/traffic/trafficReader.ts';

const FORMATS = ['curl', 'powershell', 'fetch', 'json-rpc', 'sdk', 'raw'] as const;
const HINTS = {
  origin: 'http://127.0.0.1:3000',
  dialect: { transport: 'streamable-http', url: 'http://127.0.0.1:3000/mcp' },
} as const;
const COMPLETED = ['server:', 'method:', 'tool:', 'session:', 'note:', 'e'];

/** Everything that anybody gets to see of a log who has not asked for its secrets, each by the name of its way out. */
export async function* waysOut(log: TrafficReader): AsyncGenerator<[string, string]> {
  const list = new ListAnswers(log);
  const entries = new EntryAnswers(log, undefined);
  list.filter({ type: 'filter', text: '', heads: true, health: true });
  yield ['page', textOf(list.page({ type: 'page', first: 0, count: 100_000 }))];
  for (const text of COMPLETED) {
    yield [`complete ${text}`, textOf(list.complete({ type: 'complete', text, position: text.length }))];
  }
  yield ['statistics', textOf(list.statistics())];
  yield ['overview', textOf(list.overview({ type: 'overview', buckets: 50 }))];
  yield ['servers', textOf(list.servers())];
  list.dispose();
  const exchanges = new Set<number>();
  for (let seq = log.firstSeq; seq <= log.lastSeq; seq += 1) {
    yield [`entry ${seq}`, textOf(log.entry(seq))];
    yield [`row ${seq}`, textOf(log.row(seq))];
    yield [`jsonText ${seq}`, log.jsonText(seq) ?? ''];
    yield [`detail ${seq}`, textOf(entries.detail({ type: 'detail', seq }))];
    yield [`bytes ${seq}`, textOf(entries.bytes({ type: 'bytes', seq, start: 0, count: 65_536 }))];
    const { exchange } = log.entry(seq) ?? {};
    // The same for all of an exchange, and long.
    if (exchange === undefined || !exchanges.has(exchange)) {
      yield [`events ${seq}`, textOf(entries.events({ type: 'events', seq, first: 0, count: 1000 }))];
      yield [`related ${seq}`, textOf(entries.related({ type: 'related', seq }))];
    }
    if (exchange !== undefined) exchanges.add(exchange);
    yield [`schema ${seq}`, textOf(await entries.schema({ type: 'schema', seq }))];
    yield [`edit ${seq}`, textOf(replayedRequest(log, seq, 'edit')?.params)];
    const copied = copiedEntry(log, seq, HINTS);
    for (const format of copied === undefined ? [] : FORMATS) {
      const copy = copied === undefined ? undefined : copyAs(format, copied);
      yield [`${format} ${seq}`, copy?.ok === true ? copy.text : (copy?.message ?? '')];
    }
  }
  yield ['mcptraffic', await joined(exportJsonl(log, { redactor: log.redactor }))];
  yield ['har', await joined(exportHar(log, { redactor: log.redactor, version: '1' }))];
}

export async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** As text in which bytes are what they say. */
function textOf(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? Buffer.from(item).toString() : item)) ??
    ''
  );
}
