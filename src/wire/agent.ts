import { Agent } from 'undici';
import { CONNECT_TIMEOUT_MS, KEEP_ALIVE_MS, MAX_HEAD_BYTES } from './limits.ts';

/**
 * The pool of connections that all servers share. One socket per request in flight plus one per listening stream: a limit on
 * connections would let an open stream starve the calls. Ignores `HTTP_PROXY`, which is right for loopback.
 */
export function createAgent(): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
    bodyTimeout: 0,
  });
}
