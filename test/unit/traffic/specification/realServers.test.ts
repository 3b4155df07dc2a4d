import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import type { ExternalMcpClientOptions } from '../../../../src/client/externalMcpClient.ts';
import { seed } from '../../../servers/dialects/seed.ts';
import { v2 } from '../../../servers/dialects/v2.ts';
import { v3 } from '../../../servers/dialects/v3.ts';
import { v4 } from '../../../servers/dialects/v4.ts';
import { v5 } from '../../../servers/dialects/v5.ts';
import { v6 } from '../../../servers/dialects/v6.ts';
import { v7 } from '../../../servers/dialects/v7.ts';
import { v8 } from '../../../servers/dialects/v8.ts';
import { v9 } from '../../../servers/dialects/v9.ts';
import { handshake } from '../../../servers/eras/handshake.ts';
import { createFeatureServer } from '../../../servers/eras/featureServer.ts';
import { sdkV2 } from '../../../servers/eras/sdkV2.ts';
import { stateless } from '../../../servers/eras/stateless.ts';
import { legacySse } from '../../../servers/legacySseServer.ts';
import { serverScript, startScript } from '../../../servers/start.ts';
import { createEchoServer } from '../../../servers/support/echoServer.ts';
import { mcp } from '../../../servers/support/mcp.ts';
import { sdk } from '../../../servers/support/sdk.ts';
import { clientFor, serve, user } from '../../client/support.ts';
import { startSample } from '../../sample/support/sample.ts';
import { atEnd, endAll } from '../../wire/support.ts';
import { findingsIn } from './support.ts';

/** The SDKs refuse an unknown method on no session (the probe for the era) with `id: null`, although the id was readable. */
const REFUSED_PROBE = 'warning jsonrpc.errorId';
/** The seed's dialect has an `initialize` and nothing behind it. */
const NO_INITIALIZED = 'info lifecycle.initialized';

const everything = npm('@modelcontextprotocol/server-everything/dist/index.js');
const memory = npm('@modelcontextprotocol/server-memory/dist/index.js');
/** What is asked of it, beside its `echo`. */
const calls: Readonly<Record<string, Record<string, unknown>>> = {
  'get-structured-content': { location: 'Chicago' },
  'get-sum': { a: 1, b: 2 },
  'get-tiny-image': {},
  'get-annotated-message': { messageType: 'success', includeImage: true },
  'get-resource-links': { count: 2 },
  'trigger-long-running-operation': { duration: 0.1, steps: 3 },
};

interface Spoken {
  handler: RequestListener;
  path?: string;
  /** `severity rule`, each once. */
  notes: string[];
}

const servers: Readonly<Record<string, Spoken>> = {
  'the SDK': { handler: sdk(createEchoServer), notes: [REFUSED_PROBE] },
  'the SDK in both eras': { handler: sdkV2().handler, notes: [] },
  'the SDK with every feature': { handler: sdkV2(() => createFeatureServer()).handler, notes: [] },
  'the SDK in both eras, with streams': { handler: sdkV2(undefined, { responseMode: 'sse' }).handler, notes: [] },
  'a server with a handshake': { handler: handshake().handler, notes: [] },
  'a server of 2025-03-26 without sessions': {
    handler: handshake({ version: '2025-03-26', hasSessions: false }).handler,
    notes: [],
  },
  'a minimal server': { handler: mcp(), notes: [] },
  'a minimal server behind a redirect (V9)': { handler: v9(), notes: [] },
  // Its results of calls have no “resultType”.
  'a stateless server': { handler: stateless(), notes: ['warning stateless.resultType'] },
  'HTTP+SSE': { handler: legacySse(), path: '/sse', notes: [] },
  'HTTP+SSE at one path (V6)': { handler: v6(), path: '/sse', notes: [] },
  "the seed's dialect": { handler: seed(), path: '/sse', notes: [NO_INITIALIZED] },
  // It answers GET with 404.
  V2: { handler: v2(), path: '/sse', notes: ['info http.listen'] },
  // And begins its streams with `{"type":"connection"}`.
  V3: { handler: v3(), path: '/sse', notes: ['info http.listen', 'info sse.message'] },
  V4: { handler: v4(), path: '/sse', notes: [] },
  V5: {
    handler: v5(),
    path: '/sse',
    notes: ['info jsonrpc.answeredTwice', NO_INITIALIZED, 'info sse.endpointFirst'],
  },
  V7: { handler: v7(), path: '/sse', notes: [NO_INITIALIZED, 'info sse.endpoint'] },
  // GET brings its health, and its lists are bare.
  V8: { handler: v8(), path: '/', notes: ['info http.listen', NO_INITIALIZED, 'info mcp.result'] },
};

