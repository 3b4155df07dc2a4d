import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { systemClock } from '../../../src/base/clock.ts';
import { redactingLog } from '../../../src/base/log.ts';
import { Redactor } from '../../../src/base/redact.ts';
import { exportHar } from '../../../src/traffic/exchangeFiles/har.ts';
import { exportJsonl } from '../../../src/traffic/exchangeFiles/jsonl.ts';
import { Recorder } from '../../../src/traffic/exchangeFiles/recorder.ts';
import { replayedRequest } from '../../../src/traffic/replay.ts';
import { NoteTaker } from '../../../src/traffic/specification/noteTaker.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import type { TrafficReader } from '../../../src/traffic/trafficReader.ts';
import { EntryAnswers } from '../../../src/ui/inspector/entryAnswers.ts';
import { ListAnswers } from '../../../src/ui/inspector/listAnswers.ts';
import { exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { LineCutter } from '../../../src/wire/stdioLines.ts';
import { agentForTest, endAll, MB, refusingUrl, serveBytes } from '../wire/support.ts';
import { Files } from './exchangeFiles/support.ts';
import { filterOf, newLog, nextTurn, record, rpc } from './records.ts';
import { HEADER_SECRETS, isBroken, leakIn, SECRETS, spellings } from './secretCorpus.ts';
import { type Answer, stream, write } from './writtenAnswer.ts';
import { joined, waysOut } from './waysOut.ts';

const [TOKEN, COOKIE] = HEADER_SECRETS;

describe('Secrets that went over the wire', function () {
  this.timeout(120_000);
  const files = new Files();
  let redactor: Redactor;
  let log: TrafficLog;

  beforeEach(() => {
    redactor = new Redactor();
    for (const secret of SECRETS) redactor.add(secret);
    log = newLog({ redactor });
  });
  afterEach(endAll);
  after(() => files.dispose());

  for (const secret of SECRETS) {
    it(`leave by no way out, however the server spells them, and are there for who asks: ${JSON.stringify(secret)}`, async () => {
      const path = files.path();
      const recorder = await Recorder.start(log, { path, redactor, clock: systemClock });
      await speak(secret);
      await remark();
      await recorder.stop();
      assertNone('recording', readFileSync(path, 'utf8'));
      for await (const [name, text] of waysOut(log)) assertNone(name, text);
      const inClear = await joined(exportJsonl(log, { redactor, withSecrets: true }));
      const file = await files.read(inClear, redactor);
      for await (const [name, text] of waysOut(file)) assertNone(`file: ${name}`, text);
      for (const text of [inClear, await joined(exportHar(log, { redactor, version: '1', withSecrets: true }))]) {
        for (const wanted of [...spellings(secret), ...HEADER_SECRETS]) {
          assert.ok(text.includes(JSON.stringify(wanted).slice(1, -1)), wanted);
        }
      }
    });
  }

  it('leave by no way out where an event came in two reads, wherever it was cut', async () => {
    const message = rpc({ id: 1, result: { a: SECRETS[0], b: SECRETS[2] } });
    const event = Buffer.from(`id: ${SECRETS[4]}\ndata: ${JSON.stringify(message)}\n\n`);
    const cuts = Array.from({ length: event.length - 1 }, (_, index) => index + 1);
    const send = await server(cuts.map((cut) => stream([event.subarray(0, cut), event.subarray(cut)])));
    const entries = new EntryAnswers(log, undefined);
    for (const cut of cuts) {
      await send(rpc({ id: cut, method: 'tools/call', params: { name: 'x' } }));
      const seq = log.lastSeq;
      assert.deepEqual(log.chunkStarts(seq), [cut]);
      assert.deepEqual(Buffer.from(log.revealing.raw(placeOf(log, seq))), event);
      assertNone(`cut at ${cut}`, Buffer.from(log.entry(seq)?.raw ?? []).toString());
      assertNone(`row, cut at ${cut}`, JSON.stringify(log.row(seq)));
      assertNone(`JSON, cut at ${cut}`, log.jsonText(seq) ?? '');
      assertNone(`detail, cut at ${cut}`, JSON.stringify(entries.detail({ type: 'detail', seq })));
      const events = entries.events({ type: 'events', seq, first: 0, count: 10 });
      assert.equal(events.events.length, 1);
      assertNone(`events, cut at ${cut}`, JSON.stringify(events));
    }
    assertNone('mcptraffic', await joined(exportJsonl(log, { redactor })));
    assertNone('har', await joined(exportHar(log, { redactor, version: '1' })));
  });

  it('are masked in bytes from wherever to wherever somebody asks for them', () => {
    const entries = new EntryAnswers(log, undefined);
    for (const secret of SECRETS) {
      const spelled = spellings(secret);
      for (let first = 0; first < spelled.length; first += 5) {
        log.append(record(`before ${spelled.slice(first, first + 5).join(' | ')} after`));
        const seq = log.lastSeq;
        const raw = log.revealing.raw(placeOf(log, seq));
        for (const [count, step] of [
          [9, 1],
          [64, 5],
        ] as const) {
          for (let start = 0; start < raw.length; start += step) {
            const { bytes } = entries.bytes({ type: 'bytes', seq, start, count });
            assert.equal(bytes.length, Math.min(count, raw.length - start));
            assertNone(`${count} bytes from ${start}`, Buffer.from(bytes).toString());
          }
        }
      }
    }
  });

  it('are masked before a label is cut, however much space stands before them', () => {
    for (let space = 16 * 1024 - 60; space <= 16 * 1024; space += 1) {
      log.append(record(`${' '.repeat(space)}${SECRETS[3]}`, { channel: 'process', direction: 'internal' }));
      assertNone(`${space} spaces`, JSON.stringify(log.row(log.lastSeq)));
    }
  });

  it('are masked before a remark is cut, however long a name they end', async () => {
    const names = Array.from({ length: 50 }, (_, index) => 'a'.repeat(150 + index) + SECRETS[3]);
    const tools = names.map((name) => ({ name, inputSchema: { type: 'object', required: ['x'] } }));
    const said = (message: object, direction: 'sent' | 'received'): void =>
      log.append(record(JSON.stringify(message), { direction }));
    said(rpc({ id: 0, method: 'tools/list' }), 'sent');
    said(rpc({ id: 0, result: { tools } }), 'received');
    names.forEach((name, index) => said(rpc({ id: index + 1, method: 'tools/call', params: { name } }), 'sent'));
    await remark();
    for (const { seq, notes } of log.entries()) assertNone(`remarks on ${seq}`, JSON.stringify(notes));
  });

  it('are found by no filter, whole or in part', async () => {
    for (const secret of SECRETS) await speak(secret);
    const shown = new ListAnswers(log);
    for (const secret of [...SECRETS, ...HEADER_SECRETS]) {
      for (const part of [secret, secret.slice(0, 6), secret.slice(-6)]) {
        const quoted = `"${part.replace(/[\\"]/g, '\\$&')}"`;
        const regex = `/${part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll('\n', '\\n')}/`;
        const wild = `"*${part.replace(/[\\"]/g, '\\$&')}*"`;
        const filters = [
          quoted,
          regex,
          ...['server', 'method', 'tool', 'session', 'id', 'note'].map((word) => `${word}:${wild}`),
        ];
        for (const filter of filters) {
          assert.deepEqual(
            log.entries(filterOf(filter)).map(({ seq }) => seq),
            [],
            filter,
          );
          const { error } = shown.filter({ type: 'filter', text: filter, heads: true, health: true });
          assert.equal(error, undefined, filter);
        }
        const { overview } = shown.overview({ type: 'overview', buckets: 10 });
        assert.ok((overview?.counts ?? []).every((count) => count === 0));
      }
    }
    shown.dispose();
    assert.ok(log.entries(filterOf('"tools/call"')).length > SECRETS.length);
  });

  it('are neither in the parameters that are offered for a change nor in a schema, and are in those that are sent', async () => {
    for (const secret of SECRETS) await speak(secret);
    const sent = log.entries(filterOf('method:tools/call kind:request')).map(({ seq }) => seq);
    const parts = { edit: '', send: '' };
    for (const seq of sent) {
      for (const use of ['edit', 'send'] as const) parts[use] += JSON.stringify(replayedRequest(log, seq, use));
    }
    assertNone('edit', parts.edit);
    for (const secret of SECRETS) assert.ok(parts.send.includes(JSON.stringify(secret).slice(1, -1)));
  });

  it('are in no message of an error, nor in a log that hears of it', async () => {
    const written: string[] = [];
    const write = (message: string): void => void written.push(message);
    const output = redactingLog({ debug: write, info: write, warn: write, error: write }, redactor);
    for (const secret of SECRETS) {
      const query = encodeURIComponent(secret);
      const urls = [`${await refusingUrl()}?key=${query}`];
      for (const answer of [
        `${secret} is no HTTP\r\n\r\n`,
        `HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n${secret}`,
      ]) {
        urls.push(`${await serveBytes((socket) => socket.end(answer))}?key=${query}`);
      }
      for (const url of urls) {
        const error = await fetchOf(url).catch((reason: unknown) => reason);
        assert.ok(error instanceof Error);
        assertNone('message', redactor.text(error.message));
        output.error(error.message);
      }
      for (const spelled of spellings(secret)) output.info(`stderr: ${spelled}`);
    }
    for (const line of written) assertNone('log', line);
    for await (const [name, text] of waysOut(log)) assertNone(name, text);
  });

  async function fetchOf(url: string, body = '{}', headers: Record<string, string> = {}): Promise<string> {
    const wire = { server: 'alpha', agent: agentForTest(), traffic: log, clock: systemClock, maxMessageBytes: MB };
    return exchangeContext.run({ origin: 'user', timeoutMs: 60_000 }, async () => {
      const response = await createWireFetch(wire)(url, { method: 'POST', body, headers });
      return response.text();
    });
  }

  /** A server of these answers, one after the other; returns how to send it a message. */
  async function server(answers: readonly Answer[], query = ''): Promise<(message: unknown) => Promise<string>> {
    const url = await serveBytes((socket, before) => write(socket, answers[before]));
    const headers = { authorization: `Bearer ${TOKEN}`, cookie: `a=${COOKIE}`, 'content-type': 'application/json' };
    return (message) => fetchOf(`${url}${query}`, JSON.stringify(message), headers);
  }

  /** A conversation in which a secret is said in every place and every spelling, over HTTP, over pipes and by a process. */
  async function speak(secret: string): Promise<void> {
    const texts = spellings(secret).map((spelled) => `x${spelled}x`);
    // Each line of a pipe is an entry, and each of a stream that has no `data:` is a field.
    const whole = texts.filter((text) => !isBroken(text));
    const asHeader = encodeURIComponent(secret);
    const headers = [`set-cookie: s=${COOKIE}`, `x-api-key: ${TOKEN}`, `location: /${asHeader}`, `x-echo: ${asHeader}`];
    const hostile = rpc({ id: secret, method: `m/${secret}`, params: { progressToken: secret, progress: 1 } });
    const tool = {
      name: secret,
      inputSchema: { type: 'object', properties: { [secret]: { type: 'number', const: secret } }, required: [secret] },
    };
    const blocks = [
      ...whole.flatMap((text) => [
        `: ${text}\n\n`,
        `event: ${text}\ndata: ${text}\n\n`,
        `${text}\n\n`,
        `id: ${text}\ndata: {"x":"${text}"}\n\n`,
      ]),
      // As `data` in the middle of a message, its spelling left as it is.
      ...texts.map(
        (text) =>
          `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${text.replaceAll('\n', '\ndata: ')}"}}\n\n`,
      ),
      `data: ${JSON.stringify(hostile)}\n\n`,
      `data: ${JSON.stringify(rpc({ id: 1, result: { tools: [tool] } }))}\n\n`,
    ];
    const query = `?key=${asHeader}&pasted=${/[#&\n]/.test(secret) ? '' : secret}`;
    const send = await server(
      [
        stream(blocks),
        {
          headers: [...headers, 'content-type: application/json'],
          pieces: [JSON.stringify(rpc({ id: 2, error: { code: 1, message: secret } }))],
        },
        { status: 401, headers: [...headers, 'content-type: text/plain'], pieces: [texts.join('\n')] },
      ],
      query,
    );
    await send(rpc({ id: 1, method: 'tools/list', params: { _meta: { progressToken: secret } } }));
    await send(
      rpc({
        id: 2,
        method: 'tools/call',
        params: { name: secret, arguments: { [secret]: secret, inner: JSON.stringify({ secret }) } },
      }),
    );
    await send(
      rpc({ id: secret, method: 'tools/call', params: { name: 'plain', arguments: { password: secret } } }),
    ).catch(() => {});
    const lines = new LineCutter(MB, () => assert.fail('no line is too long'));
    const said = [
      rpc({ id: secret, method: secret }),
      rpc({ id: 3, result: secret }),
      rpc({ id: Number(secret) || 4, result: {} }),
    ];
    for (const line of lines.push(
      Buffer.from([...said.map((each) => JSON.stringify(each)), ...whole].join('\n') + '\n'),
    )) {
      log.append(record(line, { server: `pipe ${secret}`, sessionId: secret }));
    }
    const note = { rule: 'process.output', severity: 'info', message: `It said ${secret}` } as const;
    for (const text of texts)
      log.append(record(`stderr: ${text}`, { channel: 'process', direction: 'internal', note }));
  }

  /** What the checker has to say of the traffic, as the inspector has it noted. */
  async function remark(): Promise<void> {
    const errors: unknown[] = [];
    const taker = new NoteTaker(log, {
      onFindings: (seq, findings) => log.addNotes(seq, findings),
      onError: (error) => errors.push(error),
    });
    while (taker.lastChecked < log.lastSeq) await nextTurn();
    taker.dispose();
    assert.deepEqual(errors, []);
    assert.ok(log.entries(filterOf('note:*')).some(({ notes }) => notes.some(({ section }) => section !== undefined)));
  }
});

function placeOf(reader: TrafficReader, seq: number): NonNullable<ReturnType<TrafficReader['place']>> {
  return reader.place(seq) ?? assert.fail('it is there');
}

function assertNone(name: string, text: string): void {
  const leak = leakIn(text);
  assert.equal(leak, undefined, `${name}: ${leak}`);
}
