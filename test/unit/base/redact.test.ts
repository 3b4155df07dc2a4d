import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactingLog } from '../../../src/base/log.ts';
import { Redactor } from '../../../src/base/redact.ts';

function redactorFor(...values: string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

describe('redactor', () => {
  it('masks a value wherever it stands, without changing the length', () => {
    const redactor = redactorFor('s3cret');
    assert.equal(redactor.text('a s3cret, Bearer s3crets3cret.'), 'a ******, Bearer ************.');
    assert.equal(redactor.text('nothing here'), 'nothing here');
  });

  it('finds every spelling of a value', () => {
    const value = 'p"ä/ss +w?rd\\~>';
    const redactor = redactorFor(value);
    const base64 = Buffer.from(value).toString('base64');
    const spellings = [
      value,
      encodeURIComponent(value),
      new URLSearchParams({ '': value }).toString().slice(1).replaceAll('%7E', '~'),
      base64,
      base64.replaceAll('=', ''),
      Buffer.from(value).toString('base64url'),
      JSON.stringify(value).slice(1, -1),
      String.raw`p\"\u00e4/ss +w?rd\\~>`,
    ];
    for (const spelling of spellings) {
      assert.equal(redactor.text(`<${spelling}>`), `<${'*'.repeat(spelling.length)}>`, spelling);
    }
  });

  it('finds a value whose plain letters are escaped, in HTML, in hexadecimal digits and in base64 that is broken into lines', () => {
    const redactor = redactorFor('s3cret&ä', "it's <mine>", 'a\\word');
    const cases: [before: string, spelled: string, behind: string][] = [
      ['a ', '%733cret%26%C3%A4', ' b'],
      ['a ', 's%33c%72et&ä', ' b'],
      ['"', String.raw`\\u00733cret&ä`, '"'],
      ['"', String.raw`a\\\u0077\u006frd`, '"'],
      ['<p>', 's3cret&amp;ä', '</p>'],
      ['', '&#115;3cret&#x26;&#228;', ''],
      ['', 'it&apos;s &lt;mine&gt;', ' &lt;b&gt;'],
      ['733363726574', '', '2'],
      ['x', '73336372657426C3a4', 'x'],
      ['%73afe and &#115;afe &amp; %2B', '', ''],
    ];
    for (const [before, spelled, behind] of cases) {
      const text = before + spelled + behind;
      assert.equal(redactor.text(text), before + '*'.repeat(spelled.length) + behind);
      const masked = before + '*'.repeat(Buffer.byteLength(spelled)) + behind;
      assert.equal(Buffer.from(redactor.bytes(Buffer.from(text))).toString(), masked);
    }
    const base64 = Buffer.from(`${'x'.repeat(50)}s3cret&ä${'y'.repeat(100)}`).toString('base64');
    const mime = base64.replace(/.{76}/g, '$&\r\n');
    const masked = redactor.text(mime);
    assert.equal(masked.length, mime.length);
    assert.ok(masked.startsWith(mime.slice(0, 66)) && masked.endsWith(mime.slice(80)) && /\*{12}/.test(masked));
  });

  it('agrees with what each character is escaped to, whatever the others are', () => {
    const value = 'aZ9&"\\/ü😀%41_.';
    const redactor = redactorFor(value);
    const url = (character: string): string =>
      Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const json = (character: string): string =>
      Array.from({ length: character.length }, (_, unit) => {
        return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`;
      }).join('');
    const html = (character: string): string => `&#${character.codePointAt(0)};`;
    for (const way of [url, json, html]) {
      fc.assert(
        fc.property(fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }), (escapes) => {
          const text = Array.from(value, (character, index) => {
            // A backslash or percent sign that stands for itself is not found beside others that do not, as nobody writes that.
            const mustBe = way === html ? false : '%\\"'.includes(character);
            return mustBe || escapes[index] === true ? way(character) : character;
          }).join('');
          const masked = '*'.repeat(text.length);
          assert.equal(redactor.text(`<${text}>`), `<${masked}>`);
        }),
      );
    }
  });

  it('takes the longer of two values that begin alike', () => {
    assert.equal(redactorFor('token', 'token-of-mine').text('token-of-mine token'), '************* *****');
  });

  it('takes a value literally, not as a regular expression', () => {
    const redactor = redactorFor('a.b*(c)[$]');
    assert.equal(redactor.text('a.b*(c)[$] aXbb'), '********** aXbb');
  });

  it('ignores values that are too short to be secrets', () => {
    assert.equal(redactorFor('', 'abc').text('abc abc'), 'abc abc');
  });

  it('takes a value that is no well-formed text', () => {
    assert.equal(redactorFor('key\ud800').text('<key\ud800>'), '<****>');
  });

  it('masks bytes one by one, also where a character has several', () => {
    const redactor = redactorFor('schlüssel👩');
    const text = 'ä schlüssel👩 ä';
    const masked = redactor.bytes(Buffer.from(text));
    assert.equal(Buffer.from(masked).toString(), `ä ${'*'.repeat(Buffer.byteLength('schlüssel👩'))} ä`);
    assert.equal(masked.length, Buffer.byteLength(text));
  });

  it('leaves bytes that are no text as they are, and hands back the same ones when there is nothing to mask', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    assert.equal(redactorFor('secret').bytes(bytes), bytes);
    assert.equal(new Redactor().bytes(bytes), bytes);
    const mixed = Buffer.concat([bytes, Buffer.from('secret'), bytes]);
    const expected = Buffer.concat([bytes, Buffer.from('******'), bytes]);
    assert.deepEqual(Buffer.from(redactorFor('secret').bytes(mixed)), expected);
  });

  it('masks strings and keys deep in JSON, and keeps a key called __proto__ a key', () => {
    const value: unknown = JSON.parse('{"a":["x secret",1,null,true],"secret":{"__proto__":"secret"}}');
    const masked = redactorFor('secret').json(value);
    assert.equal(JSON.stringify(masked), '{"a":["x ******",1,null,true],"******":{"__proto__":"******"}}');
    assert.equal(JSON.stringify(value), '{"a":["x secret",1,null,true],"secret":{"__proto__":"secret"}}');
  });

  it('forgets a value when all who gave it have', () => {
    const redactor = new Redactor();
    const forgetFirst = redactor.add('secret');
    const forgetSecond = redactor.add('secret');
    forgetFirst();
    forgetFirst();
    assert.equal(redactor.text('secret'), '******');
    forgetSecond();
    assert.equal(redactor.text('secret'), 'secret');
    assert.equal(redactor.add('later')(), undefined);
  });

  describe('patterns', () => {
    it('take * for characters without spaces', () => {
      const redactor = new Redactor();
      const forget = redactor.addPatterns(['sk-live-*', 'key=*;', '*@corp']);
      assert.equal(redactor.text('x sk-live-42ä! y'), 'x ************ y');
      assert.equal(redactor.text('key=abc;key=d;e'), '**************e');
      assert.equal(redactor.text('key=a b;'), 'key=a b;');
      assert.equal(redactor.text('to me@corp.'), 'to *******.');
      forget();
      assert.equal(redactor.text('sk-live-42'), 'sk-live-42');
    });

    it('find the same in bytes, whatever letters they and the text have', () => {
      const redactor = new Redactor();
      redactor.addPatterns(['schlüssel-*']);
      const text = 'ä schlüssel-à-👩 ä';
      const found = Buffer.byteLength('schlüssel-à-👩');
      assert.equal(Buffer.from(redactor.bytes(Buffer.from(text))).toString(), `ä ${'*'.repeat(found)} ä`);
      assert.equal(redactor.text(text), `ä ${'*'.repeat('schlüssel-à-👩'.length)} ä`);
    });

    it('of less than four characters, or three beside an asterisk, are ignored', () => {
      const redactor = new Redactor();
      redactor.addPatterns(['*', 'a*b', 'cde', 'sk-*']);
      assert.equal(redactor.text('a1b cde sk-1'), 'a1b cde ****');
    });

    it('end at the end of a JSON text, not of the message', () => {
      const redactor = new Redactor();
      redactor.addPatterns(['sk-*']);
      assert.equal(redactor.text('{"a":"sk-12","b":"c"}'), '{"a":"*****","b":"c"}');
      assert.equal(redactor.text('"{\\"a\\":\\"sk-12\\",1}"'), '"{\\"a\\":\\"*****\\",1}"');
    });

    it('end in bounded time, whatever the text', () => {
      const redactor = new Redactor();
      redactor.addPatterns(['aa*bb*cc*dd', '*aaab']);
      // Trying each run at every length would take years.
      assert.equal(redactor.text('a'.repeat(100_000)).length, 100_000);
    });
  });

  describe('ends in bounded time', () => {
    it('where backslashes stand before what may be escaped, and the end of the value does not come', () => {
      const redactor = redactorFor(`${'\\"'.repeat(30)}end`);
      const text = `${'\\'.repeat(8)}"`.repeat(30);
      // To share out each run of backslashes in every way would take 8 ** 30 steps.
      assert.equal(redactor.text(text), text);
      assert.equal(redactor.text(`${'\\\\\\"'.repeat(30)}end`), '*'.repeat(123));
    });

    for (const token of [
      '%73',
      '%',
      '\\',
      '\\u0073',
      '&',
      '&amp;',
      '&#115;',
      '&#',
      '\n',
      'A',
      `${'A'.repeat(76)}\r\n`,
      '\\n',
    ]) {
      it(`on a megabyte of ${JSON.stringify(token).slice(0, 20)}`, () => {
        const redactor = redactorFor('a%73"\\&amp;\\n', 'ssssssss\\u0073t', 'AAAA');
        const text = token.repeat(Math.ceil(1_000_000 / token.length));
        assert.equal(redactor.text(text).length, text.length);
      });
    }
  });

  it('keeps secrets out of a log', () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const log = redactingLog({ debug: write, info: write, warn: write, error: write }, redactorFor('secret'));
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level](`${level} secret`);
    assert.deepEqual(lines, ['debug ******', 'info ******', 'warn ******', 'error ******']);
  });
});
