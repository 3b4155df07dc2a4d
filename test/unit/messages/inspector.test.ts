import assert from 'node:assert/strict';
import { isInspectorRequest, isInspectorResponse } from '../../../src/messages/inspectorChecks.ts';
import { isToolCallEvent, isToolCallRequest } from '../../../src/messages/toolCall.ts';

describe('messages of the panels', () => {
  it('are taken when they have their shape', () => {
    assert.ok(isInspectorRequest({ type: 'filter', text: '', heads: false, health: true, server: 'a' }));
    assert.ok(isInspectorRequest({ type: 'page', first: 0, count: 100 }));
    assert.ok(isToolCallRequest({ type: 'cancel' }));
    assert.ok(isToolCallRequest({ type: 'offer', index: 4 }));
  });

  it('are not taken otherwise, whatever a forged page sends', () => {
    const forged = [
      null,
      'page',
      [],
      { type: 'constructor' },
      { type: '__proto__' },
      { type: 'page', first: -1, count: 10 },
      { type: 'page', first: 0, count: 1_000_000 },
      { type: 'filter', text: 'x'.repeat(10_001), heads: false, health: false },
      { type: 'filter', text: '', heads: false, health: false, server: 7 },
      { type: 'filter', text: '', heads: false },
      { type: 'detail', seq: 1.5 },
      { type: 'bytes', seq: 1, start: 0, count: 1_000_000 },
      { type: 'copy', seq: 1, format: 'toString' },
      { type: 'saveFilters', filters: [{ name: 'x' }] },
      { type: 'saveLayout', layout: 'x'.repeat(10_001) },
      { type: 'runCommand', command: 'workbench.action.terminal.new' },
      { type: 'offer', command: 'workbench.action.terminal.new' },
      { type: 'offer', index: 5 },
      { type: 'offer', index: 'toString' },
    ];
    assert.deepEqual(forged.filter(isInspectorRequest), []);
    assert.deepEqual(forged.filter(isToolCallRequest), []);
  });

  it('of the host are checked to the last field', () => {
    const row = {
      seq: 1,
      time: 1,
      server: 's',
      direction: 'sent',
      channel: 'stdio',
      kind: 'other',
      origin: 'user',
      label: 'x',
      size: 1,
    };
    assert.ok(isInspectorResponse({ type: 'page', first: 0, rows: [row], total: 1 }));
    assert.ok(!isInspectorResponse({ type: 'page', first: 0, rows: [{ ...row, kind: 'toString' }], total: 1 }));
    assert.ok(!isInspectorResponse({ type: 'page', first: 0, rows: [{ ...row, timing: { endMs: '1' } }], total: 1 }));
    assert.ok(!isInspectorResponse({ type: 'detail', detail: { seq: 1, row } }));
  });

  it('show pictures of four formats only', () => {
    const state = { kind: 'done', durationMs: 1, isError: false, json: '{}' };
    const call = { kind: 'tool', owner: 's', name: 't', title: 'T', args: '{}' };
    const event = (mimeType: string): unknown => {
      const blocks = [{ type: 'image', mimeType, data: '', size: 0 }];
      return { type: 'call', call: { ...call, state: { ...state, blocks } } };
    };
    assert.ok(isToolCallEvent(event('image/png')));
    assert.ok(!isToolCallEvent(event('image/svg+xml')));
  });
});
