/** Runs the official conformance suite against our client: every scored client scenario of each revision, no failure expected. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countsFileVariable } from '../host/countReporter.ts';
import type { Counts } from '../host/counts.ts';
import { failureOf, firstFailures } from '../host/failures.ts';
import { repositoryRoot } from '../host/paths.ts';
import { endGroup } from '../host/processGroup.ts';
import { makeTemporaryFolder } from '../host/temporaryFolder.ts';
import { readResults, scoredScenarios } from './results.ts';

/** Milliseconds for all scenarios of a revision, and for each of their clients: the suite starts 39 of them at once. */
const REVISION_LIMIT = 150_000;
const CLIENT_LIMIT = 120_000;

/** How many client scenarios each revision scores: a list that was not read whole must not pass. */
const revisions = [
  { revision: '2025-11-25', scored: 18 },
  { revision: '2026-07-28', scored: 32 },
] as const;

const suite = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const adapter = fileURLToPath(import.meta.resolve('./adapter.ts'));
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

const temporary = await makeTemporaryFolder('conformance');
const counts: Counts = { passed: 0, failed: 0, failures: [] };
try {
  for (const { revision, scored } of revisions) await examine(revision, scored);
} finally {
  await temporary.remove();
}
const countsFile = process.env[countsFileVariable];
if (countsFile) await writeFile(countsFile, JSON.stringify({ ...counts, failures: firstFailures(counts.failures) }));
console.log(`conformance: ${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function examine(revision: string, scored: number): Promise<void> {
  const folder = join(temporary.path, revision);
  const scenarios = await scoredScenarios(join(suite, `../../requirements/${revision}.yaml`));
  if (scenarios.length !== scored) throw new Error(`${revision} scores ${scenarios.length} scenarios, not ${scored}`);
  await runSuite(revision, folder);
  const results = await readResults(folder, scenarios);
  console.log(`\n${revision}: ${results.filter(({ passed }) => passed).length}/${scored}`);
  for (const { scenario, passed, remarks } of results) {
    counts[passed ? 'passed' : 'failed'] += 1;
    if (!passed) counts.failures.push(failureOf(`${revision} ${scenario}`, remarks.join('\n')));
    console.log(`  ${passed ? '✔' : '✘'} ${scenario}`);
    for (const remark of remarks) console.log(`      ${remark}`);
  }
}

/** Lets the suite run to its end, to its time limit, or until we are interrupted, and leaves none of its processes behind. */
async function runSuite(revision: string, folder: string): Promise<void> {
  // Quoted for a shell: the suite hands the command to one.
  const command = `"${process.execPath}" "${adapter}"`;
  const options = ['--command', command, '--requirements', revision, '--timeout', `${CLIENT_LIMIT}`];
  const child = spawn(process.execPath, [suite, 'client', ...options, '-o', folder], {
    cwd: repositoryRoot,
    // What one client has compiled the others need not.
    env: { ...process.env, NODE_COMPILE_CACHE: join(temporary.path, 'compiled') },
    stdio: 'ignore',
    detached: true,
  });
  const timeout = AbortSignal.timeout(REVISION_LIMIT);
  try {
    // Its exit code says nothing of warnings; its results do.
    await once(child, 'exit', { signal: AbortSignal.any([interrupted.signal, timeout]) });
  } catch (error) {
    if (timeout.aborted) console.log(`${revision}: stopped after ${REVISION_LIMIT / 1000} s`);
    else if (!interrupted.signal.aborted) throw error;
  } finally {
    if (child.pid !== undefined) await endGroup(child.pid);
  }
}
