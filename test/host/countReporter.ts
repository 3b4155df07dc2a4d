import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** Names the environment variable that holds the path of the file in which a mocha run leaves its counts. */
export const countsFileVariable = 'EXTERNAL_MCP_TEST_COUNTS';

/** Prints like mocha's spec reporter and leaves the counts in a file: parsing the printed text would be guessing. */
export class CountReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env[countsFileVariable];
      if (file) writeFileSync(file, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures }));
    });
  }
}

// mocha looks for a default export in the module that --reporter names.
export default CountReporter;
