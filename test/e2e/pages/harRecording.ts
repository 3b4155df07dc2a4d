import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redactor } from '../../../src/base/redact.ts';
import { exportHar } from '../../../src/traffic/exchangeFiles/har.ts';
import type { TrafficLog } from '../../../src/traffic/trafficLog.ts';
import { sdkV2 } from '../../servers/eras/sdkV2.ts';
import { serverScript } from '../../servers/start.ts';
import { clientFor, serve, user } from '../../unit/client/support.ts';
import { newLog } from '../../unit/traffic/records.ts';
import { atEnd } from '../../unit/wire/support.ts';

/** What is said to each server, so that its answer is known. */
export const WORDS = { json: 'in JSON, ä 😀', stream: 'as an event, ä 😀', stdio: 'on a pipe, ä 😀' } as const;

/** Calls real servers that answer in JSON, with streams of events and on pipes; returns what was recorded. */
export async function recordCalls(): Promise<TrafficLog> {
  const log = newLog();
  const child = spawn(process.execPath, [serverScript('eras/stdioV2')], { stdio: ['pipe', 'pipe', 'ignore'] });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const endpoints = {
    json: await serve(sdkV2().handler),
    stream: `${await serve(sdkV2(undefined, { responseMode: 'sse' }).handler)}?key=a%20b`,
    stdio: { kind: 'stdio', streams: child },
  } as const;
  for (const name of ['json', 'stream', 'stdio'] as const) {
    const { client } = clientFor(endpoints[name], { server: name, traffic: log });
    await client.connect(user);
    await client.callTool('echo', { message: WORDS[name] }, user);
    await client.close();
  }
  return log;
}

/** The log as a HAR file, as the command writes it. */
export async function harOf(log: TrafficLog): Promise<string> {
  let text = '';
  for await (const piece of exportHar(log, { redactor: new Redactor(), version: '1.0.0' })) text += piece;
  return text;
}
