import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  ariaSort,
  columnTracks,
  NARROWEST,
  nextSort,
  readColumns,
  resizeColumn,
  standardColumns,
  toggleColumn,
  visibleColumns,
  WIDEST,
  writeColumns,
} from '../../../src/webview/inspector/columns.ts';

const ids = (columns: readonly { id: string }[]): string[] => columns.map(({ id }) => id);

describe('the columns', () => {
  it('are those that somebody wants to see', () => {
    assert.ok(!ids(visibleColumns(standardColumns, false, 0)).includes('tool'));
    assert.ok(ids(visibleColumns(toggleColumn(standardColumns, 'tool'), false, 0)).includes('tool'));
    assert.ok(!ids(visibleColumns(standardColumns, true, 0)).includes('server'));
  });

  it('give way where there is no room, and what is most telling stays to the last', () => {
    assert.deepEqual(ids(visibleColumns(standardColumns, false, 420)), ['time', 'direction', 'label', 'duration']);
    assert.deepEqual(ids(visibleColumns(standardColumns, false, 50)), ['direction', 'label']);
    assert.equal(visibleColumns(standardColumns, false, 2000).length, standardColumns.length - 1);
  });

  it('never lack the label', () => {
    assert.deepEqual(toggleColumn(standardColumns, 'label'), standardColumns);
  });

  it('let the label have what the others leave', () => {
    assert.equal(columnTracks(standardColumns.slice(2, 4)), '104px minmax(150px, 1fr)');
  });

  it('are narrowed and widened within bounds', () => {
    const width = (wanted: number): number | undefined =>
      resizeColumn(standardColumns, 'time', wanted).find(({ id }) => id === 'time')?.width;
    assert.deepEqual([width(-5), width(100.4), width(9999)], [NARROWEST, 100, WIDEST]);
  });

  it('come back as they were written', () => {
    const widths = fc.array(fc.tuple(fc.integer({ min: NARROWEST, max: WIDEST }), fc.boolean()), {
      minLength: standardColumns.length,
      maxLength: standardColumns.length,
    });
    fc.assert(
      fc.property(widths, (pairs) => {
        const columns = standardColumns.map(({ id }, index) => {
          const [width, isShown] = pairs[index] ?? [NARROWEST, true];
          return { id, width, isShown: isShown || id === 'label' };
        });
        assert.deepEqual(readColumns(writeColumns(columns)), columns);
      }),
    );
  });

  it('are the standard ones whatever else was kept', () => {
    for (const text of [
      undefined,
      '',
      'null',
      '[]',
      '{"time":5}',
      '{"time":["a",2]}',
      '{"size":[1e9,7]}',
      '{"x":[5,1]}',
    ])
      assert.deepEqual(readColumns(text), standardColumns, text);
  });
});

describe('a click on a head', () => {
  it('sorts, sorts the other way, and goes back to the order of time', () => {
    const first = nextSort(undefined, 'server');
    const second = nextSort(first, 'server');
    assert.deepEqual(first, { column: 'server', descending: false });
    assert.deepEqual(second, { column: 'server', descending: true });
    assert.equal(nextSort(second, 'server'), undefined);
  });

  it('begins with the largest where there are numbers', () => {
    assert.deepEqual(nextSort(undefined, 'duration'), { column: 'duration', descending: true });
    assert.deepEqual(nextSort({ column: 'duration', descending: true }, 'duration'), {
      column: 'duration',
      descending: false,
    });
  });

  it('turns time round and back, since its order is the natural one', () => {
    const turned = nextSort(undefined, 'time');
    assert.deepEqual(turned, { column: 'time', descending: true });
    assert.equal(nextSort(turned, 'time'), undefined);
  });

  it('sorts by another column at once', () => {
    assert.deepEqual(nextSort({ column: 'size', descending: false }, 'label'), { column: 'label', descending: false });
  });

  it('is told to screen readers', () => {
    assert.equal(ariaSort(undefined, 'time'), 'ascending');
    assert.equal(ariaSort(undefined, 'size'), 'none');
    assert.equal(ariaSort({ column: 'size', descending: true }, 'size'), 'descending');
    assert.equal(ariaSort({ column: 'size', descending: true }, 'time'), 'none');
  });
});
