import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startScript, type StartedServer, type StartOptions } from '../../../servers/start.ts';

/** Starts the sample server as a process of its own. */
export function startSample(options?: StartOptions): Promise<StartedServer> {
  return startScript(fileURLToPath(new URL('../../../../src/sample/main.ts', import.meta.url)), options);
}

/** Connects an ordinary client, which the caller closes. */
export async function connectTo({ url }: StartedServer): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
}

/** The members of a JSON-RPC message that the tests look at. */
export interface Answer {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Posts a JSON-RPC message as it stands. */
export function post(url: string, message: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
}

/** The body of a JSON answer. */
export async function jsonOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

/** `initialize` as MCP's clients send it. */
export const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1.0.0' } },
};
