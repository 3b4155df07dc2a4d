import assert from 'node:assert/strict';
import { RAW_LIMIT } from '../../../src/messages/inspector.ts';
import { isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import { EntryAnswers } from '../../../src/ui/inspector/entryAnswers.ts';
import { newLog, record, rpc } from '../traffic/records.ts';

describe('What a message was checked against', () => {
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
