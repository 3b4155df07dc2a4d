import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src/base/redact.ts';
import { headsOf, newLog, record, requestHead, rpc, text } from './records.ts';

const SECRET = 'sk-live/9f"2 ü+7=';

describe('what leaves the log', () => {
  it('has no registered secret in any field, and every length is what it was', () => {
    const redactor = new Redactor();
    redactor.add(SECRET);
    const log = newLog({ redactor });
    const exchange = log.nextExchange();
    const body = rpc({ id: SECRET, method: `x${SECRET}`, params: { url: encodeURIComponent(SECRET) } });
    const call = rpc({ id: 1, method: 'tools/call', params: { name: SECRET } });
    const extra = {
      server: SECRET,
      sessionId: SECRET,
      exchange,
      note: { rule: 'r', severity: 'info', message: `saw ${SECRET}` },
    } as const;
    const records = [
      requestHead(`POST /mcp?key=${encodeURIComponent(SECRET)}\r\nx-other: ${SECRET}\r\n\r\n`, extra),
      record(JSON.stringify(body), { ...extra, channel: 'http-request', direction: 'sent' }),
      record(`data: ${JSON.stringify(call)}\n\n`, { ...extra, channel: 'sse' }),
      record(`: ${btoa('pad')} ${SECRET}\n\n`, { ...extra, channel: 'sse' }),
      record(`spawned ${SECRET}`, { ...extra, channel: 'process', direction: 'internal' }),
    ];
    for (const given of records) log.append(given);
    const entries = log.entries();
    assert.deepEqual(
      entries.map((entry) => entry.raw.length),
      records.map((given) => given.raw.length),
    );
    const seqs = entries.map((entry) => entry.seq);
    const out = [
      ...entries.map((entry) => ({ ...entry, raw: text(entry.raw) })),
      ...seqs.map((seq) => [log.row(seq), log.jsonText(seq), headsOf(log, seq)]),
    ];
    const all = JSON.stringify(out);
    for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)]) {
      assert.ok(!all.includes(form) && !all.includes(JSON.stringify(form).slice(1, -1)), form);
    }
    assert.equal(entries[1]?.method, `x${'*'.repeat(SECRET.length)}`);
    assert.equal(entries[2]?.tool, '*'.repeat(SECRET.length));
  });

  it('shows no part of a secret that stands where a name is cut', () => {
    const redactor = new Redactor();
    redactor.add(SECRET);
    const log = newLog({ redactor });
    log.append(record(JSON.stringify(rpc({ method: 'm'.repeat(1020) + SECRET }))));
    log.append(record(`${'w'.repeat(195)}${SECRET}`, { channel: 'process', direction: 'internal' }));
    assert.equal(log.entry(1)?.method, `${'m'.repeat(1020)}****`);
    assert.equal(log.row(2)?.label, `${'w'.repeat(195)}****…`);
  });

  it('masks values of headers that carry credentials, byte for byte, and leaves session ids', () => {
    const log = newLog();
    const head =
      'POST /mcp\r\nAuthorization: Bearer a b\r\nproxy-authorization:x\r\ncookie: a=1; b=2\r\nSet-Cookie: s=1\r\n' +
      'x-api-key: k\r\napi-key: k\r\nx-auth-token: \r\nmcp-session-id: visible\r\nAccept: */*\r\n\r\n';
    log.append(requestHead(head, { exchange: 1 }));
    assert.equal(
      text(log.entry(1)?.raw),
      'POST /mcp\r\nAuthorization: **********\r\nproxy-authorization:*\r\ncookie: ********\r\nSet-Cookie: ***\r\n' +
        'x-api-key: *\r\napi-key: *\r\nx-auth-token: \r\nmcp-session-id: visible\r\nAccept: */*\r\n\r\n',
    );
    assert.deepEqual(headsOf(log, 1)[0]?.lines[0], { name: 'Authorization', value: '**********' });
  });

  it('masks values of headers that are named as secrets are in definitions, and leaves what asks for them', () => {
    const log = newLog();
    const secret = [
      'x-access-token',
      'X-Refresh-Token',
      'x-amz-security-token',
      'x-csrf-token',
      'authentication-info',
      'x-goog-api-key',
    ];
    const open = [
      'mcp-session-id',
      'WWW-Authenticate',
      'proxy-authenticate',
      'access-control-allow-credentials',
      'Idempotency-Key',
      'x-ratelimit-remaining-tokens',
      'anthropic-ratelimit-tokens-limit',
    ];
    const headOf = (value: string): string => secret.map((name) => `${name}: ${value}\r\n`).join('');
    const visible = open.map((name) => `${name}: visible\r\n`).join('');
    log.append(requestHead(`POST /\r\n${headOf('value')}${visible}\r\n`, { exchange: 1 }));
    assert.equal(text(log.entry(1)?.raw), `POST /\r\n${headOf('*****')}${visible}\r\n`);
  });

  it('does not mask in bodies what only looks like a header', () => {
    const log = newLog();
    log.append(record('cookie: a\r\ncookie: b\r\n', { channel: 'http-response' }));
    assert.equal(text(log.entry(1)?.raw), 'cookie: a\r\ncookie: b\r\n');
  });

  it('keeps the length of any head and the values of headers that are no secret', () => {
    const name = fc.constantFrom('authorization', 'Cookie', 'x-api-key', 'accept', 'x-monkey', 'mcp-session-id');
    const value = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((given) => given.trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (headers) => {
        const log = newLog();
        const raw = `GET /\r\n${headers.map(([key, content]) => `${key}: ${content}\r\n`).join('')}\r\n`;
        log.append(requestHead(raw, { exchange: 1 }));
        assert.equal(log.entry(1)?.raw.length, Buffer.byteLength(raw));
        const secret = ['authorization', 'Cookie', 'x-api-key'];
        assert.deepEqual(
          headsOf(log, 1)[0]?.lines,
          headers.map(([key, content]) => ({
            name: key,
            value: secret.includes(key) ? '*'.repeat(content.length) : content,
          })),
        );
        log.dispose();
      }),
    );
  });
});
