/** Runs of a benchmark; what is reported is their median. */
export const RUNS = 5;

/** One measured figure. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What the value must not exceed, where a target is agreed. */
  target?: number;
}

/** The middle of the values, the upper one of two; NaN when there is none, which `main.ts` counts as not measured. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
