import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../../src/base/clock.ts';
import { NoteTaker } from '../../../src/traffic/specification/noteTaker.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { event, newLog, record, requestBody, requestHead, responseHead, rpc } from './records.ts';

const MEGABYTE = 1024 * 1024;
const BUDGET = 16 * MEGABYTE;
/** Several times the budget, so that what stays behind of each message is more than what is allowed. */
const TRAFFIC = 72 * MEGABYTE;

describe('The memory of a log whose messages are checked', () => {
  const kinds: readonly [name: string, length: number, append: (log: TrafficLog, id: number, long: string) => void][] =
    [
      [
        'events with ids',
        300_000,
        (log, id, long) => {
          const exchange = log.nextExchange();
          log.append(requestHead('POST /mcp HTTP/1.1\r\ncontent-type: application/json\r\n\r\n', { exchange }));
          log.append(requestBody(rpc({ id, method: 'tools/call', params: { name: 'long' } }), { exchange }));
          log.append(responseHead(200, 'content-type: text/event-stream\r\n', { exchange }));
          const { raw } = event(rpc({ id, result: { long } }));
          log.append(
            record(Buffer.concat([Buffer.from(`id: stream_of_the_call_${id}\n`), raw]), { channel: 'sse', exchange }),
          );
        },
      ],
      ['long methods', 300_000, (log, id, long) => log.append(record(JSON.stringify(rpc({ id, method: long }))))],
      // As long as an id can be to be one.
      ['long ids', 60_000, (log, id, long) => log.append(record(JSON.stringify(rpc({ id: long, method: `a${id}` }))))],
      [
        'long progress tokens',
        300_000,
        (log, id, long) => {
          const params = { _meta: { progressToken: long } };
          log.append(record(JSON.stringify(rpc({ id, method: 'ping', params }))));
        },
      ],
    ];
  for (const [name, length, append] of kinds) {
    it(`is at most 1.5 times its budget: nothing keeps ${name} alive`, async function () {
      this.timeout(60_000);
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const used = (): number => {
        // What the first frees may hold what the second frees.
        collect();
        collect();
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      };
      const log = newLog({ maxBytes: BUDGET });
      const taker = new NoteTaker(log, {
        // Without its pauses.
        clock: { ...systemClock, after: (_ms, task) => systemClock.after(0, task) },
        onFindings: (seq, findings) => log.addNotes(seq, findings),
        onError: (error) => assert.fail(String(error)),
      });
      const take = async (id: number): Promise<void> => {
        append(log, id, `${'x'.repeat(length)}${id}`);
        while (taker.lastChecked < log.lastSeq) await nextTurn();
      };
      // What is loaded, and compiled, for the first message is no traffic.
      await take(0);
      const before = used();
      for (let id = 1; id <= TRAFFIC / length; id += 1) await take(id);
      const held = used() - before;
      assert.ok(held <= 1.5 * BUDGET, `${(held / MEGABYTE).toFixed(1)} MB`);
      taker.dispose();
      log.dispose();
    });
  }
});
