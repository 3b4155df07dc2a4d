import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  EVERYTHING,
  FILTER_WORDS,
  type FilterTerm,
  formatFilter,
  hideHealthChecks,
  parseFilter,
} from '../../../src/traffic/filter.ts';
import { FilteredView } from '../../../src/traffic/view.ts';
import { appendCall, comment, event, filterOf, newLog, record, requestHead, responseHead, rpc } from './records.ts';

const term: fc.Arbitrary<FilterTerm> = fc.record(
  {
    word: fc.constantFrom(...FILTER_WORDS),
    value: fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 })),
    negated: fc.boolean(),
  },
  { noNullPrototype: true },
);

describe('parseFilter', () => {
  it('reads words, negation and quotes', () => {
    assert.deepEqual(parseFilter('  server:everything -method:"a \\"b\\" \\\\c"\tMethod:x:y '), {
      ok: true,
      filter: {
        terms: [
          { word: 'server', value: 'everything', negated: false },
          { word: 'method', value: 'a "b" \\c', negated: true },
          { word: 'method', value: 'x:y', negated: false },
        ],
      },
    });
    assert.deepEqual(parseFilter(''), { ok: true, filter: { terms: [] } });
  });

  const wrong: [text: string, position: number, message: RegExp][] = [
    ['hello', 0, /server:SERVER or method:METHOD/],
    ['server:a tools', 9, /not searched/],
    ['server:a tool:x', 9, /“tool:” is not a filter word.*server:SERVER or method:METHOD/],
    ['-', 0, /not searched/],
    [':x', 0, /not searched/],
    ['"quoted"', 0, /not searched/],
    ['server:', 0, /behind server:/],
    ['method:""', 0, /behind method:/],
    ['server:"a', 7, /closing quotation mark is missing/],
    ['server:"a"b', 7, /A space is missing/],
    ['constructor:x', 0, /not a filter word/],
    ['x'.repeat(10_001), 10_000, /longer than/],
    ['server:a '.repeat(101), 900, /more than 100 terms/],
  ];
  for (const [text, position, message] of wrong) {
    it(`refuses ${text.length > 30 ? `${text.length} characters` : text} with a sentence and a position`, () => {
      const result = parseFilter(text);
      assert.ok(!result.ok);
      assert.equal(result.position, position);
      assert.match(result.message, message);
    });
  }

  it('reads back what formatFilter writes', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 20 }), (terms) => {
        assert.deepEqual(parseFilter(formatFilter({ terms })), { ok: true, filter: { terms } });
      }),
    );
  });

  it('never throws, and what it accepts means the same when formatted', () => {
    const pieces = fc.constantFrom('server', 'method', ':', '-', '"', '\\', ' ', '*', 'x', '\n', 'ü');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const result = parseFilter(given);
        if (result.ok) assert.deepEqual(parseFilter(formatFilter(result.filter)), result);
        else assert.ok(result.position >= 0 && result.position <= given.length && result.message !== '');
      }),
    );
  });
});

describe('filtering', () => {
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
    assert.deepEqual(origins('origin:hea'), []);
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
