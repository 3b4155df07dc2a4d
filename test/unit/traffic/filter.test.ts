import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FilterTerm, formatValue, parseFilter, type TrafficFilter } from '../../../src/traffic/filter.ts';
import { readDuration, readSize, readTime } from '../../../src/traffic/filterValues.ts';
import { FILTER_WORDS, type FilterWord } from '../../../src/traffic/filterWords.ts';

const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }));

/** Values that a word accepts. */
function valueOf(word: FilterWord): fc.Arbitrary<string> {
  switch (word) {
    case 'is':
      return fc.constantFrom('error', 'pending', 'SLOW', 'late', 'duplicate', 'orphan', 'unanswered', 'failed');
    case 'status':
      return fc.constantFrom('404', '4xx', '5X3', '2*', '*');
    case 'kind':
      return fc.constantFrom('request', 'RESPONSE', 're*', '*');
    case 'channel':
      return fc.constantFrom('sse', 'http-*', 'STDIO');
    case 'direction':
      return fc.constantFrom('sent', 'Received', '*e*');
    case 'origin':
      return fc.constantFrom('user', 'Health', '*');
    case 'larger-than':
      return fc.constantFrom('0', '12', '10kB', '1.5MiB', '3gb');
    case 'slower-than':
      return fc.constantFrom('500ms', '1.5s', '2min', '1h');
    case 'since':
      return fc.constantFrom('10m', '14:05', '9:05:59', '2026-01-31', '2026-01-31T14:05:00.5Z');
    default:
      return text;
  }
}

const term: fc.Arbitrary<FilterTerm> = fc.oneof(
  fc.constantFrom(...FILTER_WORDS).chain((word) => termOf(word, valueOf(word))),
  termOf('text', text),
  termOf('regex', fc.constantFrom('/a/', '/a b/i', '/\\//', '/[/]/'.replace('/]', '\\/]'), '/"x": \\d+/')),
);

function termOf(word: FilterTerm['word'], value: fc.Arbitrary<string>): fc.Arbitrary<FilterTerm> {
  return fc.record({ word: fc.constant(word), value, negated: fc.boolean() }, { noNullPrototype: true });
}

/** The text of a filter as a user may type it. */
function formatFilter({ terms }: TrafficFilter): string {
  const format = ({ word, value }: FilterTerm): string => {
    if (word === 'regex') return value;
    return word === 'text' ? `"${value.replace(/[\\"]/g, '\\$&')}"` : `${word}:${formatValue(value)}`;
  };
  return terms.map((each) => `${each.negated ? '-' : ''}${format(each)}`).join(' ');
}

