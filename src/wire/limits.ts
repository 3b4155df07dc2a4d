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
/** Milliseconds that an event ending in CR waits for an LF; a server that writes CRLF has it on its way. */
export const CR_WAIT_MS = 20;
/** Bytes handed to the reader at a time. */
export const SLICE_BYTES = 16 * 1024;
/** Milliseconds of handing over before the event loop gets a turn. */
export const SLICE_MS = 8;
/** Milliseconds of rest behind it in a flood: the window that shows the flood may have no other processor to draw on. */
export const REST_MS = 4;
/** Bytes waiting for the reader at which the socket is paused. */
export const PAUSE_ABOVE_BYTES = 256 * 1024;
