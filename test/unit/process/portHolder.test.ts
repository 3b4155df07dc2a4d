import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';

import { holderElsewhere } from '../../../src/process/listenersElsewhere.ts';
import { freePort } from '../../../src/process/port.ts';
import { portHolder } from '../../../src/process/portHolder.ts';
import { program, stopAll, subject } from './support.ts';

/** Starts a process that listens; its group and its port. */
async function listener(...args: string[]): Promise<{ pid: number; port: number }> {
  const { process: child, line } = subject({ args: program('listen', ...args) });
  await child.start();
  const { port } = JSON.parse(await line()) as AddressInfo;
  assert(child.state.kind === 'running');
  return { pid: child.state.pid, port };
}

describe('who holds a port', () => {
  afterEach(stopAll);

  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
    it(`is told with its command for ${host}`, async () => {
      const { pid, port } = await listener(host);
      const holder = await portHolder(port);
      assert.equal(holder?.pid, pid);
      assert(holder.command.startsWith(`${process.execPath} `), holder.command);
      assert(holder.command.endsWith(`listen.ts ${host}`), holder.command);
    });
  }

  it('is nobody where nobody listens', async () => {
    assert.equal(await portHolder(await freePort()), undefined);
  });

  it('is told without control sequences, in one line of bounded length', async () => {
    const { port } = await listener('127.0.0.1', 'here', '\x1b[31mred\x1b]52;c;ZXZpbA==\x07', 'a\nb', '🙂'.repeat(300));
    const command = (await portHolder(port))?.command ?? '';
    assert.match(command, /listen\.ts 127\.0\.0\.1 here red a b 🙂+$/u);
    assert(command.length <= 200, `${command.length} characters`);
  });

  it('is told by the tools of other systems as well', async () => {
    const { pid, port } = await listener('127.0.0.1');
    assert.equal(await holderElsewhere(port), pid);
    assert.equal(await holderElsewhere(await freePort()), undefined);
  });
});
