import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import type { HttpTransportKind, Verdict } from '../../../src/client/dialect.ts';
import type { ConnectionInfo } from '../../../src/client/externalMcpClient.ts';
import { handshake, type HandshakeBehaviour } from '../../servers/eras/handshake.ts';
import { sentIn } from '../../servers/eras/sent.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** Issue 3: for any server whose era is not known yet. */
export const MOST_REQUESTS = 12;
/** The requests of a handshake at `/mcp`; the stream that may be opened behind it is another. */
export const HANDSHAKE = ['POST /mcp initialize', 'POST /mcp notifications/initialized'];
export const PROBE = 'POST /mcp server/discover';

export interface Options {
  transport?: HttpTransportKind;
  known?: Verdict;
}

export interface Tried extends TestClient {
  readonly origin: string;
  readonly connecting: Promise<ConnectionInfo>;
  /** Everything that was sent to find out, without the stream that is opened afterwards. */
  sent(): string[];
}

/** Connects to a server in this process at `path`; '' is a URL without a path. */
export async function tried(handler: RequestListener, path = '/mcp', options: Options = {}): Promise<Tried> {
  return triedAt(new URL(await serve(handler)).origin, path, options);
}

export function triedAt(origin: string, path: string, { transport, known }: Options = {}): Tried {
  const endpoint = { kind: 'http', url: new URL(path, origin), headers: {} } as const;
  const test = clientFor(
    transport === undefined ? endpoint : { ...endpoint, transport },
    known === undefined ? {} : { known },
  );
  return { ...test, origin, connecting: test.client.connect(user), sent: () => sentIn(test.traffic.records) };
}

/** The one job of every server here. */
export async function echoes({ client }: TestClient): Promise<void> {
  assert.deepEqual(
    (await client.listTools(user)).map(({ name, problem }) => ({ name, problem })),
    [{ name: 'echo', problem: undefined }],
  );
  assert.deepEqual((await client.callTool('echo', { message: 'hi' }, user)).content, [{ type: 'text', text: 'hi' }]);
}

/** A handler for one path; elsewhere, nothing is. */
export function only(path: string, handler: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url === path || request.url?.startsWith(`${path}?`) === true) handler(request, response);
    else response.writeHead(404).end('Not found');
  };
}

/** Answers everything alike. */
export function always(status: number, body = '', headers: Record<string, string> = {}): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };
}

export function old(behaviour: HandshakeBehaviour = {}): RequestListener {
  return handshake(behaviour).handler;
}
