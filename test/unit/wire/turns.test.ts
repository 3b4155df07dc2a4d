import assert from 'node:assert/strict';
import { Agent, type Dispatcher } from 'undici';
import { systemClock } from '../../../src/base/clock.ts';
import type { TrafficRecord } from '../../../src/base/traffic.ts';
import { exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { atEnd, endAll, MB, serveBytes, tap } from './support.ts';

/** Tells of each read from the socket that reaches what was dispatched. */
class WatchedAgent extends Agent {
  onRead = (): void => {};

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const watched: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (...head) => handler.onResponseStart?.(...head),
      onResponseData: (controller, chunk) => {
        this.onRead();
        handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    };
    return super.dispatch(options, watched);
  }
}

describe('A flood of events', () => {
  afterEach(endAll);

  it('leaves everybody else a turn of the event loop between two reads, however much the system hands out', async () => {
    const event = `data: ${'x'.repeat(100)}\n\n`;
    const events = Math.ceil(MB / event.length);
    const url = await serveBytes((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event.repeat(events)}`);
    });
    let turn = 0;
    const count = (): NodeJS.Immediate => setImmediate(() => ((turn += 1), (next = count())));
    let next = count();
    const reads: number[] = [];
    const agent = new WatchedAgent();
    atEnd(() => agent.destroy());
    agent.onRead = () => void reads.push(turn);
    // Each look at this clock is another 10 ms: all that is done takes its time.
    let now = 0;
    const clock = { ...systemClock, now: () => (now += 10) };
    let received = 0;
    const append = ({ channel }: TrafficRecord): void => void (received += channel === 'sse' ? 1 : 0);
    const wire = { server: 'test', agent, traffic: { ...tap(), append }, clock, maxMessageBytes: MB };
    const response = await exchangeContext.run({ origin: 'user', timeoutMs: 50_000 }, () => createWireFetch(wire)(url));
    await response.text();
    clearImmediate(next);
    assert.equal(received, events);
    const together = reads.filter((at, index) => at === reads[index - 1]).length;
    // What the parser has begun when it is paused, it may hand out with the next.
    assert.ok(together <= 1, `${together} of ${reads.length} reads had no turn before them`);
  });
});
