import assert from 'node:assert/strict';
import { closest, parseDefinition } from '../../../src/servers/definition.ts';
import { resolveLimits } from '../../../src/servers/limits.ts';

describe('A definition', () => {
  it('is taken as written when it is right', () => {
    const definition = {
      command: 'node',
      args: ['server.js'],
      port: 'auto',
      headers: { a: 'b' },
      health: { intervalSeconds: 5 },
    };
    assert.deepEqual(parseDefinition('x', definition), definition);
  });

  const wrong: [title: string, raw: unknown, message: RegExp][] = [
    ['is no object', 'node server.js', /expected object/i],
    ['has neither command nor url', {}, /"command".*"url"/],
    ['misspells a key', { comand: 'node' }, /"comand" is not a key of a server; did you mean "command"\?/],
    ['has a key that resembles nothing', { command: 'x', qqqqqq: 1 }, /"qqqqqq" is not a key of a server/],
    ['has a port out of range', { command: 'x', port: 70_000 }, /"port"/],
    ['has arguments that are no list', { command: 'x', args: 'a b' }, /"args"/],
    ['has an environment of numbers', { command: 'x', env: { A: 1 } }, /"env\.A"/],
    ['has both spellings of the environment', { command: 'x', env: {}, environment: {} }, /"env" and "environment"/],
    ['has command and serverPath', { command: 'x', serverPath: 'y' }, /exclude each other/],
    [
      'attaches and names a port',
      { url: 'http://127.0.0.1:1/', port: 1 },
      /"port" belongs to servers that are started/,
    ],
    [
      'wants a port for stdio',
      { command: 'x', transport: 'stdio', port: 1 },
      /"port" has no use with "transport": "stdio"/,
    ],
    ['wants a url for stdio', { command: 'x', transport: 'stdio', url: 'http://x/' }, /"url" has no use/],
    ['wants stdio without a command', { url: 'http://x/', transport: 'stdio' }, /needs a "command"/],
  ];
  for (const [title, raw, message] of wrong) {
    it(`that ${title} is a config error naming the key`, () => {
      assert.throws(() => parseDefinition('mine', raw), { kind: 'config', server: 'mine', message });
    });
  }

  it('that is wrong all over is told in a few words', () => {
    const raw = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, 'x'.repeat(100)]));
    assert.throws(
      () => parseDefinition('x', { ...raw, port: 'x', args: 1, env: 2 }),
      (error: Error) => error.message.length < 1000,
    );
  });

  it('gets a suggestion only for words that are close', () => {
    assert.equal(closest('CWDD', ['cwd', 'env']), 'cwd');
    assert.equal(closest('completely', ['cwd', 'env']), undefined);
  });
});

describe('Limits', () => {
  it('come from the definition, else the setting, else the environment, else the default', () => {
    const env = { EXTERNAL_MCP_TIMEOUT: '7' };
    assert.equal(resolveLimits({ timeout: 5 }, { timeout: 6 }, env).timeoutMs, 5000);
    assert.equal(resolveLimits({}, { timeout: 6 }, env).timeoutMs, 6000);
    assert.equal(resolveLimits({}, {}, env).timeoutMs, 7000);
    assert.equal(resolveLimits({}, {}, {}).timeoutMs, 300_000);
  });

  it('ignore an environment variable that is no positive number', () => {
    for (const value of ['', ' ', 'soon', '-1', '0', 'Infinity']) {
      assert.equal(resolveLimits({}, {}, { EXTERNAL_MCP_TIMEOUT: value }).timeoutMs, 300_000);
    }
  });

  it('have the contract’s defaults for start and message size', () => {
    const limits = resolveLimits({}, {}, {});
    assert.equal(limits.startupTimeoutMs, 30_000);
    assert.equal(limits.maxMessageBytes, 16 * 1024 * 1024);
  });
});
