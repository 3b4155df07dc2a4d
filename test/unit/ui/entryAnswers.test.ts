import assert from 'node:assert/strict';
import { JSON_LIMIT, LINKS_LIMIT, RAW_LIMIT } from '../../../src/messages/inspector.ts';
import { isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import { EntryAnswers } from '../../../src/ui/inspector/entryAnswers.ts';
import { newLog, record, rpc } from '../traffic/records.ts';

describe('The JSON of a message', () => {
  it('is told to the page whole where its exact text is cut, up to a size of its own', () => {
    const log = newLog();
    for (const length of [RAW_LIMIT, JSON_LIMIT])
      log.append(record(JSON.stringify(rpc({ result: 'x'.repeat(length) }))));
    const entries = new EntryAnswers(log, undefined);
    const answers = [1, 2].map((seq) => entries.detail({ type: 'detail', seq }));
    assert.ok(answers.every(isInspectorResponse));
    assert.deepEqual(
      answers.map(({ detail }) => [detail?.raw.length, detail?.json === undefined]),
      [
        [RAW_LIMIT, false],
        [RAW_LIMIT, true],
      ],
    );
  });
});

describe('A batch of answers', () => {
  it('is told to the page with the calls that it answers and that are still there, of many the first', () => {
    const log = newLog();
    const ids = Array.from({ length: 30 }, (_, index) => index + 1);
    for (const id of ids) log.append(record(JSON.stringify(rpc({ id, method: 'ping' })), { direction: 'sent' }));
    log.append(record(JSON.stringify(ids.map((id) => rpc({ id, result: {} })))));
    const answer = new EntryAnswers(log, undefined).detail({ type: 'detail', seq: 31 });
    assert.ok(isInspectorResponse(answer));
    assert.deepEqual([answer.detail?.pairedWith, answer.detail?.alsoAnswers], [1, ids.slice(1, 1 + LINKS_LIMIT)]);
    assert.equal(answer.detail?.row.label, 'ping +29');
  });
});

describe('What a message was checked against', () => {
  it('is told of each message of a batch', async () => {
    const log = newLog();
    const line = (value: unknown, direction: 'sent' | 'received' = 'received'): void =>
      log.append(record(JSON.stringify(value), { direction }));
    const outputSchema = { type: 'object', required: ['sum'] };
    for (const [id, method] of ['ping', 'tools/list'].entries()) line(rpc({ id, method }), 'sent');
    line([
      rpc({ id: 0, result: {} }),
      rpc({ id: 1, result: { tools: [{ name: 'add', inputSchema: { type: 'object' }, outputSchema }] } }),
    ]);
    line(rpc({ id: 2, method: 'ping' }), 'sent');
    line(rpc({ id: 3, method: 'tools/call', params: { name: 'add' } }), 'sent');
    line([
      rpc({ id: 2, result: {} }),
      rpc({ id: 3, result: { content: [], structuredContent: {} } }),
      rpc({ id: 'nobody asked', result: {} }),
    ]);
    const answer = await new EntryAnswers(log, undefined).schema({ type: 'schema', seq: 6 });
    assert.ok(isInspectorResponse(answer));
    assert.deepEqual(
      answer.reports.map(({ title, source, problems }) => [title, 'seq' in source ? source.seq : '', problems.length]),
      [
        ['Result of ping', '', 0],
        ['Result of tools/call', '', 0],
        ['outputSchema of add', 3, 1],
      ],
    );
  });

  it('is told to the page without a schema that is too long for it', async () => {
    const log = newLog();
    const schemas = ['', 'x'.repeat(RAW_LIMIT)].map((description) => ({ type: 'object', description }));
    const tools = schemas.map((inputSchema, index) => ({ name: `tool ${index}`, inputSchema }));
    log.append(record(JSON.stringify(rpc({ id: 1, method: 'tools/list' })), { direction: 'sent' }));
    log.append(record(JSON.stringify(rpc({ id: 1, result: { tools } }))));
    const entries = new EntryAnswers(log, undefined);
    const shown: (string | undefined)[] = [];
    for (const { name } of tools) {
      const call = rpc({ id: 2, method: 'tools/call', params: { name, arguments: {} } });
      log.append(record(JSON.stringify(call), { direction: 'sent' }));
      const answer = await entries.schema({ type: 'schema', seq: log.lastSeq });
      assert.ok(isInspectorResponse(answer), name);
      const report = answer.reports.find(({ source }) => 'seq' in source);
      assert.deepEqual(report?.problems, []);
      shown.push(report.schema);
    }
    assert.deepEqual(shown, [JSON.stringify(schemas[0]), undefined]);
  });
});
