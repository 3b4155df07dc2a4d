import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import { parseFilter } from '../../../src/traffic/filter.ts';
import { completeFilter } from '../../../src/traffic/filterCompletion.ts';
import { FILTER_WORDS } from '../../../src/traffic/filterWords.ts';
import { type SeenValues, seenValues } from '../../../src/traffic/seenValues.ts';
import { ManualTiming } from './manualTiming.ts';
import { appendCall, newLog, record } from './records.ts';

const NOTHING = seenValues(newLog());
const SEEN: SeenValues = {
  ...NOTHING,
  server: [
    { value: 'my server', count: 9 },
    { value: 'alpha', count: 2 },
  ],
  method: [
    { value: 'tools/call', count: 7 },
    { value: 'tools/list', count: 3 },
    { value: 'ping', count: 1 },
  ],
  status: [{ value: '404', count: 1 }],
};

/** What is offered at the `|`, and what the first offer makes of the text. */
function complete(marked: string, seen = SEEN): { texts: string[]; first: string | undefined } {
  const position = marked.indexOf('|');
  const text = marked.replace('|', '');
  const offers = completeFilter(text, position, seen);
  const [first] = offers;
  return {
    texts: offers.map((offer) => offer.text),
    first: first && text.slice(0, first.start) + first.text + text.slice(first.end),
  };
}

describe('completeFilter', () => {
  it('offers every word, each with what it means, where nothing is written', () => {
    for (const marked of ['|', 'ping |', '-|']) {
      assert.deepEqual(
        complete(marked).texts,
        FILTER_WORDS.map((word) => `${word}:`),
      );
    }
    assert.ok(completeFilter('', 0, SEEN).every(({ detail }) => detail !== undefined && detail.length > 5));
  });

  const cases: readonly [marked: string, first: string][] = [
    ['met|', 'method:'],
    ['-met|', '-method:'],
    ['ping MET|', 'ping method:'],
    ['method:|', 'method:tools/call'],
    ['method:li|', 'method:tools/list'],
    ['-Method:PI|', '-Method:ping'],
    ['a method:too|ls b', 'a method:tools/call b'],
    ['server:|', 'server:"my server"'],
    ['server:"my s|', 'server:"my server"'],
    ['server:"my s|" x', 'server:"my server" x'],
    ['server:"my s| method:ping', 'server:"my server" method:ping'],
    ['list|', 'method:tools/list'],
    ['pend|', 'is:pending'],
    ['is:d|', 'is:duplicate'],
    ['status:|', 'status:404'],
    ['status:5|', 'status:5xx'],
    ['since:|', 'since:1m'],
    ['/a b/ met|', '/a b/ method:'],
    ['"a b" met|', '"a b" method:'],
  ];
  for (const [marked, first] of cases)
    it(`makes ${first} of ${marked}`, () => assert.equal(complete(marked).first, first));

  it('offers nothing within an expression, within quoted text, or behind a word that it does not know', () => {
    for (const marked of ['/met|', '"met|', 'colour:|', 'id:|', '"a b"|']) {
      assert.deepEqual(complete(marked).texts, [], marked);
    }
  });

  it('has at most 50 offers, and what begins with what is written comes first', () => {
    const method = Array.from({ length: 200 }, (_, index) => ({ value: `x/m${index}`, count: 200 - index }));
    const seen = { ...NOTHING, method: [...method, { value: 'm', count: 1 }] };
    const { texts } = complete('method:m|', seen);
    assert.deepEqual([texts.length, texts[0], texts[1]], [50, 'm', 'x/m0']);
  });

  it('never throws, and what it offers for a value can be parsed', () => {
    const pieces = fc.constantFrom('server', 'method', ':', '-', '"', '\\', ' ', '/', 'x', 'is:', 'status:4');
    const values = fc.array(fc.record({ value: fc.string({ minLength: 1 }), count: fc.nat() }), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(pieces), fc.nat(30), values, (parts, at, server) => {
        const text = parts.join('');
        const offers = completeFilter(text, at, { ...NOTHING, server });
        for (const { start, end } of offers) assert.ok(start >= 0 && start <= end && end <= text.length);
        for (const offer of completeFilter('server:', 7, { ...NOTHING, server })) {
          assert.ok(parseFilter(`server:${offer.text}`).ok, offer.text);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('seenValues', () => {
  it('counts what is in the columns, most frequent first, secrets masked', () => {
    const redactor = new Redactor();
    redactor.add('secret-name');
    const log = newLog({ redactor });
    appendCall(log, 1, 'echo');
    appendCall(log, 2, 'echo');
    appendCall(log, 3, 'secret-name');
    const note = { rule: 'jsonrpc.shape', severity: 'warning', message: 'x' } as const;
    log.append(record('x', { server: 'beta', note }));
    const seen = seenValues(log);
    assert.deepEqual(seen.server, [
      { value: 'alpha', count: 12 },
      { value: 'beta', count: 1 },
    ]);
    assert.deepEqual(seen.tool, [
      { value: 'echo', count: 8 },
      { value: '***********', count: 4 },
    ]);
    assert.deepEqual(seen.status, [{ value: '200', count: 6 }]);
    assert.deepEqual(seen.note, [
      { value: 'jsonrpc.shape', count: 1 },
      { value: 'warning', count: 1 },
    ]);
    assert.deepEqual(
      seen.kind.map(({ value }) => value),
      ['other', 'request', 'response'],
    );
  });

  it('counts again after a second, not before', () => {
    const log = newLog();
    const timing = new ManualTiming();
    log.append(record('x'));
    const first = seenValues(log, timing.clock);
    log.append(record('x'));
    assert.equal(seenValues(log, timing.clock), first);
    timing.clock.after(1000, () => {});
    timing.runAll();
    assert.deepEqual(seenValues(log, timing.clock).server, [{ value: 'alpha', count: 2 }]);
  });
});
