import assert from 'node:assert/strict';
import { related } from '../../../src/traffic/related.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { event, newLog, record, requestBody, rpc } from './records.ts';

const sent = { direction: 'sent' } as const;
const hello = rpc({ method: 'notifications/message', params: { level: 'info', data: 'hello' } });

function call(id: number | string): Record<string, unknown> {
  return rpc({ id, method: 'tools/call', params: { name: `tool${id}` } });
}

function answer(id: number | string): Record<string, unknown> {
  return rpc({ id, result: {} });
}

function line(log: TrafficLog, value: unknown, extra: Parameters<typeof record>[1] = {}): void {
  log.append(record(`${JSON.stringify(value)}\n`, extra));
}

/** What two entries that belong together say of each other, and how long it took. */
function pairs(log: TrafficLog): unknown[] {
  return log.entries().map(({ pairedWith, durationMs }) => [pairedWith, durationMs]);
}

// Revision 2025-03-26 alone allows a list of messages in place of one.
describe('A batch', () => {
  it('with an answer in it answers its call, by whichever channel', () => {
    for (const [ask, reply] of [
      [requestBody(call(1), { exchange: 1, time: 5 }), event([hello, answer(1)], { exchange: 1, time: 8 })],
      [record(JSON.stringify(call(1)), { ...sent, time: 5 }), record(JSON.stringify([answer(1)]), { time: 8 })],
    ] as const) {
      const log = newLog();
      log.append(ask);
      log.append(reply);
      assert.deepEqual(pairs(log), [
        [2, 3],
        [1, 3],
      ]);
      const { kind, method, tool, rpcId } = log.entry(2) ?? {};
      assert.deepEqual([kind, method, tool, rpcId], ['response', 'tools/call', 'tool1', 1]);
      assert.deepEqual([log.row(1)?.isPending, log.row(2)?.mark], [undefined, undefined]);
    }
  });

  it('answers each call that it has an answer for, each with its own duration, and says how many more there are', () => {
    const log = newLog();
    for (const id of [1, 2, 3]) line(log, call(id), { ...sent, time: id * 10 });
    line(log, [answer(3), hello, answer(1), answer(2)], { time: 100 });
    assert.deepEqual(pairs(log), [
      [4, 90],
      [4, 80],
      [4, 70],
      [3, 70],
    ]);
    assert.equal(log.row(4)?.label, 'tools/call +2');
    assert.deepEqual([log.row(1)?.isPending, log.row(1)?.label], [undefined, 'tools/call']);
  });

  it('is about the call of its own exchange, wherever in it that is answered', () => {
    const log = newLog();
    log.append(requestBody(call(1), { exchange: 1, time: 0 }));
    log.append(requestBody(call(2), { exchange: 2, time: 0 }));
    log.append(event([answer(1), answer(2)], { exchange: 2, time: 9 }));
    assert.deepEqual(
      [1, 2, 3].map((seq) => log.entry(seq)?.pairedWith),
      [3, 3, 2],
    );
    assert.equal(log.entry(3)?.rpcId, 2);
  });

  it('is an error when any of it is one, and odd when any of its answers was not asked for', () => {
    const log = newLog();
    line(log, call(1), sent);
    line(log, [rpc({ id: 1, error: { code: -1, message: 'no' } })]);
    line(log, [answer(1), answer(1)]);
    line(log, call(2), sent);
    line(log, [answer(2), answer(8)]);
    assert.deepEqual(
      [2, 3, 5].map((seq) => [log.row(seq)?.kind, log.row(seq)?.mark]),
      [
        ['error', undefined],
        ['response', 'duplicate'],
        ['response', 'orphan'],
      ],
    );
  });

  it('is about a call that failed, where one did', () => {
    const log = newLog();
    for (const id of [1, 2, 3]) log.append(requestBody(call(id), { exchange: id }));
    log.append(event([answer(1), answer(2), rpc({ id: 3, result: { isError: true } })], { exchange: 1 }));
    const { tool, pairedWith } = log.entry(4) ?? {};
    assert.deepEqual([tool, log.row(4)?.mark, pairedWith], ['tool3', 'failed', 3]);
    assert.deepEqual(
      [1, 2, 3].map((seq) => log.entry(seq)?.pairedWith),
      [4, 4, 4],
    );
  });

  it('of progress stands under its call', () => {
    const log = newLog();
    const params = { name: 'slow', _meta: { progressToken: 7 } };
    line(log, rpc({ id: 1, method: 'tools/call', params }), sent);
    const progress = [1, 2].map((of) =>
      rpc({ method: 'notifications/progress', params: { progressToken: 7, progress: of } }),
    );
    line(log, progress);
    assert.equal(log.row(2)?.call, 1);
  });

  it('that answers a batch points at it once', () => {
    const log = newLog();
    line(
      log,
      [1, 2, 3].map((id) => rpc({ id, method: 'roots/list' })),
    );
    line(log, [1, 2, 3].map(answer), sent);
    assert.deepEqual([log.entry(2)?.pairedWith, log.row(2)?.label], [1, 'roots/list']);
    const group = related(log, 2).find(({ kind }) => kind === 'call');
    assert.equal(group?.title, 'Call “roots/list”, id 1');
  });

  it('of requests has its answers know what was asked, and points at none of them itself', () => {
    const log = newLog();
    line(log, [rpc({ id: 1, method: 'roots/list' }), rpc({ id: 2, method: 'elicitation/create' })], { time: 1 });
    line(log, answer(2), { ...sent, time: 3 });
    line(log, [answer(1)], { ...sent, time: 4 });
    assert.deepEqual(pairs(log), [
      [undefined, undefined],
      [1, 2],
      [1, 3],
    ]);
    assert.deepEqual(
      log.entries().map(({ kind, method }) => [kind, method]),
      [
        ['other', undefined],
        ['response', 'elicitation/create'],
        ['response', 'roots/list'],
      ],
    );
    assert.equal(log.row(2)?.mark, undefined);
  });

  it('cancels what a message in it cancels', () => {
    const log = newLog();
    line(log, call(1), sent);
    line(log, [rpc({ method: 'notifications/cancelled', params: { requestId: 1 } })], sent);
    line(log, [answer(1)]);
    assert.deepEqual([log.row(1)?.mark, log.row(3)?.mark], ['unanswered', 'late']);
  });

  it('says nothing of a single request in it that is cancelled', () => {
    const log = newLog();
    line(
      log,
      [1, 2].map((id) => rpc({ id, method: 'roots/list' })),
    );
    line(log, rpc({ method: 'notifications/cancelled', params: { requestId: 1 } }));
    assert.equal(log.row(1)?.mark, undefined);
  });

  it('without a message in it, or that is no JSON, is no message', () => {
    for (const text of ['[]', '[DONE]', '[1,"a",null]', '[[{"jsonrpc":"2.0","id":1,"result":{}}]]']) {
      const log = newLog();
      line(log, call(1), sent);
      log.append(record(text));
      assert.deepEqual([log.entry(2)?.kind, log.row(1)?.isPending], ['other', true], text);
    }
    const whole = JSON.stringify([answer(1), answer(2)]);
    for (const broken of [whole.slice(0, -1), `${whole}]`, whole.replace('},{', '}{'), `${whole.slice(0, -1)},]`]) {
      const log = newLog();
      line(log, call(1), sent);
      log.append(record(broken));
      assert.equal(log.entry(2)?.kind, 'other', broken);
    }
  });

  it('is read to its thousandth message', () => {
    const log = newLog();
    line(log, call('last'), sent);
    line(log, [...Array.from({ length: 999 }, () => hello), answer('last')]);
    line(log, call('beyond'), sent);
    line(log, [...Array.from({ length: 1000 }, () => hello), answer('beyond')]);
    assert.deepEqual([log.entry(1)?.pairedWith, log.entry(3)?.pairedWith], [2, undefined]);
  });

  it('belongs to each call that it answers', () => {
    const log = newLog();
    for (const id of [1, 2]) line(log, call(id), sent);
    line(log, [answer(1), answer(2)]);
    for (const [seq, rows] of [
      [1, [1, 3]],
      [2, [2, 3]],
    ] as const) {
      const group = related(log, seq).find(({ kind }) => kind === 'call');
      assert.deepEqual(
        group?.rows.map((row) => row.seq),
        rows,
      );
    }
  });

  it('counts with what it answers against the budget', () => {
    const log = newLog();
    for (let id = 0; id < 1000; id += 1) line(log, call(id), sent);
    const before = log.byteSize;
    line(log, [answer(0)]);
    const one = log.byteSize - before;
    line(
      log,
      Array.from({ length: 999 }, (_, index) => answer(index + 1)),
    );
    assert.ok(log.byteSize - before - one >= 998 * Float64Array.BYTES_PER_ELEMENT);
  });
});
