import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readConfiguration } from '../../../../src/plugins/linkedin/configuration.ts';
import { normalizeCookie } from '../../../../src/plugins/linkedin/cookie.ts';
import { callTimeoutMs, serverDefinition, terminalDefinition } from '../../../../src/plugins/linkedin/flavours.ts';

const listen = '--transport streamable-http --host 127.0.0.1 --port ${port} --path /mcp';

function started(raw: unknown): { words: string; transport: unknown; port: unknown; url: unknown } {
  const { command, serverPath, args = [], transport, port, url } = serverDefinition(readConfiguration(raw), new Set());
  return { words: [command ?? serverPath, ...args].join(' '), transport, port, url };
}

describe('How the server of a LinkedIn flavour is started', () => {
  it('by default', () => {
    assert.deepEqual(started({}), {
      words: `uvx mcp-server-linkedin@latest ${listen}`,
      transport: 'streamable-http',
      port: 'auto',
      url: 'http://127.0.0.1:${port}/mcp',
    });
    const pipes = { transport: 'stdio', port: undefined, url: undefined };
    assert.deepEqual(started({ flavour: 'cookie' }), { words: 'uvx linkedin-scraper-mcp@2.3.7', ...pipes });
    assert.deepEqual(started({ flavour: 'token' }), { words: 'npx -y @horizondatawave/mcp@0.3.0', ...pipes });
  });

  it('at a port of one’s own, where the server can', () => {
    assert.equal(started({ port: 8123 }).port, 8123);
    const { words, transport, port } = started({ flavour: 'cookie', port: 8123 });
    assert.deepEqual([words, transport, port], [`uvx linkedin-scraper-mcp@2.3.7 ${listen}`, 'streamable-http', 8123]);
    assert.deepEqual(started({ flavour: 'token', port: 8123 }).transport, 'stdio');
  });

  it('by another program, which is uvx by another path or the server itself', () => {
    assert.equal(started({ command: '/opt/bin/uvx' }).words, `/opt/bin/uvx mcp-server-linkedin@latest ${listen}`);
    assert.equal(
      started({ command: 'C:\\uv\\uvx.exe', flavour: 'cookie' }).words,
      'C:\\uv\\uvx.exe linkedin-scraper-mcp@2.3.7',
    );
    assert.equal(started({ command: 'mcp-server-linkedin' }).words, `mcp-server-linkedin ${listen}`);
    assert.equal(started({ server_path: '/opt/server.py' }).words, `/opt/server.py ${listen}`);
  });

  it('with arguments of one’s own, and finds out by itself where that answers', () => {
    assert.deepEqual(started({ args: ['mcp-server-linkedin@4.1.0'] }), {
      words: 'uvx mcp-server-linkedin@4.1.0',
      transport: 'stdio',
      port: undefined,
      url: undefined,
    });
    assert.deepEqual(started({ command: 'x', args: ['--port', '${port}'] }), {
      words: 'x --port ${port}',
      transport: undefined,
      port: 'auto',
      url: undefined,
    });
  });

  it('with at least 200 seconds for a call', () => {
    const seconds = [undefined, 1, 199, 200, 201, 900, -1, Number.NaN].map(
      (timeout) => callTimeoutMs(readConfiguration({ timeout })) / 1000,
    );
    assert.deepEqual(seconds, [300, 200, 200, 200, 201, 900, 300, 300]);
  });

  it('only with secrets that are set', () => {
    const configuration = readConfiguration({ flavour: 'token' });
    assert.deepEqual(serverDefinition(configuration, new Set(['cookie'])).env, {});
    assert.deepEqual(serverDefinition(configuration, new Set(['accessToken'])).env, {
      HDW_ACCESS_TOKEN: '${secret:accessToken}',
    });
    assert.deepEqual(terminalDefinition(configuration, 'sign_in'), undefined);
  });

  it('whatever the setting holds', () => {
    for (const raw of [undefined, null, 7, [], { flavour: 7, args: 'x', port: -1, environment: [], command: '' }]) {
      assert.deepEqual(readConfiguration(raw), { flavour: 'browser', environment: {} });
    }
  });
});

describe('A li_at cookie', () => {
  it('is its value, whatever it was pasted with', () => {
    for (const pasted of [
      'AQEDAR-x_1',
      ' AQEDAR-x_1\n',
      'li_at=AQEDAR-x_1',
      'li_at=AQEDAR-x_1;',
      ' "li_at=AQEDAR-x_1" ',
      "li_at='AQEDAR-x_1'",
      'LI_AT = AQEDAR-x_1',
      '“AQEDAR-x_1”',
      'AQEDAR\r\n  -x_1',
      'bcookie="v=2&1"; li_at=AQEDAR-x_1; JSESSIONID="ajax:1"',
      'Cookie: lang=en; li_at=AQEDAR-x_1',
      '"li_at": "AQEDAR-x_1"',
    ]) {
      assert.equal(normalizeCookie(pasted), 'AQEDAR-x_1', pasted);
    }
    for (const empty of ['', ' ', 'li_at=', '""']) assert.equal(normalizeCookie(empty), '');
  });
});
