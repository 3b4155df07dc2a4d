import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { answerTo, type Exchange, type Message, sendJson, text } from '../support/exchange.ts';

/** The revision without handshake and sessions. */
export const STATELESS = '2026-07-28';

/** Where a server departs from the ordinary. What is not given behaves as the specification says. */
export interface StatelessBehaviour {
  /** Sees every POST before anything else; true means that it has dealt with it. */
  readonly post?: (exchange: Exchange) => boolean;
  /** Default: tools. */
  readonly capabilities?: object;
  /** The tools it lists. Default: `echo`. */
  readonly tools?: readonly unknown[];
  /** Answers a call. Default: a text, the argument `message`. */
  readonly callTool?: (exchange: Exchange) => void;
}

const echoTool = {
  name: 'echo',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } } },
};

/** A minimal server of 2026-07-28: no handshake, no session, no GET, any path; it insists on the headers that the revision demands. */
export function stateless(behaviour: StatelessBehaviour = {}): RequestListener {
  const { capabilities = { tools: {} }, tools = [echoTool] } = behaviour;

  function answer(exchange: Exchange): void {
    const { message, request, response } = exchange;
    if (request.headers['mcp-protocol-version'] !== STATELESS) return refuseVersion(exchange, [STATELESS]);
    if (request.headers['mcp-method'] !== message.method) {
      return refuse(exchange, 400, -32020, 'Mcp-Method is not the method');
    }
    if (message.id === undefined) return void response.writeHead(202).end();
    switch (message.method) {
      case 'server/discover':
        return sendJson(exchange, answerTo(exchange, discovered(capabilities)));
      case 'tools/list':
        return sendJson(
          exchange,
          answerTo(exchange, { resultType: 'complete', ttlMs: 0, cacheScope: 'private', tools }),
        );
      case 'tools/call':
        if (behaviour.callTool) return behaviour.callTool(exchange);
        return sendJson(exchange, answerTo(exchange, text(String(message.params?.arguments?.['message']))));
      default:
        return refuse(exchange, 404, -32601, 'Method not found');
    }
  }

  async function post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The tests are the only clients, and what they send is JSON-RPC.
    const message = JSON.parse(await readText(request)) as Message;
    const exchange = { message, request, response };
    if (behaviour.post?.(exchange) !== true) answer(exchange);
  }

  return (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
    post(request, response).catch((error: unknown) => response.destroy(Error(String(error))));
  };
}

/** What a server says of itself. */
export function discovered(
  capabilities: object = { tools: {} },
  supportedVersions: readonly string[] = [STATELESS],
): object {
  return {
    resultType: 'complete',
    supportedVersions,
    capabilities,
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'stateless', version: '1.0.0' } },
  };
}

/** Refuses with a JSON-RPC error that has data. */
export function refuse(exchange: Exchange, status: number, code: number, message: string, data?: unknown): void {
  sendJson(exchange, { jsonrpc: '2.0', id: exchange.message.id ?? null, error: { code, message, data } }, status);
}

/** Refuses the revision and names others. */
export function refuseVersion(exchange: Exchange, supported: readonly string[], status = 400): void {
  const requested = exchange.request.headers['mcp-protocol-version'] ?? '';
  refuse(exchange, status, -32022, 'Unsupported protocol version', { supported, requested });
}
