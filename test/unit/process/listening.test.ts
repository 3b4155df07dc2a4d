import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

import { canConnect } from '../../../src/process/connect.ts';
import type { Listener } from '../../../src/process/listeners.ts';
import { listenersElsewhere } from '../../../src/process/listenersElsewhere.ts';
import { judge, listeningPorts, ownership } from '../../../src/process/listening.ts';
import { freePort } from '../../../src/process/port.ts';
import { program, stopAll, subject } from './support.ts';

/** Starts a process that listens; its group and its port. */
async function listener(host: string, ...args: string[]): Promise<{ pid: number; port: number }> {
  const { process: child, line } = subject({ args: program('listen', host, ...args) });
  await child.start();
  const { port } = JSON.parse(await line()) as AddressInfo;
  assert(child.state.kind === 'running');
  return { pid: child.state.pid, port };
}

describe('who listens on a port', () => {
  let stranger: Server;
  let foreignPort: number;

  before(async () => {
    stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    foreignPort = (stranger.address() as AddressInfo).port;
  });

  after(() => stranger.close());

  afterEach(stopAll);

  for (const [host, address] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0.0.0.0', 'any'],
    ['::', 'any'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
  ] as const) {
    it(`finds ours on ${host}`, async () => {
      const { pid, port } = await listener(host);
      assert.deepEqual(await ownership(port, pid), { owner: 'ours', address });
      assert.deepEqual(await listeningPorts(pid), [port]);
    });
  }

  it('counts what our process has started as ours', async () => {
    const { pid, port } = await listener('127.0.0.1', 'child');
    assert.deepEqual(await ownership(port, pid), { owner: 'ours', address: '127.0.0.1' });
  });

  it("tells a stranger's port and a silent one from ours", async () => {
    const { pid } = await listener('127.0.0.1');
    assert.deepEqual(await ownership(foreignPort, pid), { owner: 'foreign', address: '127.0.0.1' });
    assert.deepEqual(await ownership(await freePort(), pid), { owner: 'none' });
    assert.deepEqual((await listeningPorts(pid)).includes(foreignPort), false);
  });

  it('finds ours among more listeners than fit in a page of /proc', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        return server;
      }),
    );
    try {
      const { pid, port } = await listener('127.0.0.1');
      assert.deepEqual(await ownership(port, pid), { owner: 'ours', address: '127.0.0.1' });
      const owners = await Promise.all(
        crowd.slice(0, 3).map((server) => ownership((server.address() as AddressInfo).port, process.pid)),
      );
      assert.deepEqual(new Set(owners.map(({ owner }) => owner)), new Set(['ours']));
      assert((await listeningPorts(process.pid)).length > 100);
    } finally {
      for (const server of crowd) server.close();
    }
  });

  it('goes by who would answer when several listen on one port', () => {
    const at = (address: string, ours: boolean | undefined): Listener => ({ port: 1, address, ours });
    assert.deepEqual(judge([at('127.0.0.1', false), at('::1', true)]), { owner: 'ours', address: '::1' });
    assert.deepEqual(judge([at('127.0.0.1', false), at('0.0.0.0', true)]), { owner: 'foreign', address: '127.0.0.1' });
    assert.deepEqual(judge([at('127.0.0.1', false), at('::', true)]), { owner: 'ours', address: '::1' });
    assert.deepEqual(judge([at('127.0.0.1', true), at('127.0.0.1', false)]), {
      owner: 'foreign',
      address: '127.0.0.1',
    });
    assert.deepEqual(judge([at('127.0.0.1', undefined)]), { owner: 'unverifiable', address: '127.0.0.1' });
    assert.deepEqual(judge([at('192.0.2.1', true)]), { owner: 'none' });
  });

  it("is unverifiable where the system's tools do not answer, and none where nobody does", async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      assert.deepEqual(judge(await listenersElsewhere(foreignPort, process.pid)), {
        owner: 'unverifiable',
        address: '127.0.0.1',
      });
      assert.deepEqual(judge(await listenersElsewhere(await freePort(), process.pid)), { owner: 'none' });
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('connects or not, and stops trying when told', async () => {
    assert.equal(await canConnect('127.0.0.1', foreignPort), true);
    assert.equal(await canConnect('127.0.0.1', await freePort()), false);
    await assert.rejects(canConnect('127.0.0.1', foreignPort, AbortSignal.abort(new Error('enough'))), /enough/);
    const abort = new AbortController();
    const attempt = canConnect('127.0.0.1', foreignPort, abort.signal);
    abort.abort(new Error('enough'));
    await assert.rejects(attempt, /enough/);
  });

  it('offers a free port of the range, and another one when that is taken', async () => {
    const chances = [0.5, 0.5, 0.25];
    const numbers = chances.values();
    const first = await freePort();
    assert(first >= 20_000 && first <= 32_000);
    const taken = createServer().listen(26_000, '127.0.0.1');
    await once(taken, 'listening');
    try {
      assert.equal(await freePort(() => numbers.next().value ?? 0.75), 23_000);
    } finally {
      taken.close();
    }
  });
});
