/** Pace of the wire: chosen here, and nothing fails beyond it. */

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
