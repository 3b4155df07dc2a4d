import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/clock.ts';
import { exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { agentForTest, endAll, MB, serveBytes, tap } from './support.ts';

/** The most that is read from a socket at a time. */
const READ_BYTES = 64 * 1024;
const READS = 12;

describe('A flood of events', () => {
  afterEach(endAll);

  it('leaves everybody else a turn of the event loop between two reads, however much the system hands out', async () => {
    const event = `data: ${'x'.repeat(100)}\n\n`;
    const events = Math.ceil((READ_BYTES * READS) / event.length);
    const url = await serveBytes((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event.repeat(events)}`);
    });
    let turn = 0;
    const turns = new Set<number>();
    const traffic = tap();
    const append = (record: Parameters<typeof traffic.append>[0]): void => {
      traffic.append(record);
      if (record.channel === 'sse') turns.add(turn);
    };
    // Each look at this clock is another 10 ms: all that is done takes its time.
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 10) };
    const count = (): NodeJS.Immediate => setImmediate(() => ((turn += 1), (next = count())));
    let next = count();
    const wire = { server: 'test', agent: agentForTest(), traffic: { ...traffic, append }, clock, maxMessageBytes: MB };
    const response = await exchangeContext.run({ origin: 'user', timeoutMs: 50_000 }, () => createWireFetch(wire)(url));
    await response.text();
    clearImmediate(next);
    assert.equal(traffic.records.filter(({ channel }) => channel === 'sse').length, events);
    assert.ok(turns.size >= READS - 1, `${turns.size} turns`);
  });
});
