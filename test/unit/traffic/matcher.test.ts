import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import { EVERYTHING, hideHealthChecks } from '../../../src/traffic/filter.ts';
import { overview } from '../../../src/traffic/overview.ts';
import type { RowTest } from '../../../src/traffic/segments.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { FilteredView } from '../../../src/traffic/view.ts';
import {
  appendCall,
  comment,
  event,
  filterOf,
  newLog,
  record,
  requestBody,
  requestHead,
  responseHead,
  rpc,
} from './records.ts';

function numbers(log: TrafficLog, words: string): number[] {
  return log.entries(filterOf(words)).map(({ seq }) => seq);
}

describe('A filter', () => {
  function matching(words: string): number[] {
    const log = newLog();
    appendCall(log, 1);
    log.append(record(JSON.stringify(rpc({ id: 2, method: 'tools/list' })), { server: 'Beta two', direction: 'sent' }));
    log.append(event(rpc({ method: 'notifications/message' }), { server: 'alphabet' }));
    log.append(record('plain', { server: 'beta two' }));
    return log.entries(filterOf(words)).map((entry) => entry.seq);
  }

  it('compares servers whole and methods by part, without regard to case', () => {
    assert.deepEqual(matching('server:ALPHA'), [1, 2, 3, 4]);
    assert.deepEqual(matching('server:"beta two"'), [5, 7]);
    assert.deepEqual(matching('method:TOOLS'), [1, 2, 3, 4, 5]);
    assert.deepEqual(matching('method:list'), [5]);
  });

  it('compares a method whole behind an equals sign, since one may be part of another', () => {
    assert.deepEqual(matching('method:=notifications/message'), [6]);
    assert.deepEqual(matching('method:=LIST'), []);
    assert.deepEqual(matching('method:=tools/*'), [1, 2, 3, 4, 5]);
  });

  it('wants every term to hold, and lets rows without a method pass a negation only', () => {
    assert.deepEqual(matching('method:tools -server:alpha'), [5]);
    assert.deepEqual(matching('-method:tools'), [6, 7]);
    assert.deepEqual(matching('server:alpha server:beta'), []);
  });

  it('takes * for any text', () => {
    assert.deepEqual(matching('server:alpha*'), [1, 2, 3, 4, 6]);
    assert.deepEqual(matching('server:*t*'), [5, 6, 7]);
    assert.deepEqual(matching('server:a*a'), [1, 2, 3, 4]);
    assert.deepEqual(matching('method:not*mess'), [6]);
    assert.deepEqual(matching('method:*'), [1, 2, 3, 4, 5, 6]);
  });

  it('compares origins whole, without regard to case', () => {
    const log = newLog();
    for (const origin of ['user', 'api', 'plugin', 'health', 'internal'] as const) log.append(record('x', { origin }));
    const origins = (words: string): string[] => log.entries(filterOf(words)).map(({ origin }) => origin);
    assert.deepEqual(origins('origin:Health'), ['health']);
    assert.deepEqual(origins('-origin:health -origin:internal'), ['user', 'api', 'plugin']);
    assert.deepEqual(origins('origin:*p*'), ['api', 'plugin']);
  });

  it('agrees with the regular expression that a pattern stands for', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''));
    const name = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(letters, name, (pattern, server) => {
        const log = newLog();
        log.append(record('x', { server }));
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(server);
        assert.equal(log.entries(filterOf(`server:"${pattern}"`)).length, expected ? 1 : 0);
        log.dispose();
      }),
    );
  });
});

describe('hideHealthChecks', () => {
  const cases: readonly [words: string, shown: readonly string[]][] = [
    ['', ['user']],
    ['method:ping', ['user']],
    ['-origin:internal', ['user']],
    ['-origin:health', ['user']],
    ['origin:health', ['health']],
    ['method:ping origin:health', ['health']],
    ['origin:*', ['user', 'health']],
    ['origin:user', ['user']],
  ];
  for (const [words, shown] of cases) {
    it(`leaves ${shown.join(' and ')} of ${words === '' ? 'no filter' : words}`, () => {
      const log = newLog();
      for (const origin of ['user', 'health'] as const) {
        log.append(record(JSON.stringify(rpc({ id: origin, method: 'ping' })), { origin, direction: 'sent' }));
      }
      const entries = log.entries(hideHealthChecks(filterOf(words)));
      assert.deepEqual(
        entries.map(({ origin }) => origin),
        shown,
      );
    });
  }

  it('hides heads, comments and bodies of a check too, and all of them are in the log', () => {
    const log = newLog();
    const extra = { exchange: log.nextExchange(), origin: 'health' as const };
    log.append(requestHead('GET /health\r\n\r\n', extra));
    log.append(responseHead(503, 'content-type: text/event-stream\r\n', extra));
    log.append(comment('waiting', extra));
    log.append(event(rpc({ id: 1, result: {} }), extra));
    const view = new FilteredView(log, { filter: hideHealthChecks(EVERYTHING), heads: true });
    assert.deepEqual([view.total, log.entries().length], [0, 4]);
  });
});

