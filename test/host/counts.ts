import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { failureOf, failureSchema } from './failures.ts';

const countsSchema = z.object({ passed: z.number(), failed: z.number(), failures: z.array(failureSchema) });

/** How many tests passed and failed, and the first of those that failed. */
export type Counts = z.infer<typeof countsSchema>;

/**
 * Reads what CountReporter left; a run that ended badly without a counted failure (a crash, say) counts as one failed, with `outcome` as
 * what is known of it.
 */
export async function readCounts(file: string, succeeded: boolean, outcome = 'ended badly'): Promise<Counts> {
  const counts = await readFile(file, 'utf8').then(
    (text) => countsSchema.parse(JSON.parse(text)),
    (): Counts => ({ passed: 0, failed: 0, failures: [] }),
  );
  return !succeeded && counts.failed === 0
    ? { ...counts, failed: 1, failures: [failureOf('no test that failed', outcome)] }
    : counts;
}
