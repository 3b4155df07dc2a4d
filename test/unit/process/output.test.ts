import assert from 'node:assert/strict';

import { cleanText } from '../../../src/process/cleanText.ts';
import { LineSplitter, LONGEST_LINE } from '../../../src/process/lineSplitter.ts';
import { code, fastClock, ManualClock, program, stopAll, subject } from './support.ts';

describe('splitting output into lines', () => {
  const text = 'plain\ncarriage\r\nreturns\r\ré漢🙂\n\nend';
  const lines = ['plain', 'carriage', 'returns', '', 'é漢🙂', '', 'end'];

  it('gives the same lines wherever the stream is cut', () => {
    const bytes = new TextEncoder().encode(text);
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 1) {
        const splitter = new LineSplitter();
        const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        assert.deepEqual([...parts.flatMap((part) => splitter.push(part)), ...splitter.end()], lines);
      }
    }
  });

  it('replaces bytes that are not UTF-8, the cut-off last character included', () => {
    const splitter = new LineSplitter();
    const read = splitter.push(Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0xf0, 0x9f));
    assert.deepEqual([...read, ...splitter.end()], ['a\ufffdb', '\ufffd']);
  });

  it('cuts a line at its limit and says how much is missing', () => {
    const splitter = new LineSplitter();
    const chunk = new Uint8Array(10_000).fill(0x78);
    for (let i = 0; i < 10; i += 1) assert.deepEqual(splitter.push(chunk), []);
    assert.deepEqual(splitter.push(Uint8Array.of(0x0a)), [
      `${'x'.repeat(LONGEST_LINE)}… [${100_000 - LONGEST_LINE} more characters]`,
    ]);
  });
});

