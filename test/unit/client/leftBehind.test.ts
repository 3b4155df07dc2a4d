import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../src/base/clock.ts';
import type { TrafficSink } from '../../../src/base/traffic.ts';
import { SettlingTransport } from '../../../src/client/settlingTransport.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { handshake } from '../../servers/eras/handshake.ts';
import { beginEvents, type Exchange, sendJson } from '../../servers/support/exchange.ts';
import { ManualClock } from '../process/support.ts';
import { agentForTest, atEnd, endAll, failureOf, MB, tap } from '../wire/support.ts';
import { abandoned, clientFor, serve, turns, user, watched } from './support.ts';

/** Longer than any test: what waits for it waits for ever. */
const NEVER_MS = 3_600_000;

/** Time that stands still and can tell which waits are still on. */
class CountingClock extends ManualClock {
  readonly pending = new Map<symbol, number>();
  readonly #waitedTwice = Promise.withResolvers<void>();

  /** Resolves when two waits of a minute are on. */
  get twoMinutes(): Promise<void> {
    return this.#waitedTwice.promise;
  }

  override after(ms: number, run: () => void): { dispose(): void } {
    const id = Symbol();
    this.pending.set(id, ms);
    if (this.minutes().length === 2) this.#waitedTwice.resolve();
    const timer = super.after(ms, run);
    return {
      dispose: () => {
        this.pending.delete(id);
        timer.dispose();
      },
    };
  }

  minutes(): number[] {
    return [...this.pending.values()].filter((ms) => ms === 60_000);
  }
}

describe('client: what is left behind', () => {
  afterEach(endAll);

  it('no timer behind the end, though a call and the listening stream both wait to be taken up again', async () => {
    const clock = new CountingClock();
    const url = await serve(
      handshake({
        get: (_request, response) =>
          response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 60000\nid: l1\ndata:\n\n'),
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          beginEvents(exchange);
          exchange.response.end('retry: 60000\nid: p1\ndata:\n\n');
          return true;
        },
      }).handler,
    );
    const { client } = clientFor(url, { clock, timeoutMs: NEVER_MS });
    await client.connect(user);
    const call = failureOf(client.callTool('slow', {}, user), 'connection');
    await clock.twoMinutes;
    await client.close();
    await call;
    assert.deepEqual(clock.minutes(), []);
  });

  /** The transport alone, in the era without sessions. */
  async function statelessTransport(
    handler: (exchange: Exchange) => void,
    traffic: TrafficSink = tap(),
  ): Promise<SettlingTransport> {
    const url = await serve((request, response) => {
      request.resume();
      handler({ message: {}, request, response });
    });
    const quiet = (): void => {};
    const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const wire = { server: 'test', agent: agentForTest(), traffic, clock: systemClock, maxMessageBytes: MB };
    const transport = new SettlingTransport({
      server: 'test',
      url: new URL(url),
      headers: {},
      fetch: createWireFetch(wire),
      sink: { deliver: () => false },
      clock: systemClock,
      log,
    });
    await transport.start();
    atEnd(() => transport.close());
    transport.setProtocolVersion('2026-07-28');
    return transport;
  }

  it('no exchange behind a call of the stateless era that is given up when its stream has begun', async () => {
    const called = Promise.withResolvers<Exchange>();
    const { traffic, came } = watched();
    const transport = await statelessTransport((exchange) => {
      beginEvents(exchange);
      exchange.response.write(': begun\n\n');
      called.resolve(exchange);
    }, traffic);
    const leaving = new AbortController();
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} } as const;
    const sent = assert.rejects(transport.send(message, { requestSignal: leaving.signal }), { name: 'AbortError' });
    const exchange = await called.promise;
    await came('begun');
    await turns();
    leaving.abort();
    await sent;
    await abandoned(exchange);
  });

  it('nothing behind a call of the stateless era that was answered, though its signal lives on', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    assert.ok(typeof collect === 'function');
    const transport = await statelessTransport((exchange) => sendJson(exchange, { jsonrpc: '2.0', id: 1, result: {} }));
    const living = new AbortController();
    const send = async (): Promise<WeakRef<object>> => {
      const message = { jsonrpc: '2.0' as const, id: 1, method: 'tools/call', params: {} };
      await transport.send(message, { requestSignal: living.signal });
      return new WeakRef(message);
    };
    const sent: WeakRef<object>[] = [];
    for (let call = 0; call < 20; call += 1) sent.push(await send());
    await turn();
    collect();
    // The engine keeps one or the other of the first.
    const kept = sent.filter((message) => message.deref() !== undefined).length;
    assert.ok(kept < 10, `${kept} of 20 are kept`);
    assert.ok(!living.signal.aborted);
  });
});
