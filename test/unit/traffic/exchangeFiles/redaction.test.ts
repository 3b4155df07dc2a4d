import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../../src/base/clock.ts';
import { Redactor } from '../../../../src/base/redact.ts';
import { exportHar } from '../../../../src/traffic/exchangeFiles/har.ts';
import { Recorder } from '../../../../src/traffic/exchangeFiles/recorder.ts';
import type { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { bytes, event, newLog, record, requestBody, requestHead, responseHead, rpc } from '../records.ts';
import { Files, jsonlOf } from './support.ts';

/** Values of all sorts: what JSON, URLs and base64 each spell differently, and what is spelled the same everywhere. */
const SECRETS = [
  'hunter22',
  'sk-live/9f"2 ü+7=',
  'päss\\wörd\twith\nlines',
  '😀🔑 key',
  'a b&c=d%20e',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
];
/** In headers whose name says it; nobody knows the value otherwise. */
const HEADER_SECRET = 'only-in-a-header-31337';

describe('Files that are written', () => {
  const files = new Files();
  const redactor = new Redactor();
  for (const secret of SECRETS) redactor.add(secret);
  after(() => files.dispose());

  it('have no secret in any spelling, whatever they came from', async () => {
    const log = newLog({ redactor });
    const path = files.path();
    const recorder = await Recorder.start(log, { path, redactor, clock: systemClock });
    fill(log);
    await recorder.stop();
    const inClear = await files.read(await jsonlOf(log, { redactor, withSecrets: true }), redactor);
    const written = {
      jsonl: await jsonlOf(log, { redactor }),
      har: await harOf(log),
      recording: readFileSync(path, 'utf8'),
      'jsonl of a file that has them': await jsonlOf(inClear, { redactor }),
      'har of a file that has them': await harOf(inClear),
    };
    for (const [name, text] of Object.entries(written)) {
      assert.ok(text.length > 10_000, name);
      for (const secret of SECRETS) for (const spelling of spellings(secret)) assertAbsent(text, spelling, name);
      // Another log knows it by the header's name only, as every reader does.
      assertAbsent(text, HEADER_SECRET, name);
    }
  });

  it('have them all when somebody wants that', async () => {
    const log = newLog({ redactor });
    fill(log);
    for (const text of [await jsonlOf(log, { redactor, withSecrets: true }), await harOf(log, true)]) {
      for (const secret of [...SECRETS, HEADER_SECRET]) assert.ok(text.includes(inJson(secret)), secret);
    }
  });

  async function harOf(log: Parameters<typeof exportHar>[0], withSecrets = false): Promise<string> {
    let text = '';
    for await (const piece of exportHar(log, { redactor, version: '1', withSecrets })) text += piece;
    return text;
  }
});

/** Each secret in each place that there is. */
function fill(log: TrafficLog): void {
  for (const secret of SECRETS) {
    const exchange = log.nextExchange();
    const inUrl = `${encodeURIComponent(secret)}&z=${[...bytes(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`;
    const clean = encodeURIComponent(secret);
    const note = { rule: 'r', severity: 'info', message: `saw ${secret} there` } as const;
    const of = { exchange, sessionId: `s ${secret}`, server: `server ${secret}`, note };
    const message = rpc({
      id: secret,
      method: `m ${secret}`,
      params: { name: secret, _meta: { progressToken: secret } },
    });
    log.append(
      requestHead(
        `POST /mcp?x=${inUrl}\r\nhost: x\r\nAuthorization: Bearer ${HEADER_SECRET}\r\nx-y: ${clean}\r\n\r\n`,
        of,
      ),
    );
    log.append(requestBody(message, of));
    log.append(responseHead(200, `set-cookie: ${HEADER_SECRET}\r\nlocation: /${clean}\r\n`, of));
    log.append(event(rpc({ method: 'notifications/message', params: { data: secret } }), of));
    log.append(record(`: ${btoa(latin1(secret))}\n\n`, { ...of, channel: 'sse' }));
    log.append(event(rpc({ id: secret, result: { text: secret } }), of));
    log.append(record(`gone: ${secret}`, { ...of, channel: 'http-response', direction: 'internal' }));
    log.append(record(JSON.stringify(rpc({ id: 1, result: secret })), { server: 'pipe' }));
    log.append(record(`stderr: ${secret}`, { channel: 'process', direction: 'internal' }));
    log.append(record(Buffer.concat([Uint8Array.of(0xff), bytes(secret)]), { channel: 'http-response' }));
    log.addNotes(log.lastSeq, [note]);
  }
}

function spellings(secret: string): string[] {
  const base64 = btoa(latin1(secret));
  const plain = [secret, encodeURIComponent(secret), base64, base64.replaceAll('+', '-').replaceAll('/', '_')];
  const once = plain.map((of) => of.replace(/=+$/, ''));
  return [...new Set([...once, ...once.map(inJson), ...once.map((of) => inJson(inJson(of)))])];
}

function assertAbsent(text: string, part: string, where: string): void {
  const at = text.indexOf(part);
  assert.equal(at, -1, `${where} has ${part}: ${text.slice(Math.max(0, at - 200), at + 100)}`);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
