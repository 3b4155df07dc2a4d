import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';

/** A proxy that keeps every body that went through it: an independent witness of what was on the wire. */
export type RecordingProxy = {
  readonly url: string;
  readonly requests: readonly Buffer[];
  /** Bodies of the answers, in the order in which they ended. */
  readonly responses: readonly Buffer[];
  close(): Promise<void>;
};

/** Stands before `target` on a free port. */
export async function startRecordingProxy(target: URL): Promise<RecordingProxy> {
  const requests: Buffer[] = [];
  const responses: Buffer[] = [];
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    requests.push(body);
    const { method, headers } = incoming;
    const passed = forward(target, { method, headers: { ...headers, host: target.host } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        outgoing.write(chunk);
      });
      answer.once('close', () => {
        responses.push(Buffer.concat(chunks));
        outgoing.end();
      });
    });
    outgoing.once('close', () => passed.destroy());
    passed.once('error', () => outgoing.destroy());
    passed.end(body);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}${target.pathname}`,
    requests,
    responses,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
