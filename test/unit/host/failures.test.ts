import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { countsFileVariable } from '../../host/countReporter.ts';
import { readCounts } from '../../host/counts.ts';
import { describeFailures, failureOf } from '../../host/failures.ts';
import { repositoryRoot } from '../../host/paths.ts';
import { makeTemporaryFolder } from '../../host/temporaryFolder.ts';

const FAILING = `
describe('Outer', () => {
  it('passes', () => {});
  it('throws', () => { throw new Error('boom'); });
  it('never ends', (done) => {}).timeout(1);
  describe('inner', () => {
    before('set up', () => { throw 'no error object'; });
    it('is not reached', () => {});
  });
});`;

describe('The failures of a run', function () {
  this.timeout(60_000);

  it('are left beside the counts, with full titles and what was thrown', async () => {
    const folder = await makeTemporaryFolder('failures');
    try {
      const [tests, countsFile] = [join(folder.path, 'failing.cjs'), join(folder.path, 'counts.json')];
      await writeFile(tests, FAILING);
      const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', './test/host/countReporter.ts', tests];
      const env = { ...process.env, [countsFileVariable]: countsFile };
      await assert.rejects(
        promisify(execFile)(process.execPath, mocha, { cwd: repositoryRoot, env, timeout: 50_000 }),
        { code: 3 },
      );
      const { passed, failed, failures } = await readCounts(countsFile, false);
      assert.deepEqual({ passed, failed }, { passed: 1, failed: 3 });
      const [thrown, late, hook] = failures;
      assert.equal(thrown?.title, 'Outer throws');
      assert.match(thrown?.error ?? '', /^Error: boom\n +at .*failing\.cjs/);
      assert.equal(late?.title, 'Outer never ends');
      assert.match(late?.error ?? '', /Timeout of 1ms/);
      assert.equal(hook?.title, 'Outer inner "before all" hook: set up for "is not reached"');
      assert.match(hook?.error ?? '', /no error object/);
    } finally {
      await folder.remove();
    }
  });

  it('of which nothing was counted are one, with what became of it', async () => {
    assert.deepEqual(await readCounts('/no/such/file', false, 'stopped after 5 s'), {
      passed: 0,
      failed: 1,
      failures: [{ title: 'no test that failed', error: 'stopped after 5 s' }],
    });
  });

  it('are not repeated where there are none', () => {
    assert.deepEqual(describeFailures(new Map([['unit', { failed: 0, failures: [] }]])), []);
  });

  it('are repeated by step, and the end says how many more there were', () => {
    const lines = describeFailures(
      new Map([
        ['unit', { failed: 1, failures: [failureOf('adds', 'wrong\nvery')] }],
        ['host', { failed: 3, failures: [failureOf('opens', 'shut')] }],
      ]),
    );
    assert.deepEqual(lines, [
      '=== failures',
      'unit: adds',
      '    wrong',
      '    very',
      'host: opens',
      '    shut',
      'and 2 more',
    ]);
  });

  it('fit into the end of a log, however many and long they are', () => {
    const long = Array.from({ length: 400 }, () => 'x'.repeat(10_000)).join('\n');
    for (const failed of [1, 5, 20, 500]) {
      const failures = Array.from({ length: failed }, (_, index) => failureOf(`test ${index}`, long));
      const lines = describeFailures(new Map([['unit', { failed, failures }]]));
      assert.ok(lines.length <= 170, `${lines.length} lines`);
      assert.ok(lines.every((line) => line.length < 400));
      assert.equal(lines.filter((line) => line.startsWith('unit: ')).length, Math.min(failed, 20));
    }
    assert.equal(failureOf('one', long).error.split('\n').length, 15);
  });
});
