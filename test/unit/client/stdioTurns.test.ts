import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRecord } from '../../../src/base/isRecord.ts';
import { silentLog } from '../../../src/base/log.ts';
import { StreamTransport } from '../../../src/client/streamTransport.ts';
import { MB, type Tap, tap } from '../wire/support.ts';
import { unmasked } from './support.ts';
import { slowClock, together, turns } from '../wire/turns.ts';

const COUNT = 500;

interface Flooded {
  transport: StreamTransport;
  stdout: PassThrough;
  traffic: Tap;
  received: { turn: number; data: unknown }[];
  closed: Promise<void>;
}

/** A started transport on which each message takes longer than a slice. */
async function flooded(turn: ReturnType<typeof turns>): Promise<Flooded> {
  const stdout = new PassThrough();
  const traffic = tap();
  const received: Flooded['received'] = [];
  const deliver = (message: object): boolean => {
    const params = 'params' in message && isRecord(message.params) ? message.params : {};
    received.push({ turn: turn.now(), data: params['data'] });
    return true;
  };
  const transport = new StreamTransport(
    {
      server: 'test',
      traffic,
      clock: slowClock(),
      log: silentLog,
      mask: unmasked,
      maxMessageBytes: MB,
      sink: { deliver },
    },
    { stdin: new PassThrough(), stdout },
  );
  const closed = new Promise<void>((resolve) => (transport.onclose = resolve));
  await transport.start();
  return { transport, stdout, traffic, received, closed };
}

function lines(): string {
  return Array.from({ length: COUNT }, (_, index) => {
    const params = { level: 'info', data: index };
    return `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params })}\n`;
  }).join('');
}

describe('A flood of lines', () => {
  let turn: ReturnType<typeof turns>;

  beforeEach(() => (turn = turns()));
  afterEach(() => turn.stop());

  it('leaves everybody else a turn of the event loop between two messages, and keeps their order to the end', async () => {
    const { stdout, received, closed } = await flooded(turn);
    stdout.end(lines());
    await closed;
    assert.deepEqual(
      received.map(({ data }) => data),
      Array.from({ length: COUNT }, (_, index) => index),
    );
    assert.equal(together(received.map(({ turn: at }) => at)), 0);
  });

  it('does so where the process has left, whose pipes Node empties although they rest', async () => {
    const { stdout, received, closed } = await flooded(turn);
    stdout.end(lines());
    while (received.length === 0) await nextTurn();
    stdout.resume();
    await closed;
    assert.equal(received.length, COUNT);
    assert.equal(together(received.map(({ turn: at }) => at)), 0);
  });

  it('is recorded to its end when we close, and nobody is told of it any more', async () => {
    const { transport, stdout, received, traffic, closed } = await flooded(turn);
    stdout.write(lines());
    while (received.length === 0) await nextTurn();
    const before = received.length;
    await transport.close();
    await closed;
    assert.ok(before < COUNT);
    assert.equal(received.length, before);
    assert.equal(traffic.records.filter(({ direction }) => direction === 'received').length, COUNT);
  });
});