describe('The words of a filter', () => {
  /** A call over HTTP (1 to 4), a call over stdio that fails after 2 s (5, 6), a notification (7), a request nobody answers (8), an orphan (9). */
  function conversation(): TrafficLog {
    const log = newLog();
    appendCall(log, 1, 'echo', Date.now());
    const stdio = { server: 'beta', sessionId: 'abc-123' };
    const time = Date.now() - 3_600_000;
    const call = rpc({ id: 'x-2', method: 'tools/call', params: { name: 'Grep' } });
    log.append(record(JSON.stringify(call), { ...stdio, direction: 'sent', time }));
    log.append(
      record(JSON.stringify(rpc({ id: 'x-2', error: { code: 1, message: 'no' } })), { ...stdio, time: time + 2000 }),
    );
    log.append(record(JSON.stringify(rpc({ method: 'notifications/message' })), { ...stdio, time }));
    log.append(
      record(JSON.stringify(rpc({ id: 77, method: 'ping' })), { ...stdio, time, direction: 'sent', origin: 'health' }),
    );
    const note = { rule: 'jsonrpc.unknownId', severity: 'warning', message: 'nobody asked' } as const;
    log.append(record(JSON.stringify(rpc({ id: 99, result: {} })), { ...stdio, time, note }));
    return log;
  }

  const cases: readonly [words: string, found: readonly number[]][] = [
    ['server:BETA', [5, 6, 7, 8, 9]],
    ['tool:gre', [5, 6]],
    ['tool:echo', [1, 2, 3, 4]],
    ['session:abc', [5, 6, 7, 8, 9]],
    ['kind:error', [6]],
    ['kind:re*', [2, 4, 5, 8, 9]],
    ['channel:stdio', [5, 6, 7, 8, 9]],
    ['channel:http*', [1, 2, 3]],
    ['direction:sent', [1, 2, 5, 8]],
    ['origin:health', [8]],
    ['status:200', [3, 4]],
    ['status:2xx', [3, 4]],
    ['status:4xx', []],
    ['-status:*', [1, 2, 5, 6, 7, 8, 9]],
    ['id:x-2', [5, 6]],
    ['id:X*', [5, 6]],
    ['id:77', [8]],
    ['id:7', []],
    ['id:#7', [7]],
    ['is:error', [6]],
    ['is:pending', [8]],
    ['is:slow', [5, 6]],
    ['is:orphan', [9]],
    ['-is:orphan server:beta', [5, 6, 7, 8]],
    ['slower-than:1999ms', [5, 6]],
    ['slower-than:2s', []],
    ['larger-than:30B kind:other', []],
    ['larger-than:70 channel:stdio', [5]],
    ['since:10m', [1, 2, 3, 4]],
    ['-since:10m', [5, 6, 7, 8, 9]],
    ['note:jsonrpc.*', [9]],
    ['note:warning', [9]],
    ['note:error', []],
    ['note:jsonrpc', []],
  ];
  for (const [words, found] of cases) {
    it(`${words} finds ${found.length === 0 ? 'nothing' : found.join(', ')}`, () => {
      assert.deepEqual(numbers(conversation(), words), found);
    });
  }

  it('see a status of failure as an error, whatever the body is', () => {
    const log = newLog();
    log.append(responseHead(503, '', { exchange: 1 }));
    log.append(record('busy', { channel: 'http-response', exchange: 1, status: 503 }));
    log.append(responseHead(302, '', { exchange: 2 }));
    assert.deepEqual(numbers(log, 'is:error'), [1, 2]);
  });

  it('count an exchange that broke as an error, as the overview does', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 5, method: 'tools/list' }), { exchange: 1 }));
    log.append(record('reset', { channel: 'http-response', direction: 'internal', exchange: 1 }));
    assert.deepEqual(numbers(log, 'is:error'), [2]);
    const every = (): RowTest => () => true;
    assert.deepEqual(overview(log, 1, every)?.errors, [1]);
  });
});

