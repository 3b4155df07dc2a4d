import {
  Client,
  type ClientOptions,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { CALL_TIMEOUT_MS, type Caller } from './callers.ts';

// The library as anyone would use it: its own transports on the platform's `fetch`, nothing recorded.

/** Streamable HTTP with sessions: the revisions of 2025. */
export function plainCaller(url: string): Promise<Caller> {
  return connected(new StreamableHTTPClientTransport(new URL(url)));
}

/** Streamable HTTP without sessions. */
export function plainStatelessCaller(url: string): Promise<Caller> {
  const transport = new StreamableHTTPClientTransport(new URL(url));
  return connected(transport, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
}

/** HTTP+SSE. */
export function plainSseCaller(url: string): Promise<Caller> {
  return connected(new SSEClientTransport(new URL(url)));
}

/** The pipes of a Node program of its own. */
export function plainStdioCaller(args: readonly string[]): Promise<Caller> {
  return connected(new StdioClientTransport({ command: process.execPath, args: [...args], stderr: 'ignore' }));
}

async function connected(transport: Transport, options: ClientOptions = {}): Promise<Caller> {
  const client = new Client({ name: 'bench', version: '0.0.0' }, { capabilities: {}, ...options });
  let logged = 0;
  client.setNotificationHandler('notifications/message', () => void (logged += 1));
  await client.connect(transport);
  return {
    callTool(name, args, onProgress) {
      const watch = onProgress === undefined ? {} : { onprogress: onProgress };
      return client.callTool({ name, arguments: { ...args } }, { timeout: CALL_TIMEOUT_MS, ...watch });
    },
    logged: () => logged,
    close: () => client.close(),
  };
}
