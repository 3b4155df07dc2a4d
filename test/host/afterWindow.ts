import { access, readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Counts } from './counts.ts';
import { type Failure, failureOf } from './failures.ts';
import { processesMarked } from './markedProcesses.ts';

/** Names the environment variable that holds the path of the file in which the suite says what runs while its window closes. */
export const leftRunningVariable = 'EXTERNAL_MCP_TEST_LEFT_RUNNING';

const leftRunningSchema = z.object({
  /** The mark of its servers' processes. */
  mark: z.string(),
  /** How many of them ran. */
  processes: z.number(),
  /** Written by servers that were asked to end and given time for it. */
  goodbyes: z.array(z.string()),
});

/** What the last tests of the in-host suite left running. */
export type LeftRunning = z.infer<typeof leftRunningSchema>;

/** The tests that the window's end cuts off: nothing that ran in it is left, and what asked for time got it. */
export async function testAfterWindow(file: string): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // Not reached: its own tests failed, or others were asked for.
  if (text === undefined) return { passed: 0, failed: 0, failures: [] };
  const { mark, processes, goodbyes } = leftRunningSchema.parse(JSON.parse(text));
  const left = await processesMarked(mark);
  const unsaid: string[] = [];
  for (const goodbye of goodbyes) await access(goodbye).catch(() => unsaid.push(goodbye));
  console.log('\n  After the window has closed');
  const results = [
    report(left.length === 0, `none of the ${processes} processes of its servers is left`, left),
    report(unsaid.length === 0, 'each server was asked to end and had the time for it', unsaid),
  ];
  const failures = results.filter((result) => result !== undefined);
  return { passed: results.length - failures.length, failed: failures.length, failures };
}

function report(passed: boolean, title: string, found: readonly unknown[]): Failure | undefined {
  console.log(passed ? `    ✔ ${title}` : `    ✘ ${title}: ${JSON.stringify(found)}`);
  return passed ? undefined : failureOf(`After the window has closed ${title}`, JSON.stringify(found));
}