describe('parseFilter', () => {
  const reads: [text: string, terms: [negated: boolean, word: FilterTerm['word'], value: string][]][] = [
    ['', []],
    [
      '  server:everything -method:"a \\"b\\" \\\\c"\tMethod:x:y ',
      [
        [false, 'server', 'everything'],
        [true, 'method', 'a "b" \\c'],
        [false, 'method', 'x:y'],
      ],
    ],
    [
      'hello -"two words" "a:b"',
      [
        [false, 'text', 'hello'],
        [true, 'text', 'two words'],
        [false, 'text', 'a:b'],
      ],
    ],
    [
      '/a b\\/c/i -/x/',
      [
        [false, 'regex', '/a b\\/c/i'],
        [true, 'regex', '/x/'],
      ],
    ],
    ['{"id":5}', [[false, 'text', '{"id":5}']]],
    [
      '"-x" --x',
      [
        [false, 'text', '-x'],
        [true, 'text', '-x'],
      ],
    ],
    [
      'Larger-Than:10kB SINCE:14:05',
      [
        [false, 'larger-than', '10kB'],
        [false, 'since', '14:05'],
      ],
    ],
  ];
  for (const [words, terms] of reads) {
    it(`reads ${words === '' ? 'nothing' : words}`, () => {
      const expected = terms.map(([negated, word, value]) => ({ word, value, negated }));
      assert.deepEqual(parseFilter(words), { ok: true, filter: { terms: expected } });
    });
  }

  const wrong: [text: string, position: number, message: RegExp][] = [
    ['server:a colour:x', 9, /“colour:” is not a filter word.*server: method: tool:.*quotes/],
    ['-colour:x', 1, /not a filter word/],
    ['constructor:x', 0, /not a filter word/],
    ['-', 0, /what to look for.*"some text".*server:NAME/],
    ['a ""', 2, /what to look for/],
    ['server:', 0, /behind server:/],
    ['method:""', 0, /behind method:/],
    ['server:"a', 7, /closing quotation mark is missing/],
    ['server:"a"b', 10, /A space is missing/],
    ['is:big', 3, /“is:big” is not known.*is:error, is:pending/],
    ['is:*', 3, /“is:\*” is not known/],
    ['channel:http', 8, /“channel:http” is not known.*channel:http-request, channel:http-response/],
    ['kind:call', 5, /“kind:call” is not known/],
    ['-direction:out', 11, /direction:sent, direction:received/],
    ['origin:hea', 7, /origin:health/],
    ['a status:abc', 9, /status:404 or status:5xx/],
    ['larger-than:big', 12, /larger-than:10kB/],
    ['slower-than:500', 12, /slower-than:500ms/],
    ['since:25:00', 6, /since:10m, since:14:05/],
    ['/mcp', 0, /closing \/ is missing.*quotes/],
    ['/mcp/v1', 0, /only i can stand/],
    ['//', 0, /between the two/],
    ['x /(/', 2, /cannot be read/],
    ['/((((a?){1000}){100}){100}){100}/', 0, /takes too long/],
    ['x'.repeat(10_001), 10_000, /longer than/],
    ['server:a '.repeat(101), 900, /more than 100 terms/],
  ];
  for (const [words, position, message] of wrong) {
    it(`refuses ${words.length > 30 ? `${words.length} characters` : words} with a sentence and a position`, () => {
      const result = parseFilter(words);
      assert.ok(!result.ok);
      assert.match(result.message, message);
      assert.equal(result.position, position);
    });
  }

  it('reads back what is typed with every value in quotes that needs them', () => {
    fc.assert(
      fc.property(fc.array(term, { maxLength: 20 }), (terms) => {
        assert.deepEqual(parseFilter(formatFilter({ terms })), { ok: true, filter: { terms } });
      }),
    );
  });

  it('never throws, points into the text, and what it accepts is written the same way from then on', () => {
    const pieces = fc.constantFrom(
      ...FILTER_WORDS,
      ':',
      '-',
      '"',
      '\\',
      ' ',
      '*',
      'x',
      '/',
      '(',
      '5',
      'kB',
      '\n',
      'ü',
      '😀',
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, (given) => {
        const result = parseFilter(given);
        if (!result.ok) {
          assert.ok(result.position >= 0 && result.position <= given.length && result.message !== '');
          return;
        }
        const written = formatFilter(result.filter);
        assert.deepEqual(parseFilter(written), result);
        const again = parseFilter(written);
        assert.ok(again.ok && formatFilter(again.filter) === written);
      }),
      { numRuns: 500 },
    );
  });
});

describe('The values of a filter', () => {
  it('have sizes in decimal and binary units', () => {
    assert.deepEqual(['10', '10B', '1.5kB', '1KiB', '2MB', '1GiB'].map(readSize), [
      10,
      10,
      1500,
      1024,
      2_000_000,
      1024 ** 3,
    ]);
    assert.deepEqual(
      ['', 'kB', '-1', '1e3', '1 kB', '1x'].map(readSize),
      Array.from({ length: 6 }, () => undefined),
    );
  });

  it('have durations with a unit', () => {
    assert.deepEqual(
      ['500ms', '1.5s', '2m', '2min', '1h', '1d'].map(readDuration),
      [500, 1500, 120_000, 120_000, 3_600_000, 86_400_000],
    );
    assert.deepEqual(['500', 's', '1y'].map(readDuration), [undefined, undefined, undefined]);
  });

  it('have times: ago, of the clock, and ISO', () => {
    const now = new Date(2026, 0, 31, 14, 5, 30).getTime();
    assert.equal(readTime('10m', now), now - 600_000);
    assert.equal(readTime('14:05', now), new Date(2026, 0, 31, 14, 5).getTime());
    assert.equal(readTime('14:06', now), new Date(2026, 0, 30, 14, 6).getTime(), 'a time to come is yesterday’s');
    assert.equal(readTime('2026-01-31', now), new Date(2026, 0, 31).getTime());
    assert.equal(readTime('2026-01-31T14:05', now), new Date(2026, 0, 31, 14, 5).getTime());
    assert.equal(readTime('2026-01-31t14:05:00.5z', now), Date.UTC(2026, 0, 31, 14, 5, 0, 500));
    assert.deepEqual(
      ['24:00', '2026-13-01', '2026', 'now'].map((value) => readTime(value, now)),
      [undefined, undefined, undefined, undefined],
    );
  });
});