describe('cleaning a line', () => {
  const cases: Record<string, [string, string]> = {
    colours: ['\x1b[1;31mred\x1b[0m and \x9b4mline', 'red and line'],
    'cursor movement and erasing': ['a\x1b[2J\x1b[Hb\x1b[?25lc\x1b7d\x1b(Be', 'abcde'],
    'the clipboard (OSC 52)': ['a\x1b]52;c;aGFja2Vk\x07b', 'ab'],
    'a link (OSC 8), leaving its text': ['\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\', 'text'],
    'a window title that never ends': ['a\x1b]0;title', 'a'],
    'device control strings': ['a\x1bP1$r0m\x1b\\b\x90x\x9cc', 'abc'],
    'a sequence cut off at the end': ['a\x1b[12', 'a'],
    'a lone escape': ['a\x1b', 'a'],
    'control characters except the tab': ['a\0\b\tb\x7f\x85', 'a\tb'],
    'bidirectional marks': ['a\u202eb\u2066c\u200fd', 'abcd'],
    'tag characters': ['a\u{e0041}\u{e007f}b', 'ab'],
    'line separators': ['a\u2028b\u2029c', 'abc'],
  };
  for (const [name, [dirty, clean]] of Object.entries(cases)) {
    it(`removes ${name}`, () => assert.equal(cleanText(dirty), clean));
  }

  it('leaves what people write alone', () => {
    const text = 'C:\\[x] é 漢字 🙂 👨‍👩‍👧 עברית';
    assert.equal(cleanText(text), text);
  });
});

describe('the output of a process', () => {
  afterEach(stopAll);

  it('arrives as clean lines of both streams', async () => {
    const {
      process: child,
      exit,
      lines,
    } = subject({
      args: code(String.raw`
        process.stdout.write('\x1b[32mgreen\x1b[0m\r\nno end');
        process.stderr.write('\x1b]52;c;ZXZpbA==\x07copied?\n');`),
    });
    await child.start();
    await exit;
    const of = (stream: string): string[] => lines.filter((line) => line.stream === stream).map(({ text }) => text);
    assert.deepEqual(of('stdout'), ['green', 'no end']);
    assert.deepEqual(of('stderr'), ['copied?']);
  });

  it('survives a line of 10 MB', async () => {
    const {
      process: child,
      exit,
      lines,
    } = subject({
      args: code('process.stdout.write("x".repeat(10_000_000) + "\\nafter\\n")'),
    });
    await child.start();
    await exit;
    assert.deepEqual(
      lines.map(({ text }) => text),
      [`${'x'.repeat(LONGEST_LINE)}… [${10_000_000 - LONGEST_LINE} more characters]`, 'after'],
    );
  });

  it('passes on a thousand lines of a second, counts the others, and remembers the last', async () => {
    const clock = new ManualClock();
    const {
      process: child,
      line,
      lines,
    } = subject({
      args: code(
        'let s = ""; for (let i = 1; i <= 2500; i += 1) s += `line ${i}\\n`; console.log(s + "up"); setInterval(() => {}, 1e9)',
      ),
      clock,
    });
    await child.start();
    assert(child.state.kind === 'running');
    const { pid } = child.state;
    try {
      while (child.lastOutput(1)[0] !== 'up') await new Promise(setImmediate);
      assert.equal(lines.length, 1000);
      clock.advance(1000);
      const notice = await line(({ text }) => text.startsWith('['));
      assert.equal(notice, '[1501 lines left out: more than 1000 in a second]');
      assert.equal(lines.length, 1001);
      assert.deepEqual(child.lastOutput(1), ['up']);
    } finally {
      // The stop ladder would wait for this clock.
      process.kill(pid, 'SIGKILL');
    }
  });

  it('gives both streams of a process one budget', async () => {
    const clock = new ManualClock();
    const { process: child, lines } = subject({
      args: code(`
        const lines = (name, count) => Array.from({ length: count }, (_, i) => name + ' ' + i + '\\n').join('');
        process.stdout.write(lines('out', 800) + 'out end\\n', () =>
          process.stderr.write(lines('err', 800) + 'err end\\n'));
        setInterval(() => {}, 1e9);`),
      clock,
    });
    await child.start();
    assert(child.state.kind === 'running');
    const { pid } = child.state;
    try {
      const remembered = (): readonly string[] => child.lastOutput(Infinity);
      while (!remembered().includes('out end') || !remembered().includes('err end')) await new Promise(setImmediate);
      assert.equal(lines.length, 1000);
      clock.advance(1000);
      const notice = '[602 lines left out: more than 1000 in a second]';
      assert.deepEqual(lines.slice(1000), [{ stream: lines.at(-1)?.stream, text: notice }]);
    } finally {
      // The stop ladder would wait for this clock.
      process.kill(pid, 'SIGKILL');
    }
  });

  it('has a new budget in the next second', async () => {
    const clock = new ManualClock();
    const { process: child, lines } = subject({
      args: code(`
        process.stdin.on('data', (name) => console.error(Array.from({ length: 600 }, (_, i) => name + i).join('\\n')));`),
      stdio: 'pipes',
      clock,
    });
    await child.start();
    assert(child.state.kind === 'running');
    const { pid } = child.state;
    try {
      for (const name of ['first ', 'second ']) {
        child.pipes?.stdin.write(name);
        while (child.lastOutput(1)[0] !== `${name}599`) await new Promise(setImmediate);
        clock.advance(1000);
      }
      assert.equal(lines.length, 1200);
      assert.equal(lines.at(-1)?.text, 'second 599');
    } finally {
      // The stop ladder would wait for this clock.
      process.kill(pid, 'SIGKILL');
    }
  });

  it('remembers the last words of a flood', async () => {
    const { process: child, exit } = subject({
      args: code(
        'for (let i = 0; i < 250_000; i += 1) s = (globalThis.s ?? "") + `${i}\\n`; console.log(s + "last words")',
      ),
      clock: fastClock,
    });
    await child.start();
    await exit;
    assert.deepEqual(child.lastOutput(2), ['249999', 'last words']);
  });

  it('stays bounded when a process prints for ever, and stops it', async () => {
    const { process: child, line, lines, exit } = subject({ args: program('flood') });
    await child.start();
    await line(({ text }) => text.includes('left out'));
    const shown = lines.findIndex(({ text }) => text.includes('left out'));
    assert(shown <= 1000, `${shown} lines`);
    await child.stop();
    assert.equal((await exit).kind, 'signal');
    assert(child.lastOutput(Infinity).join('').length <= 1024 * 1024);
  });
});
