import assert from 'node:assert/strict';
import { skeleton } from '../../../../src/ui/call/skeleton.ts';

describe('arguments that are not written yet', () => {
  it('have what is required, with the defaults of the schema', () => {
    const properties = {
      text: { type: 'string' },
      count: { type: 'integer', default: 3 },
      size: { enum: ['small', 'large'] },
      list: { type: 'array' },
      optional: { type: 'string' },
    };
    const required = ['text', 'count', 'size', 'list', 'unknown', 4];
    assert.deepEqual(skeleton({ properties, required }), { text: '', count: 3, size: 'small', list: [] });
  });

  it('have the first of several alternatives', () => {
    const properties = { name: { type: 'string' }, url: { type: 'string' } };
    const anyOf = [{ required: ['name'] }, { required: ['url'] }];
    assert.deepEqual(skeleton({ properties, anyOf }), { name: '' });
  });

  it('are empty where the schema says nothing, or something odd', () => {
    for (const schema of [{}, { properties: [], required: {} }, { anyOf: [null, 3] }, { required: ['a'] }]) {
      assert.deepEqual(skeleton(schema), {});
    }
  });
});
