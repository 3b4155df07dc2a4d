import assert from 'node:assert/strict';
import { KeptSecrets } from '../../../../src/ui/secrets/keptSecrets.ts';
import { createSecretParts } from './support.ts';

describe('Kept secrets', () => {
  it('are got as they were set, those of a plugin apart from those of the user and of other plugins', async () => {
    const { store } = createSecretParts();
    await store.set('token', 'of the user');
    await store.set('token', 'of plugin a', 'a');
    assert.equal(await store.get('token'), 'of the user');
    assert.equal(await store.get('token', 'a'), 'of plugin a');
    assert.equal(await store.get('token', 'b'), undefined);
    await store.delete('token', 'a');
    assert.equal(await store.get('token', 'a'), undefined);
    assert.equal(await store.get('token'), 'of the user');
  });

  it('are out of reach for every other name and id, however odd', async () => {
    const { store, storage } = createSecretParts();
    await store.set('token', 'of plugin a/b', 'a/b');
    for (const [name, scope] of [
      ['token', 'a'],
      ['token', 'a%2Fb'],
      ['token', 'a\\b'],
      ['token', ''],
    ] as const) {
      assert.equal(await store.get(name, scope), undefined, scope);
    }
    for (const name of [
      'a/token',
      '../token',
      'b/token',
      '',
      'a%2Fb',
      'token ',
      '.token',
      'tok\nen',
      'x'.repeat(101),
    ]) {
      await assert.rejects(store.get(name, 'a'), { kind: 'validation' }, name);
      await assert.rejects(store.set(name, 'value', 'a'), { kind: 'validation' }, name);
      await assert.rejects(store.delete(name), { kind: 'validation' }, name);
    }
    assert.deepEqual([...storage.values.keys()], ['plugin/a%2Fb/token']);
  });

  it('are not those of another extension that has a plugin of the same id later', async () => {
    const { storage, redactor } = createSecretParts();
    let extension: string | undefined = 'good.one';
    const store = new KeptSecrets(storage, redactor, (plugin) => (plugin === 'jira' ? extension : undefined));
    await store.set('token', 'of the good one', 'jira');
    assert.deepEqual(await store.list(), [{ name: 'token', scope: 'jira' }]);
    extension = 'bad.one';
    assert.equal(await store.get('token', 'jira'), undefined);
    await store.set('token', 'of the bad one', 'jira');
    assert.deepEqual(await store.list(), [
      { name: 'token', scope: 'jira' },
      { name: 'token', scope: 'jira@good.one' },
    ]);
    extension = undefined;
    await store.delete('token', 'jira@bad.one');
    extension = 'good.one';
    assert.equal(await store.get('token', 'jira'), 'of the good one');
    assert.deepEqual(await store.list(), [{ name: 'token', scope: 'jira' }]);
  });

  it('are listed by name, never with their values, and nothing else is', async () => {
    const { store, storage } = createSecretParts();
    await store.set('b', 'value of b');
    await store.set('a', 'value of a', 'some/plugin');
    storage.values.set('something else', 'of an earlier version');
    assert.deepEqual(await store.list(), [{ name: 'a', scope: 'some/plugin' }, { name: 'b' }]);
  });

  it('are masked from when they pass, and stay so when they are replaced or cleared', async () => {
    const { store, storage, redactor } = createSecretParts();
    storage.values.set('secret/token', 'from another window');
    assert.equal(redactor.text('from another window'), 'from another window');
    await store.get('token');
    assert.equal(redactor.text('from another window'), '*'.repeat(19));
    storage.values.set('secret/token', 'replaced over there');
    await store.set('token', 'latest value');
    await store.delete('token');
    for (const value of ['from another window', 'replaced over there', 'latest value']) {
      assert.equal(redactor.text(`<${value}>`), `<${'*'.repeat(value.length)}>`);
    }
  });

  it('are refused empty, and when they are too short to be masked, with nothing kept', async () => {
    const { store, storage } = createSecretParts();
    await assert.rejects(store.set('token', ''), { kind: 'validation', message: /must not be empty/ });
    await assert.rejects(store.set('token', 'abc'), { kind: 'validation', message: /could not be masked/ });
    assert.equal(storage.values.size, 0);
  });

  it('are masked up to a thousand, so that a plugin that sets them without end makes nothing slow', async () => {
    const { store, redactor } = createSecretParts();
    await store.set('token', 'of the user');
    for (let count = 0; count <= 1000; count += 1) await store.set('token', `value-${count};`, 'flood');
    assert.equal(redactor.text('value-0; value-1; value-1000;'), 'value-0; ******** ***********');
    assert.equal(redactor.text('of the user'), '***********');
  });
});
