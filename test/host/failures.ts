import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** Failures of a run that are kept, and shown of all steps together. */
const MOST_FAILURES = 20;
/** Of one error; a longer line is cut. */
const MOST_LINES = 15;
const LINE_LENGTH = 300;
/** Of all failures together: CI shows the last 200 lines of its log, and the summary wants some of them. */
const ALL_LINES = 160;

export const failureSchema = z.object({ title: z.string(), error: z.string() });

/** A test that failed, by its full title, with the first lines of its error. */
export type Failure = z.infer<typeof failureSchema>;

/** A failure within its bounds; of an error, its stack. */
export function failureOf(title: string, error: unknown): Failure {
  const text = stripVTControlCharacters(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return { title: cut(title), error: text.split('\n').slice(0, MOST_LINES).map(cut).join('\n') };
}

/** As many failures as a run keeps. */
export function firstFailures(failures: readonly Failure[]): Failure[] {
  return failures.slice(0, MOST_FAILURES);
}

/** The lines that repeat the failures of all steps at the end of a log; none where nothing failed. The more failures, the shorter each. */
export function describeFailures(
  steps: ReadonlyMap<string, { failed: number; failures: readonly Failure[] }>,
): string[] {
  const failed = [...steps.values()].reduce((sum, step) => sum + step.failed, 0);
  if (failed === 0) return [];
  const all = [...steps].flatMap(([step, { failures }]) => failures.map((failure) => ({ step, ...failure })));
  const shown = all.slice(0, MOST_FAILURES);
  const lines = Math.min(MOST_LINES, Math.floor(ALL_LINES / Math.max(1, shown.length)) - 1);
  const more = failed - shown.length;
  return [
    '=== failures',
    ...shown.flatMap(({ step, title, error }) => [
      `${step}: ${title}`,
      ...error.split('\n', lines).map((line) => `    ${line}`),
    ]),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function cut(line: string): string {
  return line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line;
}