describe('Free text', () => {
  it('is looked for in bodies, heads and labels, without regard to case', () => {
    const log = newLog();
    log.append(requestHead('GET /mcp\r\nAccept: text/EVENT-stream\r\n\r\n', { exchange: 1 }));
    log.append(responseHead(200, 'content-type: text/event-stream\r\n', { exchange: 1 }));
    log.append(event(rpc({ id: 1, result: { text: 'Grüße, ΩMEGA 😀' } })));
    log.append(requestBody(rpc({ id: 5, method: 'tools/list' }), { exchange: 2 }));
    log.append(event(rpc({ id: 5, result: {} }), { exchange: 2 }));
    const found: readonly [words: string, seqs: readonly number[]][] = [
      ['event-stream', [1, 2]],
      ['"200 TEXT/event-stream"', [2]],
      ['GRÜSSE', []],
      ['GRÜßE', [3]],
      ['ωmega', [3]],
      ['😀', [3]],
      ['tools/list', [4, 5]],
      ['"\\"id\\":5"', [4, 5]],
      ['result -grü', [5]],
      ['-mcp -jsonrpc', [2]],
    ];
    for (const [words, seqs] of found) {
      assert.deepEqual(numbers(log, words), seqs, words);
    }
  });

  it('agrees with a search in the decoded text', () => {
    const alphabet = fc.constantFrom('a', 'A', 'b', 'ä', 'Ä', 'Ω', 'ω', '.', '\\', '😀', ' ');
    const word = fc.array(alphabet, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const body = fc.array(alphabet, { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(word, body, (sought, given) => {
        const log = newLog();
        log.append(record(given));
        const term = { word: 'text', value: sought, negated: false } as const;
        const expected = given.toLowerCase().includes(sought.toLowerCase());
        assert.equal(log.entries({ terms: [term] }).length === 1, expected);
        log.dispose();
      }),
    );
  });

  it('finds nothing that is masked, and all that is beside it', () => {
    const redactor = new Redactor();
    redactor.add('hunter2-secret');
    const log = newLog({ redactor });
    log.append(record('token=hunter2-secret; and more'));
    log.append(record('hunter2 alone, then hunter2-secret'));
    log.append(requestHead('GET /mcp\r\nauthorization: Bearer abcdefgh\r\n\r\n', { exchange: 1 }));
    log.append(record(JSON.stringify(rpc({ method: 'x/hunter2-secret' }))));
    assert.deepEqual(numbers(log, 'hunter2-secret'), []);
    assert.deepEqual(numbers(log, 'hunter2'), [2]);
    assert.deepEqual(numbers(log, 'token'), [1]);
    assert.deepEqual(numbers(log, 'abcdefgh'), []);
    assert.deepEqual(numbers(log, 'authorization'), [3]);
    assert.deepEqual(numbers(log, 'method:hunter2'), []);
    assert.deepEqual(numbers(log, 'method:x/'), [4]);
  });

  it('finds what begins within a find that a secret has a part in', () => {
    const redactor = new Redactor();
    redactor.add('zzab');
    const log = newLog({ redactor });
    log.append(record('zzababab'));
    log.append(record('zzabab'));
    assert.deepEqual(numbers(log, 'abab'), [1]);
  });

  it('finds what is behind a secret that is cut by the part that is looked at', () => {
    const redactor = new Redactor();
    redactor.add('s'.repeat(100));
    const log = newLog({ redactor });
    log.append(record(`${'s'.repeat(100)}${'x'.repeat(40_000)}end`));
    assert.deepEqual(numbers(log, 'xend'), [1]);
    assert.deepEqual(numbers(log, 'sss'), []);
  });
});

describe('Expressions', () => {
  it('are looked for line by line, with i without regard to case', () => {
    const log = newLog();
    log.append(event(rpc({ id: 12, result: {} })));
    log.append(comment('Ping 12'));
    assert.deepEqual(numbers(log, '/"id":\\d+/'), [1]);
    assert.deepEqual(numbers(log, '/^data: /'), [1]);
    assert.deepEqual(numbers(log, '/ping/'), []);
    assert.deepEqual(numbers(log, '/PING \\d\\d/i'), [2]);
    assert.deepEqual(numbers(log, '-/12/'), []);
  });

  it('do not tell a secret by another branch that always matches', () => {
    const redactor = new Redactor();
    redactor.add('hunter2-secret');
    const log = newLog({ redactor });
    log.append(record('token=hunter2-secret'));
    assert.deepEqual(numbers(log, '/hunter2/'), []);
    assert.equal(numbers(log, '/hunter2|\\*{4}/').length, numbers(log, '/hunter3|\\*{4}/').length);
  });
});
