import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import * as vscode from 'vscode';
import type { ApiV1, ServerInfo } from '../../../src/api.ts';
import { define, type Definition, nodeProgram, program, undefine } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { markedProcesses, noProcessIsLeft } from './support/leftovers.ts';
import { repository } from './support/repository.ts';
import { describeTrusted } from './support/trust.ts';

/** Milliseconds for the start of all of them; a loaded machine takes half. */
const limit = 60_000;
/** Servers that start at the same time. With all at once, one on pipes may take longer than the 2 s after which its silence means the older era. */
const atOnce = 3;

const everything = npm('@modelcontextprotocol/server-everything/dist/index.js');
const filesystem = npm('@modelcontextprotocol/server-filesystem/dist/index.js');
const memory = npm('@modelcontextprotocol/server-memory/dist/index.js');
const playwright = npm('@playwright/mcp/cli.js');
const supergateway = npm('supergateway/dist/index.js');
const v2Stdio = join(repository, 'test/servers/v2Stdio.ts');
const mcpProxy = npm('mcp-proxy/dist/bin/mcp-proxy.mjs');

/** What server-memory remembers: nothing yet. */
const noGraph = { MEMORY_FILE_PATH: '${workspaceFolder}/graph.jsonl' };
const sample = join(
  vscode.extensions.getExtension('external-mcp.external-mcp')?.extensionPath ?? '',
  'dist/sample.cjs',
);
const [folder] = vscode.workspace.workspaceFolders ?? [];
const workspace = folder?.uri.fsPath ?? '';

/** What was found out about a server, and where; PORT stands for its port. */
interface Found {
  transport: ServerInfo['transport'];
  dialect: string;
  protocolVersion: string;
  url?: string;
  hasSession: boolean;
}

const http2025: Found = {
  transport: 'streamable-http',
  dialect: 'Streamable HTTP (2025-11-25)',
  protocolVersion: '2025-11-25',
  url: 'http://127.0.0.1:PORT/mcp',
  hasSession: true,
};
const http2026: Found = {
  transport: 'streamable-http',
  dialect: '2026-07-28 · stateless',
  protocolVersion: '2026-07-28',
  url: 'http://127.0.0.1:PORT/mcp',
  hasSession: false,
};
const sse: Found = {
  transport: 'sse',
  dialect: 'HTTP+SSE (2024-11-05)',
  protocolVersion: '2025-11-25',
  url: 'http://127.0.0.1:PORT/sse',
  hasSession: true,
};
const externalSse: Found = {
  transport: 'external-sse',
  dialect: 'External MCP dialect',
  protocolVersion: '2025-11-25',
  url: 'http://127.0.0.1:PORT/sse',
  hasSession: true,
};
const stdio2025: Found = {
  transport: 'stdio',
  dialect: 'stdio (2025-11-25)',
  protocolVersion: '2025-11-25',
  hasSession: false,
};
const stdio2026: Found = {
  transport: 'stdio',
  dialect: 'stdio, 2026-07-28 · stateless',
  protocolVersion: '2026-07-28',
  hasSession: false,
};

/** One tool of a server: what it is given, and the first text of its result. */
interface Call {
  toolCount: number;
  tool: string;
  args?: object;
  text: string | RegExp;
}

const echo: Call = { toolCount: 13, tool: 'echo', args: { message: 'hello' }, text: 'Echo: hello' };
const graph: Call = {
  toolCount: 9,
  tool: 'read_graph',
  text: JSON.stringify({ entities: [], relations: [] }, undefined, 2),
};
const folders: Call = {
  toolCount: 14,
  tool: 'list_allowed_directories',
  text: `Allowed directories:\n${workspace}`,
};
const page: Call = {
  toolCount: 25,
  tool: 'browser_navigate',
  args: { url: 'data:text/html,<title>A page</title>' },
  text: /Page Title: A page/,
};
const v2Echo: Call = { toolCount: 1, tool: 'echo', args: { message: 'hello' }, text: 'modern: hello' };
const add: Call = { toolCount: 6, tool: 'add', args: { a: 2, b: 40 }, text: '2 + 40 = 42' };

type RealServer = readonly [name: string, definition: Definition, found: Found, call: Call];

/** With nothing said of what they speak, and of where only a port. */
const servers: readonly RealServer[] = [
  ['server-everything streamableHttp', atPort([everything, 'streamableHttp']), http2025, echo],
  ['server-everything sse', atPort([everything, 'sse']), sse, echo],
  ['server-everything stdio', nodeProgram([everything, 'stdio']), stdio2025, echo],
  ['server-memory', nodeProgram([memory], {}, noGraph), stdio2025, graph],
  ['server-filesystem', nodeProgram([filesystem, workspace]), stdio2025, folders],
  ['supergateway streamableHttp', gateway('streamableHttp'), { ...http2025, hasSession: false }, graph],
  ['supergateway streamableHttp --stateful', gateway('streamableHttp', '--stateful'), http2025, graph],
  ['supergateway sse', gateway('sse'), sse, graph],
  ['mcp-proxy', proxy(), http2026, folders],
  ['mcp-proxy --no-modern', proxy('--no-modern'), http2025, folders],
  ['mcp-proxy --server sse', proxy('--server', 'sse'), sse, folders],
  ['SDK v2, modern only', program('v2Modern'), http2026, v2Echo],
  ['SDK v2, both eras', program('v2Dual'), http2026, v2Echo],
  ['SDK v2 stdio, modern only', nodeProgram([v2Stdio, '--modern']), stdio2026, v2Echo],
  ['SDK v2 stdio, both eras', nodeProgram([v2Stdio]), stdio2026, v2Echo],
  ['the sample server', atPort([sample]), http2025, add],
  ['the sample server at /sse', nodeProgram([sample], { url: 'http://127.0.0.1:${port}/sse' }), externalSse, add],
  ['the sample server as external-sse', nodeProgram([sample], { transport: 'external-sse' }), externalSse, add],
];

