import { setTimeout as sleep } from 'node:timers/promises';
import { discardTraffic, type TrafficSink } from '../../src/base/traffic.ts';

/** Milliseconds; the suite starts 39 clients at once. */
const LIMIT_MS = 10_000;

/**
 * Watches for the answer to the GET of a listening stream. Some of the suite's servers ask their questions there while a tool works, and lose them where a
 * busy machine opens that stream after the call, which a person never is fast enough for.
 */
export function watchListening(): { traffic: TrafficSink; answered(): Promise<void> } {
  const sink = discardTraffic();
  const asked = new Set<number>();
  const settled = new Set<number>();
  let changed = Promise.withResolvers<void>();
  const traffic: TrafficSink = {
    nextExchange: () => sink.nextExchange(),
    append({ channel, part, exchange, raw }) {
      if (part !== 'head' || exchange === undefined) return;
      if (channel === 'http-request' && Buffer.from(raw).toString('latin1').startsWith('GET')) asked.add(exchange);
      if (channel === 'http-response') settle(exchange);
    },
    reach(exchange, phase) {
      if (phase === 'ended') settle(exchange);
    },
  };
  const settle = (exchange: number): void => {
    settled.add(exchange);
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const answered = async (): Promise<void> => {
    while (![...asked].every((exchange) => settled.has(exchange))) await changed.promise;
  };
  return { traffic, answered: () => Promise.race([answered(), sleep(LIMIT_MS, undefined, { ref: false })]) };
}
