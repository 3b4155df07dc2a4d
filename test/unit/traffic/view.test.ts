import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EVERYTHING } from '../../../src/traffic/filter.ts';
import { FilteredView } from '../../../src/traffic/view.ts';
import {
  appendCall,
  comment,
  filterOf,
  newLog,
  nextTurn,
  once,
  record,
  requestBody,
  requestHead,
  responseHead,
  rpc,
} from './records.ts';

describe('FilteredView', () => {
  it('leaves out heads whose message has a row of its own', () => {
    const log = newLog();
    appendCall(log, 1);
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false });
    assert.deepEqual(
      view.page(0, 10).map((row) => row.label),
      ['tools/call', 'tools/call'],
    );
    const all = new FilteredView(log, { filter: EVERYTHING, heads: true });
    assert.deepEqual(
      all.page(0, 10).map((row) => row.label),
      ['POST /mcp', 'tools/call', '200 text/event-stream', 'tools/call'],
    );
  });

  it('shows the heads that tell what no other row does', () => {
    const log = newLog();
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false });
    log.append(requestHead('GET /mcp\r\n\r\n', { exchange: 1 }));
    log.append(responseHead(200, 'content-type: text/event-stream\r\n', { exchange: 1 }));
    log.append(requestHead('POST /mcp\r\n\r\n', { exchange: 2 }));
    log.append(requestBody(rpc({ method: 'notifications/initialized' }), { exchange: 2 }));
    log.append(responseHead(202, '', { exchange: 2 }));
    log.append(requestHead('DELETE /mcp\r\n\r\n', { exchange: 3 }));
    log.append(responseHead(200, 'content-length: 0\r\n', { exchange: 3 }));
    for (const status of [204, 304, 307, 404, 500]) log.append(responseHead(status, '', { exchange: 4 + status }));
    log.append(responseHead(200, 'content-type: application/json\r\n', { exchange: 4 }));
    assert.deepEqual(
      view.page(0, 20).map((row) => row.label),
      ['GET /mcp', 'notifications/initialized', 'DELETE /mcp', '304', '307', '404', '500'],
    );
  });

  it('labels what is no message by its first words, made fit for a line', () => {
    const log = newLog();
    log.append(comment('ping \u202egnip'));
    log.append(record('\u001b[31mspawned\u001b[0m node\nsecond line', { channel: 'process', direction: 'internal' }));
    log.append(record('w'.repeat(500), { channel: 'http-response', exchange: 1 }));
    log.append(record('[1,2]'));
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false });
    const labels = view.page(0, 10).map((row) => row.label);
    assert.deepEqual(
      [labels[0], labels[1], labels[2]?.length, labels[3]],
      [': ping gnip', 'spawned node', 200, '[1,2]'],
    );
  });

  it('does not hide what an answer is behind the method it inherited', () => {
    const log = newLog();
    log.append(requestBody(rpc({ id: 1, method: 'tools/call' }), { exchange: 1 }));
    log.append(record('<html>Bad gateway', { channel: 'http-response', exchange: 1, status: 502 }));
    assert.deepEqual(
      [log.entry(2)?.method, log.row(2)?.label, log.row(2)?.status],
      ['tools/call', '<html>Bad gateway', 502],
    );
  });

  it('tells its total as the log grows, and nothing when no row of its own came', async () => {
    const log = newLog();
    const view = new FilteredView(log, { filter: filterOf('server:beta'), heads: false });
    log.append(record('x', { server: 'beta' }));
    log.append(record('x'));
    assert.deepEqual(await once(view.onDidChange), { total: 1, dropped: 0, isReordered: false });
    view.onDidChange(() => assert.fail('nothing of ours came'));
    log.append(record('x'));
    await nextTurn();
    assert.equal(view.total, 1);
  });

  it('tells how many rows fell out at the front', async () => {
    const log = newLog();
    for (let index = 0; index < 10; index += 1) log.append(record('x'));
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false });
    await nextTurn();
    log.clear();
    log.append(record('y'));
    assert.deepEqual(await once(view.onDidChange), { total: 1, dropped: 10, isReordered: false });
    assert.deepEqual([view.indexOf(11), view.indexOf(10), view.page(0, 5).map((row) => row.seq)], [0, -1, [11]]);
  });

  it('hears nothing any more once it is disposed of', async () => {
    const log = newLog();
    const view = new FilteredView(log, { filter: EVERYTHING, heads: false });
    view.onDidChange(() => assert.fail('told after the end'));
    view.dispose();
    log.append(record('x'));
    await nextTurn();
  });

  it('has the rows that a fresh search finds, under any appending and dropping', () => {
    const step = fc.record({
      server: fc.constantFrom('a', 'b'),
      size: fc.nat(2000),
      isHead: fc.boolean(),
      look: fc.boolean(),
      clear: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const log = newLog({ maxBytes: 30_000 });
        const view = new FilteredView(log, { filter: filterOf('server:a'), heads: false });
        for (const { server, size, isHead, look, clear } of steps) {
          log.append(isHead ? requestHead('POST /\r\n\r\n', { server }) : record(new Uint8Array(size), { server }));
          if (clear === 0) log.clear();
          if (look) assert.ok(view.total >= 0);
        }
        const expected = log
          .entries(filterOf('server:a'))
          .filter((entry) => entry.channel === 'stdio')
          .map((entry) => entry.seq);
        assert.equal(view.total, expected.length);
        assert.deepEqual(
          view.page(0, 1000).map((row) => row.seq),
          expected,
        );
        for (const [position, seq] of expected.entries()) assert.equal(view.indexOf(seq), position);
        view.dispose();
        log.dispose();
      }),
    );
  });

  it('answers a page of 200,000 rows with the objects of that page alone', () => {
    const log = newLog({ maxBytes: 256 * 1024 * 1024 });
    const view = new FilteredView(log, { filter: filterOf('server:alpha'), heads: false });
    const line = record('{"jsonrpc":"2.0","method":"notifications/message","params":{}}\n');
    for (let index = 0; index < 200_000; index += 1) log.append(line);
    assert.equal(view.total, 200_000);
    let asked = 0;
    const row = log.row.bind(log);
    log.row = (seq) => {
      asked += 1;
      return row(seq);
    };
    assert.deepEqual(
      view.page(150_000, 50).map((found) => found.seq),
      Array.from({ length: 50 }, (_, index) => 150_001 + index),
    );
    assert.deepEqual([asked, view.indexOf(123_456)], [50, 123_455]);
    assert.deepEqual(view.page(200_000, 50), []);
    log.dispose();
  });
});
