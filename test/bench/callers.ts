import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Redactor } from '../../src/base/redact.ts';
import { type Endpoint, ExternalMcpClient } from '../../src/client/externalMcpClient.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';
import { createAgent } from '../../src/wire/agent.ts';

/** Something that calls tools of one server. */
export interface Caller {
  /** @param onProgress called for each progress notification; without it none is asked for */
  callTool(name: string, args: Readonly<Record<string, unknown>>, onProgress?: () => void): Promise<ToolResult>;
  /** Log messages of the server that have reached a listener. */
  logged(): number;
  close(): Promise<void>;
}

export interface ToolResult {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
}

/** Milliseconds that a call may take, whoever makes it. */
export const CALL_TIMEOUT_MS = 60_000;
/** Above the largest answer; by default our client takes 16 MB. */
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;
const MAX_TRAFFIC_BYTES = 64 * 1024 * 1024;

/** Our client, recording as it does in the extension. Fails a call whose messages were not all recorded. */
export async function recordedCaller(endpoint: Endpoint): Promise<Caller> {
  const agent = createAgent();
  const redactor = new Redactor();
  const traffic = new TrafficLog({ maxBytes: MAX_TRAFFIC_BYTES, redactor });
  let logged = 0;
  let progressed = 0;
  const client = new ExternalMcpClient({
    server: 'bench',
    endpoint,
    agent,
    traffic,
    clock: systemClock,
    log: silentLog,
    mask: (text) => redactor.text(text),
    maxMessageBytes: MAX_MESSAGE_BYTES,
    timeoutMs: CALL_TIMEOUT_MS,
    maxRetries: 0,
    version: '0.0.0',
  });
  client.onDidLog(() => (logged += 1));
  await client.connect({ origin: 'internal' });
  const recordedBesideNotifications = (): number => traffic.lastSeq - logged - progressed;
  return {
    async callTool(name, args, onProgress) {
      const before = recordedBesideNotifications();
      const listener = (): void => {
        progressed += 1;
        onProgress?.();
      };
      const watch = onProgress === undefined ? {} : { onProgress: listener };
      const result = await client.callTool(name, args, { origin: 'user', ...watch });
      // At the least the request and its answer.
      if (recordedBesideNotifications() < before + 2) throw new Error('The call was not recorded');
      return result;
    },
    logged: () => logged,
    async close() {
      await client.close();
      await agent.destroy();
      traffic.dispose();
    },
  };
}

/** The same on the pipes of a Node program of its own. */
export async function recordedStdioCaller(args: readonly string[]): Promise<Caller> {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const caller = await recordedCaller({ kind: 'stdio', streams: child });
  return {
    ...caller,
    async close() {
      await caller.close();
      child.kill();
      await exited;
    },
  };
}