describeTrusted('Real servers', () => {
  let api: ApiV1;
  const starts = new Map<string, Promise<ServerInfo>>();

  before('start all', async function startAll() {
    this.timeout(limit);
    api = await getApi();
    const { executablePath, env } = await testBrowser();
    const browser = ['--headless', '--isolated', '--no-sandbox', '--executable-path', executablePath];
    const overHttp = [playwright, ...browser, '--port', '${port}'];
    const definitions = {
      ...Object.fromEntries(servers.map(([name, definition]) => [name, definition])),
      '@playwright/mcp': atPort(overHttp, env),
      '@playwright/mcp at /sse': nodeProgram(overHttp, { url: 'http://localhost:${port}/sse' }, env),
      '@playwright/mcp stdio': nodeProgram([playwright, ...browser], {}, env),
    };
    await define(api, definitions);
    const names = Object.keys(definitions).values();
    const startNext = async (): Promise<void> => {
      for (const name of names) {
        const start = api.startServer(name);
        starts.set(name, start);
        await start.catch(() => {}); // Its own test shows it.
      }
    };
    await Promise.all(Array.from({ length: atOnce }, startNext));
  });

  after(() => undefine(api));

  for (const [name, , found, call] of servers) {
    it(`${name}: found to speak ${found.dialect}, and called`, () => isFoundAndCalled(name, found, call));
  }

  it('@playwright/mcp: found at localhost, since it refuses 127.0.0.1, and called', () =>
    isFoundAndCalled('@playwright/mcp', { ...http2025, url: 'http://localhost:PORT/mcp' }, page));

  it('@playwright/mcp at /sse: found to speak HTTP+SSE, and called', () =>
    isFoundAndCalled('@playwright/mcp at /sse', { ...sse, url: 'http://localhost:PORT/sse' }, page));

  it('@playwright/mcp stdio: found to speak stdio, and called', () =>
    isFoundAndCalled('@playwright/mcp stdio', stdio2025, page));

  it('@playwright/mcp, attached to at 127.0.0.1, refuses it, and the error says what to do', async () => {
    const { port } = await started('@playwright/mcp');
    const name = 'attached by its number';
    const error = await failure(api.startServer({ name, url: `http://127.0.0.1:${port}/mcp` }));
    await api.stopServer(name);
    assert.equal(error.kind, 'auth');
    assert.equal(error.httpStatus, 403);
    assert.match(error.message, /\(403\): Access is only allowed at localhost:\d+\..* the name localhost in its "url"/);
  });

  it('are stopped, and no process of theirs is left', async () => {
    const running = api.servers.filter(({ name, state }) => starts.has(name) && state === 'ready');
    assert.equal(running.length, starts.size);
    assert.ok((await markedProcesses()).length > running.length, 'with those that they started');
    await Promise.all(running.map(({ name }) => api.stopServer(name)));
    const states = api.servers.filter(({ name }) => starts.has(name)).map(({ state }) => state);
    assert.deepEqual(new Set(states), new Set(['stopped']));
    await noProcessIsLeft();
  });

  function started(name: string): Promise<ServerInfo> {
    const start = starts.get(name);
    assert.ok(start);
    return start;
  }

  async function isFoundAndCalled(name: string, found: Found, { toolCount, tool, args, text }: Call): Promise<void> {
    await started(name);
    const server = api.servers.find((candidate) => candidate.name === name);
    assert.ok(server);
    const { transport, dialect, protocolVersion, sessionId } = server;
    const url = server.url === undefined ? {} : { url: server.url.replace(`:${server.port}/`, ':PORT/') };
    assert.deepEqual({ transport, dialect, protocolVersion, ...url, hasSession: sessionId !== undefined }, found);
    assert.equal(server.toolCount, toolCount);
    assert.equal((await api.listTools(name)).length, toolCount);
    const result = await api.callTool(name, tool, args);
    const [content] = result.content;
    assert.notEqual(result.isError, true, String(content?.['text']));
    if (typeof text === 'string') assert.equal(content?.['text'], text);
    else assert.match(String(content?.['text']), text);
  }
});

function npm(path: string): string {
  return join(repository, 'node_modules', path);
}

function atPort(args: readonly string[], env: Readonly<Record<string, string>> = {}): Definition {
  return nodeProgram(args, { port: 'auto' }, env);
}

function gateway(output: string, ...further: string[]): Definition {
  const command = `"${process.execPath}" "${memory}"`;
  const args = ['--stdio', command, '--outputTransport', output, '--port', '${port}', ...further];
  return atPort([supergateway, ...args], noGraph);
}

function proxy(...further: string[]): Definition {
  const command = [process.execPath, filesystem, workspace];
  return atPort([mcpProxy, '--port', '${port}', ...further, '--', ...command]);
}

/** The browser of our own tests; found in a process of its own, since the bundled suite has no place of its own to look from. */
async function testBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const module = JSON.stringify(pathToFileURL(join(repository, 'test/host/installBrowser.ts')));
  const script = `import { ensureBrowser } from ${module}; console.log(JSON.stringify(await ensureBrowser()));`;
  const env = { ELECTRON_RUN_AS_NODE: '1' };
  const { stdout } = await execa(process.execPath, ['--input-type=module', '--eval', script], { env });
  return JSON.parse(stdout) as { executablePath: string; env: Record<string, string> };
}