describe('traffic: what is noted of conversations with real servers is true', () => {
  afterEach(endAll);

  for (const mode of ['streamableHttp', 'sse']) {
    it(`server-everything over ${mode}`, async () => {
      const port = await getPort({ host: '127.0.0.1' });
      const server = await startScript(everything, { port, args: [mode] });
      atEnd(() => server.stop());
      const notes = await notesOf({ kind: 'http', url: new URL(`http://127.0.0.1:${port}/`), headers: {} });
      assert.deepEqual(notes, mode === 'sse' ? [] : [REFUSED_PROBE]);
    });
  }

  for (const [name, script] of Object.entries({ everything, memory, stdioV2: serverScript('eras/stdioV2') })) {
    it(`${name} over stdio`, async () => {
      assert.deepEqual(await notesOf({ kind: 'stdio', streams: run(script) }), []);
    });
  }

  it('the sample server, in both of its languages', async () => {
    const server = await startSample();
    atEnd(() => server.stop());
    const { url } = server;
    assert.deepEqual(await notesOf(url), [REFUSED_PROBE]);
    assert.deepEqual(await notesOf(url.replace(/mcp$/, 'sse')), [NO_INITIALIZED]);
  });

  for (const [name, { handler, path = '/mcp', notes }] of Object.entries(servers)) {
    it(name, async () => {
      assert.deepEqual(await notesOf(new URL(path, await serve(handler)).href), notes);
    });
  }
});

/** Talks to a server as the product does and gives what was noted, each with its severity, once. */
async function notesOf(endpoint: string | ExternalMcpClientOptions['endpoint']): Promise<string[]> {
  const { client, traffic } = clientFor(endpoint);
  await client.connect(user);
  const tools = new Set((await client.listTools(user)).map(({ name }) => name));
  for (let call = 0; call < 2 && tools.has('echo'); call += 1) {
    await client.callTool('echo', { message: 'hi' }, user);
  }
  for (const [name, args] of Object.entries(calls)) if (tools.has(name)) await client.callTool(name, args, user);
  const { resources, prompts, logging } = client.capabilities ?? {};
  const [resource] = resources === undefined ? [] : await client.listResources(user);
  if (resource !== undefined) {
    await client.listResourceTemplates(user);
    await client.readResource(resource.uri, user);
    if (resources?.subscribe === true) {
      await client.subscribe(resource.uri, user);
      await client.unsubscribe(resource.uri, user);
    }
  }
  const prompt = prompts === undefined ? undefined : (await client.listPrompts(user)).find((one) => !one.arguments);
  if (prompt !== undefined) await client.getPrompt(prompt.name, {}, user);
  if (logging !== undefined && resource !== undefined) await client.setLogLevel('debug', user);
  await client.ping(user);
  await client.close();
  const notes = findingsIn(traffic.records).map(({ severity, rule }) => `${severity} ${rule}`);
  return [...new Set(notes)].toSorted((one, other) => (rulePart(one) < rulePart(other) ? -1 : 1));
}

function rulePart(note: string): string {
  return note.slice(note.indexOf(' '));
}

function run(script: string): ChildProcessByStdio<Writable, Readable, null> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  });
  return child;
}

function npm(path: string): string {
  return fileURLToPath(new URL(`../../../../node_modules/${path}`, import.meta.url));
}
