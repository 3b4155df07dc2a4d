/**
 * What `npm test` runs: check, package, unit, conformance, host and window, one after the other, then the failures again
 * and one line with the sums: of a long log, CI shows the end.
 */
import { join } from 'node:path';
import { readCounts } from './host/counts.ts';
import type { Counts } from './host/counts.ts';
import { describeFailures, failureOf } from './host/failures.ts';
import { repositoryRoot } from './host/paths.ts';
import { runStep } from './host/runStep.ts';
import { makeTemporaryFolder } from './host/temporaryFolder.ts';

type Step = {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** At most this long; and all steps together at most `totalMinutes`. */
  readonly minutes: number;
  /** Whether it tests what `package` makes. */
  readonly needsPackage?: boolean;
};

const totalMinutes = 19.5;

const node = process.execPath;
const mocha = [node, 'node_modules/mocha/bin/mocha.js', '--reporter', './test/host/countReporter.ts'] as const;

const steps: readonly Step[] = [
  { name: 'check', command: ['npm', 'run', 'check'], minutes: 3 },
  { name: 'package', command: ['npm', 'run', 'package'], minutes: 3 },
  { name: 'unit', command: [...mocha, 'test/unit/**/*.test.ts'], minutes: 9 },
  { name: 'conformance', command: [node, 'test/conformance/run.ts'], minutes: 4 },
  { name: 'host', command: [node, 'test/host/runInHost.ts'], minutes: 8, needsPackage: true },
  { name: 'trust', command: [node, 'test/host/runInHost.ts', '--untrusted'], minutes: 4, needsPackage: true },
  {
    name: 'window',
    command: [...mocha, '--require', './test/host/exitOnSignal.ts', 'test/e2e/**/*.test.ts'],
    minutes: 9,
    needsPackage: true,
  },
];

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

const temporary = await makeTemporaryFolder('all');
const summary: string[] = [];
const ran = new Map<string, Counts>();
const sum = { passed: 0, failed: 0 };
try {
  const deadline = performance.now() + totalMinutes * 60_000;
  const failedSteps = new Set<string>();
  for (const step of steps) {
    const started = performance.now();
    const counts = await countsOf(step, deadline, failedSteps);
    ran.set(step.name, counts);
    if (counts.failed > 0) failedSteps.add(step.name);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    summary.push(`${step.name.padEnd(12)} ${seconds.padStart(6)} s   ${counts.passed} passed, ${counts.failed} failed`);
  }
} finally {
  await temporary.remove();
}
console.log(['', ...describeFailures(ran)].join('\n'));
console.log(`\n${summary.join('\n')}\n\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed === 0 ? 0 : 1;

async function countsOf(step: Step, deadline: number, failedSteps: ReadonlySet<string>): Promise<Counts> {
  console.log(`\n=== ${step.name}`);
  if (interrupted.signal.aborted || (step.needsPackage && failedSteps.has('package'))) {
    const reason = `not run, because ${interrupted.signal.aborted ? 'the run was interrupted' : 'package failed'}`;
    console.log(reason);
    return { passed: 0, failed: 1, failures: [failureOf('no test', reason)] };
  }
  const countsFile = join(temporary.path, `${step.name}.json`);
  const limit = Math.min(step.minutes * 60_000, deadline - performance.now());
  const outcome = await runStep(step.command, { cwd: repositoryRoot, countsFile, limit, signal: interrupted.signal });
  if (outcome !== 'succeeded') console.log(`${step.name}: ${outcome}`);
  return readCounts(countsFile, outcome === 'succeeded', outcome);
}
