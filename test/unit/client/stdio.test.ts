import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { serverScript } from '../../servers/start.ts';
import { atEnd, endAll, failureOf, MB, textOf } from '../wire/support.ts';
import { ManualClock } from '../process/support.ts';
import { clientFor, type TestClient, user } from './support.ts';

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Starts Node with these arguments and a client on its pipes. */
function run(args: string[], maxMessageBytes = 16 * MB, clock: Clock = systemClock): TestClient & { child: Child } {
  const child: Child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
  // Most of these programs know nothing but what a handshake is.
  const known = { transport: 'stdio', era: 'handshake' } as const;
  return { ...clientFor({ kind: 'stdio', streams: child }, { maxMessageBytes, clock, known }), child };
}

/** A server in a few lines: answers the handshake, and a call with what `answer` writes. */
function program(answer: string): string[] {
  return [
    '-e',
    `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id, method, params } = JSON.parse(line);
      const write = (result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
      if (method === 'initialize') write({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
      if (method === 'tools/call') { ${answer} }
    });`,
  ];
}

describe('client: stdio', () => {
  afterEach(endAll);

  it('does the whole job, records every line both ways, and lets the process end', async () => {
    const { client, child, traffic } = run([serverScript('stdioEcho')]);
    const connection = await client.connect(user);
    assert.equal(connection.transport, 'stdio');
    assert.equal(connection.sessionId, undefined);
    assert.deepEqual(
      (await client.listTools(user)).map(({ name }) => name),
      ['echo'],
    );
    assert.deepEqual((await client.callTool('echo', { message: 'Grüße 👩‍💻' }, user)).content, [
      { type: 'text', text: 'Grüße 👩‍💻' },
    ]);
    const records = traffic.records.filter(({ channel }) => channel === 'stdio');
    assert.ok(records.every(({ raw }) => raw.at(-1) === 10 && raw.indexOf(10) === raw.length - 1));
    const [boundary, ...others] = traffic.records.filter(({ channel }) => channel !== 'stdio');
    assert.match(textOf(boundary), /^connected .* stdio \(/);
    assert.deepEqual([boundary?.part, others], ['boundary', []]);
    for (const direction of ['sent', 'received'] as const) {
      let offset = 0;
      for (const record of records.filter((each) => each.direction === direction)) {
        assert.equal(record.offset, offset);
        offset += record.raw.length;
      }
      assert.ok(offset > 0);
    }
    assert.ok(records.some(({ direction, raw }) => direction === 'received' && Buffer.from(raw).includes('Grüße 👩‍💻')));
    let closes = 0;
    client.onDidClose(() => (closes += 1));
    const exit = once(child, 'exit');
    await client.close();
    assert.deepEqual(await exit, [0, null]);
    assert.equal(closes, 0, 'we were the ones who closed it');
  });

  it('skips what is no message, and says so in the log', async () => {
    const garbage = `process.stdout.write('[[[ \\u001b[31mstarting\\n\\n{"half":\\n'); write({ content: [{ type: 'text', text: 'ok' }] })`;
    const { client, logs, traffic } = run(program(garbage));
    await client.connect(user);
    assert.deepEqual((await client.callTool('x', {}, user)).content, [{ type: 'text', text: 'ok' }]);
    assert.deepEqual(
      logs.filter((line) => line.startsWith('Not a message')),
      [
        'Not a message on stdout, ignored (logs belong on stderr): [[[ starting',
        'Not a message on stdout, ignored (logs belong on stderr): {"half":',
      ],
    );
    assert.ok(
      traffic.records.some(({ raw }) => Buffer.from(raw).includes('starting')),
      'the recording has it',
    );
  });

  it('warns of a hundred stray lines a second, records a thousand, and remarks on the rest once', async () => {
    const flood = `process.stdout.write('stray\\n'.repeat(2500)); write({ content: [] })`;
    const clock = new ManualClock();
    const { client, logs, traffic } = run(program(flood), MB, clock);
    await client.connect(user);
    await client.callTool('x', {}, user);
    assert.equal(logs.filter((line) => line.startsWith('Not a message')).length, 100);
    const stray = traffic.records.filter(({ raw }) => Buffer.from(raw).includes('stray'));
    assert.equal(stray.length, 1000);
    clock.advance(1000);
    assert.deepEqual(
      logs.filter((line) => line.includes('more lines')),
      [
        'Not shown: 2400 more lines of stdout in the same second that were not messages (not in the traffic either: 1500).',
      ],
    );
    const last = traffic.records.at(-1);
    assert.equal(
      (last?.offset ?? 0) - (stray[0]?.offset ?? 0),
      2500 * 'stray\n'.length,
      'places in the stream stay right',
    );
    await client.callTool('x', {}, user);
    assert.equal(logs.filter((line) => line.startsWith('Not a message')).length, 200, 'a new second, a new budget');
  });

  it('remarks on left out lines when the connection ends before the second does', async () => {
    const { client, logs } = run(
      program(`process.stdout.write('stray\\n'.repeat(101), () => process.exit())`),
      MB,
      new ManualClock(),
    );
    await client.connect(user);
    await failureOf(client.callTool('x', {}, user), 'connection');
    assert.equal(logs.at(-1), 'Not shown: 1 more lines of stdout in the same second that were not messages.');
  });

  it('shows a hundred log messages of the server a second, and remarks on the rest once', async () => {
    const notification = `{ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: { n: 1 } } }`;
    const flood = `process.stdout.write((JSON.stringify(${notification}) + '\\n').repeat(150)); write({ content: [] })`;
    const clock = new ManualClock();
    const { client, logs } = run(program(flood), MB, clock);
    await client.connect(user);
    await client.callTool('x', {}, user);
    assert.deepEqual(
      logs,
      Array.from({ length: 100 }, () => '[server info] {"n":1}'),
    );
    clock.advance(1000);
    assert.equal(logs.at(-1), 'Not shown: 50 more log messages of the server in the same second.');
  });

  it('records an answer with the origin of its request', async () => {
    const { client, traffic } = run(program(`write({ content: [{ type: 'text', text: 'here' }] })`));
    await client.connect({ origin: 'internal' });
    await client.callTool('x', {}, { origin: 'api' });
    await client.callTool('x', {}, { origin: 'plugin' });
    const answers = traffic.records.filter(({ raw }) => Buffer.from(raw).includes('here'));
    assert.deepEqual(
      answers.map(({ direction, origin }) => ({ direction, origin })),
      [
        { direction: 'received', origin: 'api' },
        { direction: 'received', origin: 'plugin' },
      ],
    );
  });

  it('ends the connection at a line over the limit, and the call says which setting', async () => {
    const { client } = run(program(`process.stdout.write('x'.repeat(${2 * MB}))`), MB);
    await client.connect(user);
    const closed = new Promise<void>((resolve) => client.onDidClose(() => resolve()));
    const error = await failureOf(client.callTool('x', {}, user), 'protocol');
    assert.match(error.message, /more than 1 MB\. Raise "maxMessageMb"/);
    assert.equal(error.outcomeUnknown, true);
    await closed;
    const later = await failureOf(client.callTool('x', {}, user), 'protocol');
    assert.equal(later.outcomeUnknown, undefined);
  });

  it('ends the connection at a message that nests too deep', async () => {
    const { client } = run(program(`process.stdout.write('{"a":'.repeat(100000) + '\\n')`));
    await client.connect(user);
    const error = await failureOf(client.callTool('x', {}, user), 'protocol');
    assert.match(error.message, /“test” sent JSON nested deeper than 128 levels\./);
  });

  it('fails a call under way when the process ends, and tells that the connection did', async () => {
    const { client } = run(program('process.exit(3)'));
    await client.connect(user);
    const closed = new Promise<void>((resolve) => client.onDidClose(() => resolve()));
    const error = await failureOf(client.callTool('x', {}, user), 'connection');
    assert.match(error.message, /closed during “tools\/call”\. See its output/);
    assert.equal(error.outcomeUnknown, true);
    await closed;
  });

  it('fails a call to a process that has closed its input', async () => {
    const { client, child } = run(program('process.stdin.destroy(); setInterval(() => {}, 60000)'));
    await client.connect(user);
    const first = client.callTool('x', {}, { ...user, timeoutMs: 200 });
    await failureOf(first, 'timeout');
    child.stdin.destroy();
    const error = await failureOf(client.callTool('x', {}, user), 'connection');
    assert.match(error.message, /does not read its input any more\. See its output/);
  });

  it('does not tell of a close when the handshake failed', async () => {
    const { client } = run(['-e', '']);
    let closes = 0;
    client.onDidClose(() => (closes += 1));
    const error = await failureOf(client.connect(user), 'connection');
    assert.match(error.message, /See its output/);
    assert.equal(closes, 0);
  });

  it('tells the server that a call was cancelled', async () => {
    const { client, traffic } = run(program(''));
    await client.connect(user);
    const caller = new AbortController();
    const failure = failureOf(client.callTool('x', {}, { ...user, signal: caller.signal }), 'cancelled');
    // A turn of the event loop: what was not sent need not be cancelled.
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    await failure;
    assert.ok(
      traffic.records.some(
        ({ direction, raw }) => direction === 'sent' && Buffer.from(raw).includes('notifications/cancelled'),
      ),
    );
  });
});
