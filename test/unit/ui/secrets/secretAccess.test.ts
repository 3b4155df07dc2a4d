import assert from 'node:assert/strict';
import type { DefinitionEntry } from '../../../../src/servers/definitionEntry.ts';
import { failureOf } from '../../servers/support/registry.ts';
import { createSecretParts, type SecretParts } from './support.ts';

/** Somebody who never gives up. */
const { signal: never } = new AbortController();

describe('A server that wants a secret', () => {
  let parts: SecretParts;
  beforeEach(() => (parts = createSecretParts()));

  const ofUser = (name: string): DefinitionEntry => ({
    name,
    raw: {},
    source: 'User settings',
    written: { scope: 'user', key: name },
  });
  const ofWorkspace = (name: string): DefinitionEntry => ({
    name,
    raw: {},
    source: 'Workspace settings',
    written: { scope: 'workspace', key: name },
  });
  const want = (
    entry: DefinitionEntry,
    { secret = 'token', goesTo = 'node server.js', signal = never } = {},
  ): Promise<string | undefined> => parts.access.sourceFor(entry, signal)(secret, goesTo);
  const kinds = (): string[] => parts.person.asked.map(({ kind, server }) => `${kind} ${server}`);

  describe('that is not set', () => {
    it('gets what the person types in, which is kept', async () => {
      const wanted = want(ofUser('mine'));
      const question = await parts.person.question(0);
      assert.deepEqual(
        [question.kind, question.server, question.secret, question.goesTo],
        ['value', 'mine', 'token', 'node server.js'],
      );
      question.answer('typed in');
      assert.equal(await wanted, 'typed in');
      assert.equal(await want(ofUser('mine')), 'typed in');
      assert.equal(parts.redactor.text('typed in'), '********');
      assert.equal(parts.person.asked.length, 1);
    });

    it('gets none when the person does not want to', async () => {
      const wanted = want(ofUser('mine'));
      (await parts.person.question(0)).answer();
      assert.equal(await wanted, undefined);
      assert.equal(parts.storage.values.size, 0);
    });

    it('is asked for once, however many servers want it, and all of them get it', async () => {
      const wanted = ['one', 'two', 'three'].map((name) => want(ofUser(name)));
      (await parts.person.question(0)).answer('for all');
      assert.deepEqual(await Promise.all(wanted), ['for all', 'for all', 'for all']);
      assert.deepEqual(kinds(), ['value one']);
    });

    it('is not asked for again by those who waited when the person did not want to; by a later start it is', async () => {
      const wanted = ['one', 'two', 'three'].map((name) => want(ofUser(name)));
      (await parts.person.question(0)).answer();
      assert.deepEqual(await Promise.all(wanted), [undefined, undefined, undefined]);
      assert.deepEqual(kinds(), ['value one']);
      const later = want(ofUser('two'));
      (await parts.person.question(1)).answer('at last');
      assert.equal(await later, 'at last');
    });

    it('is asked for after the question before it was answered', async () => {
      const first = want(ofUser('one'), { secret: 'first' });
      const second = want(ofUser('two'), { secret: 'second' });
      const question = await parts.person.question(0);
      await new Promise(setImmediate);
      assert.deepEqual(kinds(), ['value one']);
      question.answer('one’s');
      (await parts.person.question(1)).answer('two’s');
      assert.deepEqual(await Promise.all([first, second]), ['one’s', 'two’s']);
    });

    it('gives up at once when its start is cancelled; its question is closed, and the next one asked', async () => {
      const start = new AbortController();
      const given = failureOf(want(ofUser('one'), { signal: start.signal }));
      const other = want(ofUser('two'));
      const question = await parts.person.question(0);
      start.abort();
      assert.deepEqual([(await given).kind, (await given).server], ['cancelled', 'one']);
      assert.equal(question.isClosed, true);
      (await parts.person.question(1)).answer('for two');
      assert.equal(await other, 'for two');
      assert.deepEqual(kinds(), ['value one', 'value two']);
    });

    it('is never asked for when its start was cancelled while others were asked', async () => {
      const start = new AbortController();
      const first = want(ofUser('one'), { secret: 'first' });
      const given = failureOf(want(ofUser('two'), { signal: start.signal }));
      const question = await parts.person.question(0);
      start.abort();
      assert.equal((await given).kind, 'cancelled');
      question.answer('of one');
      await first;
      await new Promise(setImmediate);
      assert.deepEqual(kinds(), ['value one']);
    });

    it('gets what the command has set while it waited for its turn', async () => {
      const first = want(ofUser('one'), { secret: 'first' });
      const second = want(ofUser('two'), { secret: 'second' });
      const question = await parts.person.question(0);
      await parts.store.set('second', 'by command');
      question.answer('of one');
      assert.deepEqual(await Promise.all([first, second]), ['of one', 'by command']);
      assert.deepEqual(kinds(), ['value one']);
    });
  });

  describe('and was defined by a workspace', () => {
    beforeEach(() => parts.store.set('token', 'of the user'));

    it('gets it when the person allows that, and is not asked about again', async () => {
      const wanted = want(ofWorkspace('theirs'));
      const question = await parts.person.question(0);
      assert.deepEqual([question.kind, question.source], ['consent', 'Workspace settings']);
      question.answer(true);
      assert.equal(await wanted, 'of the user');
      assert.equal(await want(ofWorkspace('theirs')), 'of the user');
      const { memory } = parts;
      parts = createSecretParts(memory);
      await parts.store.set('token', 'of the user');
      assert.equal(await want(ofWorkspace('theirs')), 'of the user');
      assert.deepEqual(parts.person.asked, []);
      assert.doesNotMatch(JSON.stringify([...memory]), /of the user|token/);
    });

    it('does not get it when the person does not allow it', async () => {
      const wanted = failureOf(want(ofWorkspace('theirs')));
      (await parts.person.question(0)).answer();
      const error = await wanted;
      assert.deepEqual([error.kind, error.server], ['config', 'theirs']);
      assert.match(error.message, /“theirs” was not started. It may not use the secret “token”: you did not allow it/);
      // And is asked about with the next start.
      const again = want(ofWorkspace('theirs'));
      (await parts.person.question(1)).answer(true);
      assert.equal(await again, 'of the user');
    });

    for (const [what, change] of [
      ['it goes elsewhere', { goesTo: 'https://elsewhere.example' }],
      ['it is another secret', { secret: 'other' }],
    ] as const) {
      it(`is asked about again when ${what}`, async () => {
        await parts.store.set('other', 'another value');
        const wanted = want(ofWorkspace('theirs'));
        (await parts.person.question(0)).answer(true);
        await wanted;
        const changed = failureOf(want(ofWorkspace('theirs'), change));
        (await parts.person.question(1)).answer();
        assert.equal((await changed).kind, 'config');
      });
    }

    it('is asked about beside every other server that wants the same', async () => {
      const wanted = [want(ofWorkspace('one')), want(ofWorkspace('two')), want(ofUser('mine'))];
      (await parts.person.question(0)).answer(true);
      (await parts.person.question(1)).answer(true);
      assert.deepEqual(await Promise.all(wanted), ['of the user', 'of the user', 'of the user']);
      assert.deepEqual(kinds(), ['consent one', 'consent two']);
    });

    it('needs no further consent when the person has typed it in for this server', async () => {
      await parts.store.delete('token');
      const wanted = want(ofWorkspace('theirs'));
      (await parts.person.question(0)).answer('typed in');
      assert.equal(await wanted, 'typed in');
      assert.equal(await want(ofWorkspace('theirs')), 'typed in');
      assert.deepEqual(kinds(), ['value theirs']);
    });

    it('is not served with what was typed in for another', async () => {
      await parts.store.delete('token');
      const wanted = [want(ofUser('mine')), failureOf(want(ofWorkspace('theirs')))] as const;
      (await parts.person.question(0)).answer('for mine');
      assert.equal(await wanted[0], 'for mine');
      (await parts.person.question(1)).answer();
      assert.equal((await wanted[1]).kind, 'config');
      assert.deepEqual(kinds(), ['value mine', 'consent theirs']);
    });
  });

  it('and was defined by another extension is asked about as one of a workspace', async () => {
    await parts.store.set('token', 'of the user');
    const wanted = want({ name: 'by api', raw: {}, source: 'another extension' });
    const question = await parts.person.question(0);
    assert.equal(question.kind, 'consent');
    question.answer(true);
    assert.equal(await wanted, 'of the user');
  });

  it('and was defined by a plugin gets the plugin’s own without a question, never the user’s', async () => {
    await parts.store.set('token', 'of the user');
    const entry: DefinitionEntry = { name: 'plugged', raw: {}, source: 'LinkedIn', secretScope: 'linkedin' };
    const wanted = want(entry);
    const question = await parts.person.question(0);
    assert.deepEqual([question.kind, question.scope], ['value', 'linkedin']);
    question.answer('of the plugin');
    assert.equal(await wanted, 'of the plugin');
    assert.equal(await parts.store.get('token', 'linkedin'), 'of the plugin');
    assert.equal(await parts.store.get('token'), 'of the user');
    assert.equal(parts.person.asked.length, 1);
  });

  it('and was defined by a plugin is asked about where the settings of the workspace say what it starts', async () => {
    await parts.store.set('cookie', 'of the plugin', 'linkedin');
    const entry: DefinitionEntry = { name: 'linkedin', raw: {}, source: 'LinkedIn', secretScope: 'linkedin' };
    assert.equal(await want(entry, { secret: 'cookie', goesTo: 'uvx server' }), 'of the plugin');
    parts.configuredHere.add('linkedin');
    const refused = failureOf(want(entry, { secret: 'cookie', goesTo: './steal' }));
    const question = await parts.person.question(0);
    assert.deepEqual([question.kind, question.goesTo], ['consent', './steal']);
    question.answer(undefined);
    assert.equal((await refused).kind, 'config');
  });
});
