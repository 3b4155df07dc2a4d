import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ApiV1, CallToolResult, ServerInfo, TrafficEntry } from '../../../src/api.ts';
import { define, undefine } from './support/definitions.ts';
import { getApi } from './support/extension.ts';
import { startRecordingProxy } from './support/recordingProxy.ts';
import { describeTrusted } from './support/trust.ts';

const tools = [
  'echo',
  'get-annotated-message',
  'get-env',
  'get-resource-links',
  'get-resource-reference',
  'get-structured-content',
  'get-sum',
  'get-tiny-image',
  'gzip-file-as-resource',
  'simulate-research-query',
  'toggle-simulated-logging',
  'toggle-subscriber-updates',
  'trigger-long-running-operation',
];

const message = 'Grüße, “world” – \u{1F44B}\n\\n';

describeTrusted('server-everything, as the workspace defines it', () => {
  let api: ApiV1;

  before(async () => {
    api = await getApi();
    await vscode.commands.executeCommand('externalMcp.startServer', 'everything');
  });

  after(async () => {
    await api.stopServer('everything');
    await undefine(api);
  });

  it('was started by command and speaks Streamable HTTP in a session', () => {
    const server = find('everything');
    assert.equal(server.state, 'ready');
    assert.equal(server.transport, 'streamable-http');
    assert.equal(server.protocolVersion, '2025-11-25');
    assert.equal(server.url, `http://127.0.0.1:${server.port}/mcp`);
    assert.match(server.sessionId ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(server.pid !== undefined && server.pid !== process.pid);
  });

  it('has its 13 tools in the API', async () => {
    const listed = await api.listTools('everything');
    assert.deepEqual(listed.map(({ name }) => name).toSorted(), tools);
    assert.equal(find('everything').toolCount, 13);
  });

  it('answers a call made through the command, whose request and event are in the traffic', async () => {
    const after = lastSeq();
    const call = { server: 'everything', tool: 'echo', args: { message } };
    const result = await vscode.commands.executeCommand<CallToolResult>('externalMcp.callTool', call);
    assert.deepEqual(result.content, [{ type: 'text', text: `Echo: ${message}` }]);
    const [request, answer] = callTraffic('everything', after);
    assert.equal(request.origin, 'user');
    // The panel shows progress, so a person's call asks for it.
    const { params } = JSON.parse(Buffer.from(request.raw).toString()) as { params: { _meta: unknown } };
    assertEcho(request, answer, { _meta: params._meta });
  });

  it('answers a call made through the API, whose request and event are in the traffic', async () => {
    const after = lastSeq();
    const result = await api.callTool('everything', 'echo', { message });
    assert.deepEqual(result.content, [{ type: 'text', text: `Echo: ${message}` }]);
    const [request, answer] = callTraffic('everything', after);
    assert.equal(request.origin, 'api');
    assertEcho(request, answer);
  });

  it('is recorded byte for byte as a proxy between us and it saw', async () => {
    const { url } = find('everything');
    const proxy = await startRecordingProxy(new URL(String(url)));
    try {
      await define(api, { proxied: { url: proxy.url } });
      await api.startServer('proxied');
      const after = lastSeq();
      await api.callTool('proxied', 'echo', { message });
      const [request, answer] = callTraffic('proxied', after);
      assert.deepEqual(proxy.requests.filter((body) => body.includes('"tools/call"')).map(String), [
        Buffer.from(request.raw).toString(),
      ]);
      assert.deepEqual(proxy.responses.filter((body) => body.includes('Echo: ')).map(String), [
        streamOf(answer).toString(),
      ]);
      await api.stopServer('proxied');
    } finally {
      await proxy.close();
    }
  });

  function find(name: string): ServerInfo {
    const server = api.servers.find((candidate) => candidate.name === name);
    assert.ok(server);
    return server;
  }

  function lastSeq(): number {
    return api.traffic.entries().at(-1)?.seq ?? 0;
  }

  /** The body of the one call since `after`, and the event that answered it. */
  function callTraffic(server: string, after: number): [TrafficEntry, TrafficEntry] {
    const entries = api.traffic.entries(`server:${server} method:tools/call`, { after });
    const requests = entries.filter(({ kind }) => kind === 'request');
    const answers = entries.filter(({ kind, channel }) => kind === 'response' && channel === 'sse');
    assert.equal(requests.length, 1);
    assert.equal(answers.length, 1);
    const [request] = requests;
    const [answer] = answers;
    assert.ok(request && answer);
    assert.equal(answer.pairedWith, request.seq);
    assert.equal(request.pairedWith, answer.seq);
    return [request, answer];
  }

  /** The whole body of the stream that an event came in. */
  function streamOf({ exchange }: TrafficEntry): Buffer {
    const parts = api.traffic.entries().filter((entry) => entry.exchange === exchange && entry.channel === 'sse');
    return Buffer.concat(parts.map(({ raw }) => raw));
  }
});

function assertEcho(request: TrafficEntry, answer: TrafficEntry, further: object = {}): void {
  const body = Buffer.from(request.raw).toString();
  const { id } = JSON.parse(body) as { id: unknown };
  assert.equal(
    body,
    JSON.stringify({
      method: 'tools/call',
      params: { name: 'echo', arguments: { message }, ...further },
      jsonrpc: '2.0',
      id,
    }),
  );
  assert.equal(request.size, request.raw.length);
  const [event, data] = /^(?:event: message\nid: \S+\n)data: (.*)\n\n$/.exec(Buffer.from(answer.raw).toString()) ?? [];
  assert.ok(event, `not one event: ${Buffer.from(answer.raw).toString()}`);
  assert.equal(
    data,
    JSON.stringify({ result: { content: [{ type: 'text', text: `Echo: ${message}` }] }, jsonrpc: '2.0', id }),
  );
}
