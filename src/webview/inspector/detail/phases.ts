import type { RowTiming } from '../../../messages/inspector.ts';

export type PhaseName = 'connect' | 'wait' | 'answer' | 'close';

/** A part of a request's life, in milliseconds from its beginning; `end` is absent while it goes on, or where nobody saw it end. */
export interface Phase {
  name: PhaseName;
  start: number;
  end?: number;
}

const phaseNames: readonly (readonly [PhaseName, keyof RowTiming])[] = [
  ['connect', 'connectMs'],
  ['wait', 'firstByteMs'],
  ['answer', 'answerMs'],
  ['close', 'endMs'],
];

/**
 * The phases that happened, each from the end of the one before; one whose end is not known is a part of the next whose end is.
 * @param first what something that nothing is known of is in: a pipe does not connect
 */
export function phasesOf(timing: RowTiming, isPending: boolean, first: PhaseName = 'connect'): Phase[] {
  const phases: Phase[] = [];
  let start = 0;
  for (const [name, key] of phaseNames) {
    const end = timing[key];
    if (end === undefined) continue;
    // An answer may be complete before the exchange's head was noted, and clocks are read one after the other.
    phases.push({ name, start, end: Math.max(start, end) });
    start = Math.max(start, end);
  }
  if (isPending && timing.endMs === undefined) {
    const next = phaseNames.find(
      ([, key]) =>
        timing[key] === undefined && !isAfter(first, key) && !phases.some((phase) => isAfter(phase.name, key)),
    );
    phases.push({ name: next?.[0] ?? 'close', start });
  }
  return phases;
}

function isAfter(name: PhaseName, key: keyof RowTiming): boolean {
  return phaseNames.findIndex(([phase]) => phase === name) > phaseNames.findIndex(([, other]) => other === key);
}

/** A read from the socket: where it began, and how many bytes it brought. */
export interface Read {
  start: number;
  size: number;
}

/** The reads that some bytes came in. */
export function readsOf(chunkStarts: readonly number[], length: number): Read[] {
  const starts = [0, ...chunkStarts];
  return starts.map((start, index) => ({ start, size: Math.max(0, (starts[index + 1] ?? length) - start) }));
}
