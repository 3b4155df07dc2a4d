import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { CallToolResult } from '../../../../src/api.ts';
import { pageDocument } from '../../../../src/plugins/linkedin/document.ts';
import { askedWaitMs, meaningOf } from '../../../../src/plugins/linkedin/errorTable.ts';
import { readIdentity } from '../../../../src/plugins/linkedin/identity.ts';
import { problemOf } from '../../../../src/plugins/linkedin/problems.ts';
import { isEmptyPage, readResult, sectionErrors } from '../../../../src/plugins/linkedin/results.ts';

/** A result with one text. */
const says = (text: string, more: object = {}): CallToolResult => ({ content: [{ type: 'text', text }], ...more });

describe('What the result of a LinkedIn tool says', () => {
  it('is its structured content, else what its text says as JSON, else its text', () => {
    assert.deepEqual(readResult(says('{"a":1}', { structuredContent: { a: 2 } })), { data: { a: 2 } });
    assert.deepEqual(readResult(says('{"a":1}')), { data: { a: 1 } });
    assert.deepEqual(readResult(says('plain')), { data: 'plain' });
    assert.deepEqual(readResult({ content: [] }), { data: undefined });
  });

  it('is an error wherever one stands', () => {
    const error = { error: 'session_expired', message: 'gone', resolution: 'come back' };
    const told = { code: 'session_expired', text: 'gone come back' };
    for (const result of [
      says('', { structuredContent: error }),
      says('', { structuredContent: { result: error } }),
      says('', { structuredContent: { result: [error] } }),
      says(JSON.stringify(error)),
      says(JSON.stringify([error])),
      says(JSON.stringify(error), { isError: true }),
      says(JSON.stringify(error), { structuredContent: { odd: true } }),
    ]) {
      assert.deepEqual(readResult(result).told, told, JSON.stringify(result));
    }
    assert.deepEqual(readResult(says('{"error":"rate_limit"}')).told, { code: 'rate_limit', text: 'rate_limit' });
    assert.deepEqual(readResult(says('no', { isError: true })).told, { text: 'no' });
  });

  it('is no error because a page speaks of errors', () => {
    for (const page of [
      { name: 'Ada', error: 'one of my books' },
      { sections: { main: 'Session expired. Rate limit. Wait 30 seconds.' } },
      { name: 'Ada', error: null, message: 'Hello' },
      { name: 'Ada', error: { code: 1 }, message: 'Hello' },
      { name: 'Ada', error: '', message: 'Hello' },
      [{ name: 'Ada' }, { error: 'x', message: 'y' }],
    ]) {
      assert.equal(readResult(says(JSON.stringify(page))).told, undefined, JSON.stringify(page));
    }
  });

  it('is empty where all of its fields are', () => {
    const empty = [
      undefined,
      null,
      '',
      [],
      {},
      { url: 'https://www.linkedin.com/in/ada/', sections: {} },
      { sections: { main_profile: ' \n' }, references: { main_profile: [] }, unknown_sections: ['x'] },
      { name: null, about: '', experiences: [], open_to_work: false, linkedin_url: 'https://www.linkedin.com/in/ada/' },
      { result: [{ name: '' }] },
    ];
    for (const data of empty) assert.ok(isEmptyPage(data), JSON.stringify(data));
    const full = [
      'text',
      { name: 'Ada' },
      { sections: { posts: 'x' } },
      { experiences: [{ title: 'x' }] },
      [{ followers: 1 }],
    ];
    for (const data of full) assert.ok(!isEmptyPage(data), JSON.stringify(data));
  });

  it('names the time to wait in milliseconds', () => {
    const times = {
      'Wait 300 seconds': 300_000,
      'wait for 5 s': 5000,
      'wait 2 minutes': 120_000,
      'Wait 1 hour': 3_600_000,
    };
    for (const [text, ms] of Object.entries(times)) assert.equal(askedWaitMs(text), ms, text);
    assert.equal(askedWaitMs('wait 999999 hours'), 86_400_000);
    for (const text of ['wait a moment', 'wait 5 metres', 'wait 5 sections', 'await 5 seconds', ''])
      assert.equal(askedWaitMs(text), undefined, text);
  });

  it('cannot break what looks at it, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (content, structuredContent, isError) => {
        // cast: that is the point, a server sends what it likes
        const result = JSON.parse(JSON.stringify({ content, structuredContent, isError }, plain)) as CallToolResult;
        const { data, told, page } = readResult(result);
        isEmptyPage(data);
        sectionErrors(data);
        assert.match(pageDocument({ slug: 'ada', url: 'https://www.linkedin.com/in/ada/' }, data), /^# /);
        if (told === undefined) return;
        const { message } = problemOf(meaningOf(told) ?? 'unknown', told, {
          flavour: 'cookie',
          ...(page === undefined ? {} : { page }),
        });
        assert.ok(message.length < 1000);
      }),
    );
  });
});

describe('Whom a request names', () => {
  it('is a name fit for an address, or is refused as validation', () => {
    const odd = fc.constantFrom(
      '/',
      '\\',
      '..',
      '%',
      '%2e',
      '?',
      '#',
      '@',
      ':',
      'in/',
      'linkedin.com',
      'https://',
      '\n',
      '\u202e',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 8 }), (parts) => {
        try {
          const { slug, url } = readIdentity('person', { url: parts.join('') });
          assert.match(slug, /^[\p{L}\p{M}\p{N}_-]+$/u);
          const address = new URL(url);
          assert.equal(address.origin, 'https://www.linkedin.com');
          assert.deepEqual(address.pathname.split('/').length, 4);
          assert.equal(address.href, url);
        } catch (error) {
          assert.equal((error as Error).name, 'LinkedInError', String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** What JSON does not know is a text. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
}
