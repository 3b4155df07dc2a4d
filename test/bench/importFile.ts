import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { Redactor } from '../../src/base/redact.ts';
import { exportJsonl } from '../../src/traffic/exchangeFiles/jsonl.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';

/** Entries of the file. */
export const ENTRIES = 1_000_000;
/** Bytes of each message. */
const MESSAGE_BYTES = 200;
/** Entries that are in memory at a time while the file is written. */
const PER_LOG = 100_000;
const METHODS = ['tools/call', 'tools/list', 'notifications/message', 'notifications/progress', 'ping'] as const;

/** What an id is made of: the number of its request. */
export type IdOf = (number: number) => number | string;

/** A UUID for each number, all of whose digits differ from one to the next. */
export function uuidOf(number: number): string {
  const hex = createHash('md5').update(String(number)).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Writes a file of a million entries with messages of 200 bytes: calls over HTTP with their answers, and notifications. */
export async function writeImportFile(path: string, idOf: IdOf = (number) => number): Promise<void> {
  const file = createWriteStream(path);
  for (let done = 0; done < ENTRIES; done += PER_LOG) {
    const log = new TrafficLog({ maxBytes: 1024 ** 3, redactor: new Redactor() });
    for (let index = 0; index < PER_LOG; index += 1) append(log, done + index, idOf);
    let isFirst = true;
    for await (const piece of exportJsonl(log, { redactor: new Redactor() })) {
      // Behind the first header, all numbers go on.
      const text = (isFirst && done > 0 ? piece.slice(piece.indexOf('\n') + 1) : piece).replaceAll(
        /(?<=^\{"seq":|,"pairedWith":|,"call":)\d+/gm,
        (number) => String(Number(number) + done),
      );
      isFirst = false;
      if (!file.write(text)) await once(file, 'drain');
    }
    log.dispose();
  }
  file.end();
  await finished(file);
}

function append(log: TrafficLog, index: number, idOf: IdOf): void {
  const isAnswer = index % 2 === 1;
  const method = METHODS[Math.floor(index / 2) % METHODS.length] ?? 'ping';
  const number = Math.floor(index / 2);
  const id = idOf(number);
  const message = isAnswer
    ? { jsonrpc: '2.0', id, result: { text: '' } }
    : { jsonrpc: '2.0', id, method, params: { name: '' } };
  const padding = MESSAGE_BYTES - JSON.stringify(message).length;
  const text = JSON.stringify(message).replace('""', JSON.stringify('x'.repeat(padding)));
  log.append({
    time: 1_700_000_000_000 + index * 0.125,
    server: 'bench',
    direction: isAnswer ? 'received' : 'sent',
    channel: isAnswer ? 'http-response' : 'http-request',
    part: 'content',
    origin: 'user',
    exchange: number + 1,
    sessionId: 'f2b3ad1c',
    offset: 0,
    raw: new TextEncoder().encode(text),
  });
}
