/** Limits of the wire, from facts/hardening.md ("HTTP, SSE, JSON: measured"). Exceeding one is a typed error, never a crash or a wait for ever. */

/** Milliseconds to open a TCP connection. */
export const CONNECT_TIMEOUT_MS = 3000;
/** Idle sockets are kept this long: with undici's default, 7 of 40 POSTs hit a stale connection; with 250 ms, none. */
export const KEEP_ALIVE_MS = 250;
/** Bytes of a response's head. */
export const MAX_HEAD_BYTES = 64 * 1024;
/** Bytes of the `id:` or `event:` line of an SSE event. */
export const MAX_SSE_FIELD_BYTES = 1024;
/** Nesting of arrays and objects in a message; V8 parses 100,000 levels and then cannot print them. */
export const MAX_JSON_DEPTH = 128;
/** Object members in one message; a million cost a schema validator 2.4 s. */
export const MAX_JSON_KEYS = 500_000;
