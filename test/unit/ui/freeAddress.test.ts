import assert from 'node:assert/strict';
import { freeAddress } from '../../../src/ui/config/freeAddress.ts';

describe('addresses of definitions', () => {
  /** Addresses of `[name, scope]` in their order. */
  const addresses = (...definitions: [string, string][]): string[] => {
    const taken = new Set<string>();
    for (const [name, scope] of definitions) taken.add(freeAddress(name, scope, taken));
    return [...taken];
  };

  it('are plain names, with the scope behind the wider ones', () => {
    assert.deepEqual(addresses(['web', 'workspace'], ['files', 'workspace'], ['web', 'user']), [
      'web',
      'files',
      'web@user',
    ]);
  });

  it('are numbered when folders share a name', () => {
    assert.deepEqual(addresses(['web', 'app'], ['web', 'app'], ['web', 'app'], ['web', 'user']), [
      'web',
      'web@app',
      'web@app-2',
      'web@user',
    ]);
  });

  it('are unique when a name looks like an address', () => {
    assert.deepEqual(
      addresses(['web', 'workspace'], ['web@user', 'workspace'], ['web', 'user'], ['web@user', 'user']),
      ['web', 'web@user', 'web@user-2', 'web@user@user'],
    );
  });
});
