import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import type { TrafficRecord } from '../../../src/base/traffic.ts';
import { exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { atEnd, endAll, MB, serveBytes, tap } from './support.ts';
import { slowClock, together, turns } from './turns.ts';

/** Tells of each read from the socket that reaches what was dispatched. */
class WatchedAgent extends Agent {
  onRead = (_bytes: number): void => {};

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const watched: Dispatcher.DispatchHandler = {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (...head) => handler.onResponseStart?.(...head),
      onResponseData: (controller, chunk) => {
        this.onRead(chunk.length);
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

  it('leaves everybody else a turn of the event loop between two reads and two events, however much the system hands out', async () => {
    const event = `data: ${'x'.repeat(100)}\n\n`;
    const events = Math.ceil(MB / 4 / event.length);
    const url = await serveBytes((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${event.repeat(events)}`);
    });
    const turn = turns();
    const reads: number[] = [];
    const agent = new WatchedAgent();
    atEnd(() => agent.destroy());
    agent.onRead = () => void reads.push(turn.now());
    const received: number[] = [];
    const append = ({ channel }: TrafficRecord): void =>
      void (channel === 'sse' ? received.push(turn.now()) : undefined);
    const wire = { server: 'test', agent, traffic: { ...tap(), append }, clock: slowClock(), maxMessageBytes: MB };
    const response = await exchangeContext.run({ origin: 'user', timeoutMs: 50_000 }, () => createWireFetch(wire)(url));
    await response.text();
    turn.stop();
    assert.equal(received.length, events);
    assert.equal(together(received), 0, `${together(received)} of ${events} events had no turn before them`);
    // What the parser has begun when it is paused, it may hand out with the next.
    assert.ok(together(reads) <= 1, `${together(reads)} of ${reads.length} reads had no turn before them`);
  });

  it('leaves its socket to the next request', async () => {
    const event = 'data: x\n\n';
    const text = event.repeat(100);
    let sockets = 0;
    const known = new Set<Socket>();
    const url = await serveBytes((socket) => {
      if (!known.has(socket)) sockets += 1;
      known.add(socket);
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
    });
    const agent = new WatchedAgent({ connections: 1 });
    atEnd(() => agent.destroy());
    const wire = { server: 'test', agent, traffic: tap(), clock: slowClock(), maxMessageBytes: MB };
    for (let request = 0; request < 3; request += 1) {
      const response = await exchangeContext.run({ origin: 'user', timeoutMs: 50_000 }, () =>
        createWireFetch(wire)(url),
      );
      assert.equal(await response.text(), text);
    }
    assert.equal(sockets, 1);
  });

  it('is recorded to its last byte when the reader leaves or the server breaks off in the middle', async () => {
    const event = `data: ${'x'.repeat(100)}\n\n`;
    const text = event.repeat(200);
    for (const end of ['reader leaves', 'server breaks off']) {
      const url = await serveBytes((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${text}`);
        if (end === 'server breaks off') setImmediate(() => socket.resetAndDestroy());
      });
      const agent = new WatchedAgent();
      atEnd(() => agent.destroy());
      const sent = Promise.withResolvers<void>();
      let read = 0;
      agent.onRead = (bytes) => {
        read += bytes;
        sent.resolve();
      };
      const traffic = tap();
      const wire = { server: 'test', agent, traffic, clock: slowClock(), maxMessageBytes: MB };
      const leave = new AbortController();
      let taken = 0;
      const intake = { take: (raw: Uint8Array) => ((taken += 1), raw) };
      const response = await exchangeContext.run({ origin: 'user', timeoutMs: 50_000, intake }, () =>
        createWireFetch(wire)(url, { signal: leave.signal }),
      );
      await sent.promise;
      const before = taken;
      if (end === 'reader leaves') leave.abort();
      await assert.rejects(response.text());
      const events = traffic.records.filter(({ channel }) => channel === 'sse').length;
      if (end === 'reader leaves') assert.equal(taken, before, 'nobody is told of what comes behind the abort');
      else assert.ok(taken > before && taken <= events);
      assert.ok(read > event.length, 'several events came at once');
      assert.equal(traffic.received('sse').toString(), text.slice(0, read), end);
    }
  });
});
