import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TrafficRecord } from '../../../../src/base/traffic.ts';
import { LARGE_BYTES } from '../../../../src/traffic/specification/content.ts';
import { SpecificationChecker } from '../../../../src/traffic/specification/specificationChecker.ts';
import { record } from '../records.ts';
import { findingsIn } from './support.ts';
import { initialize, initialized, modern, notification, request, result, rpc, Wire } from './wire.ts';

/** The rules that were broken, in order. */
function rulesIn(wire: Wire, checker?: SpecificationChecker): string[] {
  return findingsIn(wire.records, checker).map(({ rule }) => rule);
}

describe('traffic: the checker of the specification', () => {
  describe('has the last word only on what it has seen', () => {
    it('takes no answer for one without a request when entries were missed', () => {
      const wire = new Wire()
        .read(result(7))
        .read(notification('notifications/progress', { progressToken: 1, progress: 1 }));
      assert.deepEqual(rulesIn(wire, new SpecificationChecker({ hasGap: true })), []);
      assert.deepEqual(rulesIn(wire), ['jsonrpc.unknownId', 'progress.token']);
    });

    it('knows nothing for certain of a session that began before it looked', () => {
      const wire = new Wire().post(request(9, 'tools/list'), { 'mcp-session-id': 'old' });
      assert.deepEqual(rulesIn(wire.events(result(8))), []);
    });

    it('forgets the oldest of many requests, and what is answered then is left open', () => {
      const wire = new Wire().pipes();
      for (let id = 1; id <= 2001; id += 1) wire.write(request(id, 'ping'));
      assert.deepEqual(rulesIn(wire.read(result(1))), []);
    });

    it('leaves open what a request that was too large to be read may have said', () => {
      const large = request(1, 'tools/call', { name: 'x'.repeat(LARGE_BYTES), _meta: { progressToken: 'p' } });
      const told = notification('notifications/progress', { progressToken: 'p', progress: 1 });
      assert.deepEqual(
        rulesIn(
          new Wire()
            .pipes()
            .write(large)
            .read(told)
            .read(result(1, { content: [] })),
        ),
        [],
      );
    });

    it('begins anew with each process', () => {
      const wire = new Wire().pipes().write(request(1, 'ping'));
      wire.records.push(record('started', { channel: 'process', direction: 'internal', part: 'boundary' }));
      assert.deepEqual(rulesIn(wire.pipes().write(request(1, 'ping'))), []);
      const stateless = new Wire().write(modern(1, 'tools/list', {}));
      stateless.records.push(record('started', { channel: 'process', direction: 'internal', part: 'boundary' }));
      assert.deepEqual(rulesIn(stateless.write(modern(1, 'tools/list', {}))), []);
    });

    it('keeps the servers apart', () => {
      const wire = new Wire().pipes().write(request(1, 'ping'));
      const other = new Wire().pipes().write(request(1, 'ping')).read(result(1));
      wire.records.push(...other.records.map((entry) => ({ ...entry, server: 'beta' })));
      assert.deepEqual(rulesIn(wire), []);
    });
  });

  it('takes nothing that an old server answers to a probe for a breach of the era that it does not know', () => {
    const probe = new Wire().ask(0, 'server/discover', {});
    assert.deepEqual(rulesIn(probe.json(rpc({ id: 0, error: { code: -32601, message: 'No' } }), 200)), []);
    assert.deepEqual(rulesIn(new Wire().ask(0, 'server/discover', {}).json(result(0), 200)), []);
  });

  it('says of a dialect once what differs, and that as information', () => {
    const dialect = { 'x-session-id': 'mine', accept: 'text/event-stream' };
    const wire = new Wire();
    for (let call = 0; call < 3; call += 1) wire.post(request(1, 'call_tool'), dialect).events({ id: 1, result: 'x' });
    wire.post(initialize(), dialect).events(initialized());
    wire.post(request(2, 'call_tool'), dialect).events({ id: 2, result: 'x' });
    const findings = findingsIn(wire.records);
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [
        ['jsonrpc.version', 'info'],
        ['mcp.result', 'info'],
        ['lifecycle.initialized', 'info'],
      ],
    );
  });

  it('names the place of a wrong shape, in the kind of content that was meant', () => {
    const call = request(1, 'tools/call', { name: 'x' });
    const answer = result(1, {
      content: [
        { type: 'text', text: 'secret' },
        { type: 'image', data: 5, mimeType: 'a/b' },
      ],
    });
    const [finding] = findingsIn(new Wire().pipes().write(call).read(answer).records);
    assert.match(finding?.message ?? '', /at \/result\/content\/1\/data: .*expected string/);
  });

  it('quotes nothing of a message but names', () => {
    const secret = 'hunter2-hunter2';
    const wire = new Wire().handshake();
    const schema = { type: 'object', properties: { a: { type: 'integer', maximum: 3 }, b: { enum: ['x'] } } };
    wire
      .post(request(1, 'tools/list'))
      .json(result(1, { tools: [{ name: 't', inputSchema: schema, outputSchema: schema }] }));
    for (const structuredContent of [{ a: secret }, { b: secret }, { a: 31337 }, secret]) {
      wire.post(request(wire.records.length, 'tools/call', { name: 't', arguments: structuredContent, _meta: secret }));
      wire.json(result(wire.records.length - 1, { content: secret, structuredContent, isError: false }), 200);
    }
    wire.post(request(secret, 'prompts/get', { name: 7, arguments: secret }), { 'mcp-protocol-version': secret });
    wire.json(rpc({ id: secret, error: { code: secret, message: [secret], data: secret } }), 200);
    const findings = findingsIn(wire.records);
    assert.ok(findings.length > 10);
    assert.deepEqual(
      findings.filter(({ message }) => /hunter2|31337/.test(message)),
      [],
    );
  });

  it('clips what others made as long as they liked', () => {
    const long = 'x'.repeat(100_000);
    const wire = new Wire()
      .pipes()
      .read(request(1, `notifications/${long}`))
      .write(request(2, 'ping', { _meta: { [long]: 1 } }));
    const findings = findingsIn(wire.records);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ['mcp.notificationId', 'mcp.metaKey'],
    );
    // The log masks them before it cuts them to what is shown.
    for (const { message } of findings) assert.ok(message.length < 20_000);
  });

  it('reads of a message over a megabyte the envelope alone, and says nothing about that', () => {
    const wire = new Wire().pipes().write(request(1, 'tools/call', { name: 'x' }));
    const big = JSON.stringify(result(1, { content: 7, filler: 'x'.repeat(LARGE_BYTES) }));
    assert.deepEqual(rulesIn(wire.read(big)), []);
    assert.deepEqual(rulesIn(wire.read(big)), ['jsonrpc.answeredTwice']);
  });

  it('has nothing to say of what a refusal says in its own words', () => {
    for (const body of [[], ['field required'], [{ error: { code: 403, message: 'denied' } }]]) {
      const wire = new Wire().handshake().post(request(1, 'tools/list')).json(body, 403);
      assert.deepEqual(rulesIn(wire), []);
    }
    const batch = [rpc({ id: 1, error: { code: -32600, message: 'no' } })];
    assert.deepEqual(rulesIn(new Wire().handshake().post(request(1, 'tools/list')).json(batch, 400)), ['mcp.batch']);
    assert.deepEqual(rulesIn(new Wire().handshake().post(request(1, 'tools/list')).json([], 200)).slice(0, 2), [
      'jsonrpc.emptyBatch',
      'mcp.batch',
    ]);
  });

  it('judges the messages of a batch for a tenth of a second, and takes in the others', () => {
    let now = 0;
    const checker = new SpecificationChecker({ clock: { now: () => (now += 40) } });
    const wire = new Wire().pipes({ version: '2025-03-26' });
    const unknown = [7, 8, 9].map((id) => result(id));
    assert.deepEqual(rulesIn(wire.read([...unknown, request('asked', 'ping')]), checker), [
      'jsonrpc.unknownId',
      'jsonrpc.unknownId',
    ]);
    assert.deepEqual(rulesIn(new Wire().write(result('asked')), checker), []);
  });

  describe('meets hostile schemas', () => {
    const call = request(2, 'tools/call', { name: 't', arguments: { a: `${'a'.repeat(40)}!` } });
    const listing = (inputSchema: unknown): Wire => {
      const wire = new Wire().pipes().write(request(1, 'tools/list'));
      return wire.read(result(1, { tools: [{ name: 't', inputSchema }] }));
    };
    const deep: { properties: { a?: object } } = { properties: {} };
    for (let inner = deep, level = 0; level < 500; level += 1)
      inner = inner.properties.a = { properties: {} } as typeof deep;
    const schemas: Readonly<Record<string, object>> = {
      'that never end': { type: 'object', properties: { a: { pattern: '^(a+)+$' } } },
      'that refer to themselves': { type: 'object', $ref: '#' },
      'that are too deep': { type: 'object', ...deep },
      'that refer to other documents': { type: 'object', $ref: 'https://example.com/schema' },
      'of an unknown dialect': { $schema: 'https://example.com/', type: 'object', required: ['b'] },
    };
    for (const [name, schema] of Object.entries(schemas)) {
      it(`${name} by not using them`, () => {
        assert.deepEqual(
          rulesIn(
            listing(schema)
              .write(call)
              .write({ ...call, id: 3 }),
          ),
          [],
        );
      });
    }

    it('by taking “format” for the remark that it is', () => {
      assert.deepEqual(rulesIn(listing({ type: 'object', properties: { a: { format: 'uri' } } }).write(call)), []);
    });
  });

  it('never throws, whatever the bytes and the order', () => {
    const json = fc.oneof(fc.json(), fc.constantFrom('', '{', 'null', '[]', '[[]]', '{"__proto__":1}', '\ufeff{}'));
    const member = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 1, null, 'a', {}, [], { _meta: { progressToken: 1 } }));
    const methods = [
      'initialize',
      'server/discover',
      'tools/list',
      'tools/call',
      'notifications/progress',
      'notifications/cancelled',
      '__proto__',
      'toString',
    ];
    const message = fc
      .record(
        {
          jsonrpc: fc.constant('2.0'),
          id: member,
          method: fc.constantFrom(...methods),
          params: member,
          result: member,
          error: member,
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    const text = fc.oneof(
      json,
      message,
      message,
      fc.constantFrom(JSON.stringify(initialize()), JSON.stringify(initialized())),
    );
    const head = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'POST /mcp\r\nmcp-session-id: a\r\n',
        'GET /mcp\r\n',
        'GET /sse\r\naccept: */*\r\n',
        'POST /mcp\r\n',
        '200\r\ncontent-type: application/json\r\n',
        '202\r\nmcp-session-id: a\r\n',
      ),
    );
    const bytes = fc.oneof(
      text,
      head,
      text.map((data) => `id: 1\nevent: message\ndata: ${data}\n\n`),
      fc.constantFrom(
        'event: endpoint\ndata: /mcp\n\n',
        'event: connection\ndata: {"connectionId":1}\n\n',
        'data: //[\nevent: endpoint\n\n',
      ),
    );
    const raw = fc.oneof(
      bytes.map((words) => Buffer.from(words)),
      fc.uint8Array().map((words) => Buffer.from(words)),
    );
    const entry: fc.Arbitrary<TrafficRecord> = fc
      .record({
        raw,
        direction: fc.constantFrom('sent', 'received', 'internal'),
        channel: fc.constantFrom('http-request', 'http-response', 'sse', 'stdio', 'process'),
        part: fc.constantFrom('head', 'content', 'boundary'),
        exchange: fc.integer({ min: 1, max: 4 }),
        status: fc.constantFrom(200, 202, 307, 400, 404),
      })
      .map(({ raw: read, ...extra }) => record(read, extra));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (records) => {
        for (const finding of findingsIn(records)) assert.ok(finding.message.length < 1000);
      }),
      { numRuns: 500 },
    );
  });
});
