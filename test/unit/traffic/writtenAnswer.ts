import assert from 'node:assert/strict';
import type { Socket } from 'node:net';

/** An answer of the server: its status, its headers, and the pieces that it writes the body in. */
export interface Answer {
  status?: number;
  headers: readonly string[];
  pieces: readonly (string | Uint8Array)[];
}

/** An event stream, in which each piece is one read. */
export function stream(pieces: Answer['pieces']): Answer {
  return { headers: ['content-type: text/event-stream'], pieces };
}

/** Writes it chunk by chunk, so that each piece is a read of its own. */
export function write(socket: Socket, answer: Answer | undefined): void {
  const { status = 200, headers, pieces } = answer ?? assert.fail('one answer more');
  socket.write(
    `HTTP/1.1 ${status} X\r\n${headers.map((line) => `${line}\r\n`).join('')}transfer-encoding: chunked\r\n\r\n`,
  );
  for (const piece of pieces) {
    socket.write(`${Buffer.byteLength(piece).toString(16)}\r\n`);
    socket.write(piece);
    socket.write('\r\n');
  }
  socket.write('0\r\n\r\n');
}
