import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { silentLog } from '../../../src/base/log.ts';
import { StreamTransport } from '../../../src/client/streamTransport.ts';
import { MB, tap } from '../wire/support.ts';
import { slowClock, together, turns } from '../wire/turns.ts';

describe('A flood of lines', () => {
  it('leaves everybody else a turn of the event loop between two messages, and keeps their order to the end', async () => {
    const count = 500;
    const line = (index: number): string =>
      `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: index } })}\n`;
    const stdout = new PassThrough();
    const turn = turns();
    const received: { turn: number; data: unknown }[] = [];
    const transport = new StreamTransport(
      {
        server: 'test',
        traffic: tap(),
        clock: slowClock(),
        log: silentLog,
        maxMessageBytes: MB,
        sink: {
          deliver: (message) => {
            const data: unknown = 'method' in message ? message.params?.['data'] : undefined;
            received.push({ turn: turn.now(), data });
            return true;
          },
        },
      },
      { stdin: new PassThrough(), stdout },
    );
    const closed = new Promise<void>((resolve) => (transport.onclose = resolve));
    await transport.start();
    stdout.end(Array.from({ length: count }, (_, index) => line(index)).join(''));
    await closed;
    turn.stop();
    assert.deepEqual(
      received.map(({ data }) => data),
      Array.from({ length: count }, (_, index) => index),
    );
    assert.equal(together(received.map(({ turn: at }) => at)), 0);
  });
});
