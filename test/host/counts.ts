import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const countsSchema = z.object({ passed: z.number(), failed: z.number() });

/** How many tests passed and failed. */
export type Counts = z.infer<typeof countsSchema>;

/** Reads what CountReporter left; a run that ended badly without a counted failure (a crash, say) counts as one failed. */
export async function readCounts(file: string, succeeded: boolean): Promise<Counts> {
  const counts = await readFile(file, 'utf8').then(
    (text) => countsSchema.parse(JSON.parse(text)),
    () => ({ passed: 0, failed: 0 }),
  );
  return !succeeded && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
