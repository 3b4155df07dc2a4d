import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Agent, request } from 'undici';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Redactor } from '../../src/base/redact.ts';
import type { TrafficSink } from '../../src/base/traffic.ts';
import { ExternalMcpClient } from '../../src/client/externalMcpClient.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';
import { createAgent } from '../../src/wire/agent.ts';

/** Something that calls tools of one server. */
export interface Caller {
  /** Resolves with the first text of the answer. */
  callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<string>;
  /** Log messages of the server that were taken in so far: handed to a handler, or recorded (our own log shows a hundred a second). */
  delivered(): number;
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_TRAFFIC_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Our client, recording as it does in the extension. Fails a call that was not recorded. */
export async function recordedCaller(url: string): Promise<Caller> {
  const agent = createAgent();
  const traffic = new TrafficLog({ maxBytes: MAX_TRAFFIC_BYTES, redactor: new Redactor() });
  let delivered = 0;
  const counting: TrafficSink = {
    append(record) {
      if (record.channel === 'sse') delivered += 1;
      traffic.append(record);
    },
    nextExchange: () => traffic.nextExchange(),
  };
  const client = new ExternalMcpClient({
    server: 'bench',
    endpoint: { kind: 'http', url: new URL(url), headers: {} },
    agent,
    traffic: counting,
    clock: systemClock,
    log: silentLog,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    timeoutMs: TIMEOUT_MS,
    maxRetries: 0,
    version: '0.0.0',
  });
  await client.connect({ origin: 'internal' });
  return {
    async callTool(name, args) {
      const before = traffic.lastSeq;
      const result = await client.callTool(name, args, { origin: 'user' });
      // Both heads, the request and its answer.
      if (traffic.lastSeq < before + 4) throw new Error('The call was not recorded');
      return firstText(result.content);
    },
    delivered: () => delivered,
    async close() {
      await client.close();
      await agent.destroy();
      traffic.dispose();
    },
  };
}

/** The library as anyone would use it: its own transport on the platform's `fetch`. */
export async function plainCaller(url: string): Promise<Caller> {
  const client = new Client({ name: 'bench', version: '0.0.0' }, { capabilities: {} });
  let delivered = 0;
  client.setNotificationHandler('notifications/message', () => void (delivered += 1));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return {
    async callTool(name, args) {
      const result = await client.callTool({ name, arguments: { ...args } }, { timeout: TIMEOUT_MS });
      return firstText(result.content);
    },
    delivered: () => delivered,
    close: () => client.close(),
  };
}

/** No protocol library at all: what HTTP itself takes. Reads the answer whole and takes the text out of its event. */
export async function bareCaller(url: string): Promise<Caller> {
  const dispatcher = new Agent();
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  let id = 0;
  const post = async (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    const response = await request(url, { method: 'POST', headers, body, dispatcher });
    return { headers: response.headers, text: await response.body.text() };
  };
  const protocolVersion = '2025-11-25';
  const clientInfo = { name: 'bench', version: '0.0.0' };
  const opened = await post({
    id: 0,
    method: 'initialize',
    params: { protocolVersion, capabilities: {}, clientInfo },
  });
  headers['mcp-session-id'] = String(opened.headers['mcp-session-id']);
  headers['mcp-protocol-version'] = protocolVersion;
  await post({ method: 'notifications/initialized' });
  return {
    async callTool(name, args) {
      id += 1;
      const { text } = await post({ id, method: 'tools/call', params: { name, arguments: args } });
      // The reference server begins with an event without data, to resume from.
      const data = /^data: ?(\{.*)$/m.exec(text)?.[1] ?? text;
      const answer = JSON.parse(data) as { result: { content: readonly unknown[] } };
      return firstText(answer.result.content);
    },
    delivered: () => 0,
    async close() {
      await request(url, { method: 'DELETE', headers, dispatcher });
      await dispatcher.destroy();
    },
  };
}

function firstText(content: readonly unknown[]): string {
  const [first] = content;
  if (typeof first === 'object' && first !== null && 'text' in first && typeof first.text === 'string')
    return first.text;
  throw new Error('The answer has no text');
}
