import assert from 'node:assert/strict';
import { ListAnswers } from '../../../src/ui/inspector/listAnswers.ts';
import { exportJsonl } from '../../../src/traffic/exchangeFiles/jsonl.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { newLog, record, rpc } from '../traffic/records.ts';

const bare = { type: 'filter', text: '', heads: false, health: false } as const;

describe('What a list of traffic is narrowed down to', () => {
  let log: TrafficLog;
  let list: ListAnswers;
  beforeEach(() => {
    log = newLog();
    for (const server of ['alpha', 'beta'])
      for (const time of [1000, 2000, 3000])
        for (const origin of ['user', 'health'] as const)
          log.append(record(JSON.stringify(rpc({ method: 'ping' })), { server, time, origin, direction: 'sent' }));
    list = new ListAnswers(log);
  });
  afterEach(() => list.dispose());

  it('is nothing while only health checks are hidden', () => {
    list.filter(bare);
    assert.equal(list.narrowed, undefined);
  });

  it('is exported as it is shown: of a server, a time and a filter, without health checks', async () => {
    for (const narrowed of [
      { ...bare, text: 'method:ping' },
      { ...bare, server: 'beta' },
      { ...bare, from: 2000 },
      { ...bare, to: 1500, health: true },
      { ...bare, server: 'alpha', from: 2000, to: 2500, text: '-kind:error' },
    ]) {
      const { total } = list.filter(narrowed);
      assert.ok(list.narrowed !== undefined && total > 0 && total < log.lastSeq);
      let text = '';
      for await (const piece of exportJsonl(log, { redactor: log.redactor, ...list.narrowed })) text += piece;
      assert.equal(text.trim().split('\n').length - 1, total, JSON.stringify(narrowed));
    }
  });

  it('narrows the statistics down by its time alone, so that they still tell of all servers and methods', () => {
    list.filter({ ...bare, from: 2000, server: 'beta', text: 'nothing' });
    assert.deepEqual(
      list.statistics().methods.map(({ server, count }) => [server, count]),
      [
        ['alpha', 4],
        ['beta', 4],
      ],
    );
  });
});
