/**
 * Whether the list runs along with its end. `end` and `seenEnd` count rows from the beginning of the recording,
 * dropped ones included, so that they do not move when rows fall out at the front.
 */
export type Tail = { kind: 'following' } | { kind: 'paused'; seenEnd: number };

export const following: Tail = { kind: 'following' };

/** Stops at what is there now; a list that stands still already keeps its count of what was seen. */
export function pause(tail: Tail, end: number): Tail {
  return tail.kind === 'paused' ? tail : { kind: 'paused', seenEnd: end };
}

/** The user scrolled: to the end means follow, anywhere else means hold still. */
export function scrolled(tail: Tail, atEnd: boolean, end: number): Tail {
  return atEnd ? following : pause(tail, end);
}

/** Rows that arrived since the list stands still. */
export function unseen(tail: Tail, end: number): number {
  return tail.kind === 'paused' ? Math.max(0, end - tail.seenEnd) : 0;
}
