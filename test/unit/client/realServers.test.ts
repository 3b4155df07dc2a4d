import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import type { TrafficRecord } from '../../../src/base/traffic.ts';
import { sentIn } from '../../servers/eras/sent.ts';
import { startScript } from '../../servers/start.ts';
import { atEnd, endAll } from '../wire/support.ts';
import { clientFor, user } from './support.ts';

const everything = npm('@modelcontextprotocol/server-everything/dist/index.js');
const memory = npm('@modelcontextprotocol/server-memory/dist/index.js');
const supergateway = npm('supergateway/dist/index.js');
const mcpProxy = npm('mcp-proxy/dist/bin/mcp-proxy.mjs');
const memoryCommand = `"${process.execPath}" "${memory}"`;

/** Issue 3: for any server whose era is not known yet. */
const MOST_REQUESTS = 12;

interface RealServer {
  script: string;
  args: (port: number) => string[];
  speaks: string;
  /** All that is sent to connect once it is known what the server speaks. */
  known: string[];
}

const handshake = ['POST /mcp initialize', 'POST /mcp notifications/initialized'];

const servers: Readonly<Record<string, RealServer>> = {
  'server-everything streamableHttp': {
    script: everything,
    args: () => ['streamableHttp'],
    speaks: 'Streamable HTTP (2025-11-25)',
    known: handshake,
  },
  'server-everything sse': {
    script: everything,
    args: () => ['sse'],
    speaks: 'HTTP+SSE (2024-11-05)',
    known: ['GET /sse', 'POST /message initialize', 'POST /message notifications/initialized'],
  },
  // It answers 404 with a JSON-RPC error to a method that the server behind it does not know.
  supergateway: {
    script: supergateway,
    args: (port) => ['--stdio', memoryCommand, '--outputTransport', 'streamableHttp', '--port', String(port)],
    speaks: 'Streamable HTTP (2025-11-25)',
    known: handshake,
  },
  'mcp-proxy': {
    script: mcpProxy,
    args: (port) => ['--port', String(port), '--', process.execPath, memory],
    speaks: '2026-07-28 · stateless',
    known: ['POST /mcp server/discover'],
  },
};

describe('client: servers that others wrote, of which only the port is given', () => {
  afterEach(endAll);

  for (const [name, { script, args, speaks, known }] of Object.entries(servers)) {
    it(`${name}: finds ${speaks}, and asks for nothing else once that is known`, async () => {
      const port = await getPort({ host: '127.0.0.1' });
      const server = await startScript(script, { port, args: args(port) });
      atEnd(() => server.stop());
      const url = `http://127.0.0.1:${port}/`;

      const first = clientFor(url);
      const { dialect, verdict } = await first.client.connect(user);
      assert.equal(dialect, speaks);
      assert.ok(sentIn(first.traffic.records).length <= MOST_REQUESTS);
      assert.deepEqual(sentToConnect(first.traffic.records).slice(-known.length), known);

      const second = clientFor(url, { known: verdict });
      assert.equal((await second.client.connect(user)).dialect, speaks);
      assert.deepEqual(sentToConnect(second.traffic.records), known);
    });
  }
});

/** Without queries, which hold sessions, and without the streams that are opened behind a connection. */
function sentToConnect(records: readonly TrafficRecord[]): string[] {
  return sentIn(records)
    .map((request) => request.replace(/\?\S*/, ''))
    .filter((request) => request !== 'GET /mcp' && request !== 'POST /mcp subscriptions/listen');
}

function npm(path: string): string {
  return fileURLToPath(new URL(`../../../node_modules/${path}`, import.meta.url));
}
