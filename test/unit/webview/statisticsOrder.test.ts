import assert from 'node:assert/strict';
import type { MethodStatistics } from '../../../src/messages/inspector.ts';
import { nextOrder, orderStatistics } from '../../../src/webview/inspector/statisticsOrder.ts';

function method(name: string, count: number, p95?: number): MethodStatistics {
  return { server: 's', method: name, count, errors: 0, pending: 0, bytes: 1, ...(p95 === undefined ? {} : { p95 }) };
}

const names = (methods: readonly MethodStatistics[]): string[] => methods.map((each) => each.method);

describe('the statistics', () => {
  const methods = [method('b', 1, 20), method('a', 3), method('c', 2, 100)];

  it('are sorted by numbers as numbers and by names as names', () => {
    assert.deepEqual(names(orderStatistics(methods, { column: 'count', descending: true })), ['a', 'c', 'b']);
    assert.deepEqual(names(orderStatistics(methods, { column: 'method', descending: false })), ['a', 'b', 'c']);
  });

  it('have what was never answered at the end in both directions', () => {
    assert.deepEqual(names(orderStatistics(methods, { column: 'p95', descending: true })), ['c', 'b', 'a']);
    assert.deepEqual(names(orderStatistics(methods, { column: 'p95', descending: false })), ['b', 'c', 'a']);
  });

  it('are turned round by a second click', () => {
    const order = nextOrder({ column: 'method', descending: false }, 'p95');
    assert.deepEqual(order, { column: 'p95', descending: true });
    assert.deepEqual(nextOrder(order, 'p95'), { column: 'p95', descending: false });
  });
});
