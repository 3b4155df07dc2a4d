import type { ConnectionInfo } from '../../../src/client/externalMcpClient.ts';
import { handshake, type HandshakeBehaviour } from '../../servers/eras/handshake.ts';
import { type Exchange, sendError } from '../../servers/support/exchange.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

export interface Subject extends TestClient {
  /** Sessions that the server knows; cleared, they are lost. */
  readonly sessions: Set<string>;
  /** JSON-RPC methods in the order in which they came, without notifications. */
  readonly methods: string[];
  /** Sessions that were ended with DELETE. */
  readonly ended: string[];
  readonly renewals: ConnectionInfo[];
  readonly info: ConnectionInfo;
  count(method: string): number;
}

/** A client on a session of a server; `lost` is how that answers a session that it does not know. */
export async function onSession(
  behaviour: HandshakeBehaviour = {},
  lost: (exchange: Exchange) => void = (exchange) => sendError(exchange, 404, -32001, 'Session not found'),
): Promise<Subject> {
  const methods: string[] = [];
  const ended: string[] = [];
  const server = handshake({
    ...behaviour,
    end: (session) => ended.push(session),
    post(exchange) {
      const { method = '', id } = exchange.message;
      if (id !== undefined) methods.push(method);
      if (behaviour.post?.(exchange) === true) return true;
      const session = exchange.request.headers['mcp-session-id'];
      if (session === undefined || server.sessions.has(String(session))) return false;
      lost(exchange);
      return true;
    },
  });
  const test = clientFor(await serve(server.handler));
  const renewals: ConnectionInfo[] = [];
  test.client.onDidRenewSession((info) => renewals.push(info));
  const info = await test.client.connect(user);
  methods.length = 0;
  const count = (method: string): number => methods.filter((each) => each === method).length;
  return { ...test, sessions: server.sessions, methods, ended, renewals, info, count };
}

export const echo = (test: TestClient, message = 'hi'): Promise<unknown> =>
  test.client.callTool('echo', { message }, user).then(({ content }) => content);
