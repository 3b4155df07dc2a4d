// What the bench server sends; issue 3 names these figures.

/** Log messages before one answer. */
export const FLOOD = 100_000;
/** Progress notifications before one answer. */
export const PROGRESS_FLOOD = 20_000;
/** Bytes of the SSE event of each notification. */
export const EVENT_BYTES = 200;
/** Bytes of a large answer, about. */
export const LARGE_BYTES = 80_000_000;
/** Small objects that make up one. Each has four members: a message may have 500,000 (wire/limits.ts). */
export const OBJECTS = 100_000;
/** Calls in flight at once. */
export const PARALLEL = 1000;
