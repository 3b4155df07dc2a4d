import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Caller, ToolResult } from './callers.ts';

// No protocol library at all: what HTTP itself takes. An answer is read whole and taken out of its event.

const CLIENT_INFO = { name: 'bench', version: '0.0.0' };

/** Streamable HTTP with a session. */
export async function bareCaller(url: string): Promise<Caller> {
  const { headers, post, caller } = openAt(url, 'tools/call', 'application/json, text/event-stream');
  const protocolVersion = '2025-11-25';
  const params = { protocolVersion, capabilities: {}, clientInfo: CLIENT_INFO };
  const opened = await post({ id: 0, method: 'initialize', params });
  headers['mcp-session-id'] = String(opened.headers['mcp-session-id']);
  headers['mcp-protocol-version'] = protocolVersion;
  await post({ method: 'notifications/initialized' });
  return caller;
}

/** The seed's dialect, whose clients make their session ids up. */
export async function bareSeedCaller(url: string): Promise<Caller> {
  const { headers, post, caller } = openAt(url, 'call_tool', 'text/event-stream');
  headers['x-session-id'] = randomUUID();
  const params = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: CLIENT_INFO };
  await post({ id: 0, method: 'initialize', params });
  return caller;
}

/** @param callMethod what a call is called */
function openAt(url: string, callMethod: string, accept: string) {
  const dispatcher = new Agent();
  const headers: Record<string, string> = { 'content-type': 'application/json', accept };
  let id = 0;
  const post = async (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const response = await request(url, { method: 'POST', headers, body, dispatcher });
    return { headers: response.headers, text: await response.body.text() };
  };
  const caller: Caller = {
    async callTool(name, args) {
      id += 1;
      const { text } = await post({ id, method: callMethod, params: { name, arguments: args } });
      // The reference server begins with an event without data, to resume from.
      const data = /^data: ?(\{.*)$/m.exec(text)?.[1] ?? text;
      const answer = JSON.parse(data) as { result: ToolResult };
      return answer.result;
    },
    logged: () => 0,
    close: () => dispatcher.destroy(),
  };
  return { headers, post, caller };
}
