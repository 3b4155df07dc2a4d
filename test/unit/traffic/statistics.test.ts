import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import { Durations } from '../../../src/traffic/durations.ts';
import { type MethodStatistics, statistics } from '../../../src/traffic/statistics.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { event, newLog, record, requestBody, requestHead, responseHead, rpc } from './records.ts';

function statisticsOf(log: TrafficLog): readonly MethodStatistics[] {
  return statistics(log, new Redactor());
}

describe('The statistics of methods', () => {
  it('count calls, answers, failures and bytes per server and method, busiest first', () => {
    const log = newLog();
    const request = (id: number, server: string): void => {
      log.append(record(JSON.stringify(rpc({ id, method: 'tools/list' })), { direction: 'sent', time: 1000, server }));
    };
    request(1, 'alpha');
    request(2, 'alpha');
    request(1, 'beta');
    log.append(record(JSON.stringify(rpc({ id: 1, result: {} })), { time: 1020 }));
    log.append(record(JSON.stringify(rpc({ id: 1, error: { code: 1, message: '' } })), { time: 1050, server: 'beta' }));
    log.append(record(JSON.stringify(rpc({ method: 'notifications/message' }))));
    const [alpha, beta, notification, ...others] = statisticsOf(log);
    assert.deepEqual(others, []);
    const bytes = Buffer.byteLength('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');
    const durations = { p50: 20, p95: 20, p99: 20 };
    const common = { server: 'alpha', method: 'tools/list', errors: 0, ...durations };
    assert.deepEqual(alpha, { ...common, count: 2, pending: 1, bytes: 2 * bytes + 36 });
    assert.deepEqual([beta?.server, beta?.count, beta?.errors, beta?.pending, beta?.p99], ['beta', 1, 1, 0, 50]);
    assert.deepEqual(
      [notification?.method, notification?.count, notification?.p50],
      ['notifications/message', 1, undefined],
    );
  });

  it('are of a time, where one is given', () => {
    const log = newLog();
    for (const time of [1000, 2000, 3000]) log.append(record(JSON.stringify(rpc({ method: 'a/b' })), { time }));
    const counted = (range: { from?: number; to?: number }): number | undefined =>
      statistics(log, new Redactor(), range)[0]?.count;
    assert.deepEqual(
      [counted({ from: 2000 }), counted({ from: 1000, to: 2999 }), counted({ to: 500 })],
      [2, 2, undefined],
    );
  });

  it('count a refused HTTP request as one failure, also where its body says it again', () => {
    const log = newLog();
    for (const body of ['Not found', JSON.stringify(rpc({ id: 7, error: { code: 1, message: '' } }))]) {
      const exchange = log.nextExchange();
      log.append(requestHead('POST /mcp\r\n\r\n', { exchange }));
      log.append(requestBody(rpc({ id: 7, method: 'tools/call', params: { name: 'echo' } }), { exchange }));
      log.append(responseHead(404, '', { exchange }));
      log.append(record(body, { channel: 'http-response', exchange, status: 404 }));
      log.reach(exchange, 'ended', 2000);
    }
    const [call] = statisticsOf(log);
    assert.deepEqual([call?.count, call?.errors, call?.pending], [2, 2, 0]);
  });

  it('count an exchange that broke as a failure', () => {
    const log = newLog();
    const exchange = log.nextExchange();
    log.append(requestBody(rpc({ id: 7, method: 'tools/call', params: { name: 'echo' } }), { exchange }));
    log.append(record('reset', { channel: 'http-response', direction: 'internal', exchange }));
    assert.equal(statisticsOf(log)[0]?.errors, 1);
  });

  it('count what belongs to no method, heads included, for no one', () => {
    const log = newLog();
    log.append(requestHead('GET /mcp\r\n\r\n', { exchange: log.nextExchange() }));
    log.append(record('stderr', { channel: 'process' }));
    assert.deepEqual(statisticsOf(log), []);
  });

  it('show no secret that is part of a name', () => {
    const log = newLog();
    const redactor = new Redactor();
    log.append(event(rpc({ method: 'notifications/secret' })));
    redactor.add('secret');
    assert.equal(statistics(log, redactor)[0]?.method, 'notifications/******');
  });

  it('tell a thousand methods apart and count all others together', () => {
    const log = newLog();
    for (let index = 0; index < 1500; index += 1) log.append(event(rpc({ method: `notifications/${index}` })));
    const all = statisticsOf(log);
    assert.equal(all.length, 1001);
    assert.deepEqual([all[0]?.server, all[0]?.method, all[0]?.count], ['', 'all others', 500]);
  });
});

describe('Durations', () => {
  /** The percentiles as the definition says, from all values. */
  function expected(values: readonly number[]): number[] {
    const sorted = values.toSorted((a, b) => a - b);
    return [50, 95, 99].map((percent) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN);
  }

  function percentilesOf(values: readonly number[]): number[] {
    const durations = new Durations();
    for (const value of values) durations.add(value);
    return Object.values(durations.percentiles());
  }

  it('have no percentiles where there are none', () => {
    assert.deepEqual(new Durations().percentiles(), {});
  });

  it('have exact percentiles up to ten thousand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (values) => {
          assert.deepEqual(percentilesOf(values), expected(values));
        },
      ),
    );
    const many = Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 10_007);
    assert.deepEqual(percentilesOf(many), expected(many));
  });

  it('have percentiles within 1 % beyond that', () => {
    const milliseconds = fc.double({ min: 0.001, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(milliseconds, { minLength: 10, maxLength: 50 }), (some) => {
        const values = Array.from(
          { length: 12_000 },
          (_, index) => (some[index % some.length] ?? 0) * (1 + index / 6000),
        );
        for (const [index, value] of expected(values).entries()) {
          const found = percentilesOf(values)[index] ?? 0;
          assert.ok(Math.abs(found - value) <= value * 0.0101, `${found} for ${value}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});
