import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ApiV1, ErrorKind } from '../../../src/api.ts';
import { define, nodeProgram, program, undefine } from './support/definitions.ts';
import type { Definition } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { markedProcesses, noProcessIsLeft } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';

type Case = {
  readonly title: string;
  readonly definition: Definition;
  readonly kind: ErrorKind;
  /** What happened and what to do next, each in the message. */
  readonly says: readonly RegExp[];
};

const cases: readonly Case[] = [
  {
    title: 'a command that is not found',
    definition: { command: 'no-such-program-anywhere', port: 'auto' },
    kind: 'process',
    says: [/"no-such-program-anywhere" was not found/, /Install it, or give its full path as "command"/],
  },
  {
    title: 'a file that is not there',
    definition: { command: './no/such/file', port: 'auto' },
    kind: 'process',
    says: [/there is no file ".*\/no\/such\/file"/, /Correct "command"/],
  },
  {
    title: 'a missing working directory',
    definition: program('echo', { cwd: './no-such-folder' }),
    kind: 'process',
    says: [/working directory ".*\/no-such-folder" does not exist/, /correct "cwd"/],
  },
  {
    title: 'a server that exits at once, with its last lines',
    definition: program('exitAtOnce'),
    kind: 'process',
    says: [/exit(?:ed)? .*code 3/, /reading config\.json\nconfig\.json: no such file\ngiving up/],
  },
  {
    title: 'a stdio server that exits at once',
    definition: program('exitAtOnce', { port: false }),
    kind: 'process',
    says: [/code 3/, /config\.json: no such file/],
  },
  {
    title: 'a server that never listens',
    definition: program('silent', { startupTimeout: 0.5 }),
    kind: 'timeout',
    says: [/was not ready within 0\.5 s/, /See its output; raise "startupTimeout"/],
  },
  {
    title: 'a server that accepts connections and never answers',
    definition: program('hang', { startupTimeout: 1 }),
    kind: 'timeout',
    says: [/was not ready within 1 s/, /raise "startupTimeout"/],
  },
  {
    title: 'a stdio server that says nothing',
    definition: program('silent', { port: false, startupTimeout: 0.5 }),
    kind: 'timeout',
    says: [/was not ready within 0\.5 s/],
  },
  {
    title: 'a stdio definition whose process listens on a port',
    definition: program('stdioButListens', { port: false, startupTimeout: 1.5 }),
    kind: 'config',
    says: [/listens on port \d+: it speaks HTTP/, /Add "port": \d+ to its definition/],
  },
  {
    title: 'a server that answers its start with 500',
    definition: program('httpStatus'),
    kind: 'connection',
    says: [/failed while answering “server\/discover” \(500\)/, /status 500, as asked/, /See its output/],
  },
  {
    title: 'a server that answers its start with a web page',
    definition: program('html'),
    kind: 'protocol',
    says: [/text\/html instead of JSON/, /Check that its URL is an MCP endpoint/],
  },
  {
    title: 'an address where nothing answers',
    definition: { url: 'http://127.0.0.1:9/mcp' },
    kind: 'connection',
    says: [/Nothing answers at http:\/\/127\.0\.0\.1:9/, /Check that the server is running/],
  },
  {
    title: 'an unknown variable',
    definition: nodeProgram(['${workspaceFoldr}/server.js']),
    kind: 'config',
    says: [/\$\{workspaceFoldr\}/, /Did you mean \$\{workspaceFolder\}\?/],
  },
  {
    title: 'a variable that is not supported yet',
    definition: nodeProgram(['server.js'], {}, { TOKEN: '${input:token}' }),
    kind: 'config',
    says: [/\$\{input:token\}/, /not supported yet/],
  },
];

const invalid: readonly Case[] = [
  {
    title: 'a misspelt key',
    definition: { comand: 'node' },
    kind: 'config',
    says: [/"comand" is not a key of a server; did you mean "command"\?/],
  },
  {
    title: 'a wrong type',
    definition: { command: 'node', args: 'server.js' },
    kind: 'config',
    says: [/"args": .*array/],
  },
  { title: 'a port that is none', definition: { command: 'node', port: 99_999 }, kind: 'config', says: [/"port"/] },
  { title: 'nothing to start or attach to', definition: {}, kind: 'config', says: [/"command" .*or "url"/] },
  {
    title: 'keys that contradict each other',
    definition: { command: 'node', transport: 'stdio', port: 1234 },
    kind: 'config',
    says: [/"port" has no use with "transport": "stdio"; remove one/],
  },
];

const nameOf = ({ title }: Case): string => `bad: ${title}`;

describeTrusted('A server that cannot be started', () => {
  let api: ApiV1;
  let steadyPid: number | undefined;

  before(async () => {
    api = await getApi();
    // Started again by itself, it would be in another state by the time that it is looked at.
    const bad = cases.map((each) => [nameOf(each), { ...each.definition, restart: 'never' }] as const);
    const unusable = invalid.map((each) => [nameOf(each), each.definition] as const);
    await define(api, { ...Object.fromEntries([...bad, ...unusable]), steady: program('echo') });
    steadyPid = (await api.startServer('steady')).pid;
  });

  afterEach('leaves the others alone', async () => {
    const { content } = await api.callTool('steady', 'echo', { message: 'still here' });
    assert.deepEqual(content, [{ type: 'text', text: 'still here' }]);
    assert.equal(api.servers.find(({ name }) => name === 'steady')?.pid, steadyPid);
  });

  after(async () => {
    await undefine(api);
    await noProcessIsLeft();
  });

  for (const each of cases) {
    it(`says what is wrong and what to do: ${each.title}`, async () => {
      const error = await failure(api.startServer(nameOf(each)));
      assert.equal(error.kind, each.kind, error.message);
      for (const expected of each.says) assert.match(error.message, expected);
      assert.ok(error.message.includes(nameOf(each)) || error.message.includes('http://'), error.message);
      const server = api.servers.find(({ name }) => name === nameOf(each));
      assert.equal(server?.state, 'failed');
      assert.deepEqual(server.lastError, { kind: error.kind, message: error.message });
      assert.deepEqual(await markedProcesses(), [steadyPid]);
    });
  }

  for (const each of invalid) {
    it(`shows before any start that its definition is invalid: ${each.title}`, async () => {
      const server = api.servers.find(({ name }) => name === nameOf(each));
      assert.equal(server?.state, 'failed');
      assert.equal(server.lastError?.kind, 'config');
      for (const expected of each.says) assert.match(server.lastError.message, expected);
      const error = await failure(api.startServer(nameOf(each)));
      assert.equal(error.message, server.lastError.message);
    });
  }

  it('says that its port is taken and never speaks to whoever has it', async () => {
    let connections = 0;
    const other = createServer((socket) => {
      socket.on('data', () => (connections += 1));
      socket.on('error', () => {});
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    // cast: a TCP server's address is an object
    const { port } = other.address() as AddressInfo;
    await define(api, { steady: program('echo'), taken: program('echo', { port }) });
    const error = await failure(api.startServer('taken'));
    assert.equal(error.kind, 'process');
    assert.match(error.message, new RegExp(`Port ${port} of “taken” is taken`));
    assert.match(error.message, /choose another port, or set "port": "auto"/);
    assert.equal(connections, 0);
    other.close();
  });

  it('starts once its definition has been corrected', async () => {
    await define(api, { steady: program('echo'), corrected: program('exitAtOnce') });
    await failure(api.startServer('corrected'));
    await define(api, { steady: program('echo'), corrected: program('echo') });
    assert.equal((await api.startServer('corrected')).state, 'ready');
  });
});
