import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { Counts } from './counts.ts';
import { failureOf, firstFailures } from './failures.ts';

/** Names the environment variable that holds the path of the file in which a mocha run leaves its counts. */
export const countsFileVariable = 'EXTERNAL_MCP_TEST_COUNTS';

/** Prints like mocha's spec reporter and leaves counts and failures in a file: parsing the printed text would be guessing. */
export class CountReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { EVENT_RUN_END, EVENT_TEST_FAIL } = Mocha.Runner.constants;
    // At each failure too: a run that is stopped at its time limit has no end.
    runner.on(EVENT_TEST_FAIL, () => this.#save());
    runner.once(EVENT_RUN_END, () => this.#save());
  }

  #save(): void {
    const file = process.env[countsFileVariable];
    if (!file) return;
    const failures = firstFailures(this.failures.map((test) => failureOf(test.fullTitle(), test.err)));
    const counts: Counts = { passed: this.stats.passes, failed: this.stats.failures, failures };
    writeFileSync(file, JSON.stringify(counts));
  }
}

// mocha looks for a default export in the module that --reporter names.
export default CountReporter;
