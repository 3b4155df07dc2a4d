import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { handshake, say } from '../../servers/eras/handshake.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { serverScript } from '../../servers/start.ts';
import { atEnd, endAll, failureOf } from '../wire/support.ts';
import { echo, onSession } from './sessionsSupport.ts';
import { clientFor, serve, user } from './support.ts';

describe('client: sessions that are opened', () => {
  afterEach(endAll);

  describe('the first one', () => {
    it('is opened by whoever needs it, once for all', async () => {
      let opened = 0;
      const server = handshake({
        post({ message }) {
          if (message.method === 'initialize') opened += 1;
          return false;
        },
      });
      const test = clientFor(await serve(server.handler));
      await Promise.all([echo(test), test.client.listTools(user), test.client.connect(user), echo(test)]);
      assert.equal(opened, 1);
      assert.equal((await test.client.connect(user)).sessionId, [...server.sessions][0], 'it is connected already');
      assert.equal(opened, 1);
    });

    it('is opened again for the others when whoever began it leaves', async () => {
      const test = clientFor(await serve(handshake().handler));
      const caller = new AbortController();
      const first = failureOf(test.client.connect({ ...user, signal: caller.signal }), 'cancelled');
      const second = echo(test);
      caller.abort();
      await first;
      assert.deepEqual(await second, [{ type: 'text', text: 'hi' }]);
    });

    it('that cannot be opened fails for all who wait, and the next call tries again', async () => {
      let isOpen = false;
      let asked = 0;
      const server = handshake({
        post(exchange) {
          asked += 1;
          if (!isOpen) say(exchange, 503, 'starting');
          return !isOpen;
        },
      });
      const test = clientFor(await serve(server.handler));
      await Promise.all([failureOf(echo(test), 'connection'), failureOf(test.client.listTools(user), 'connection')]);
      assert.equal(asked, 1);
      isOpen = true;
      await echo(test);
    });

    it('is not opened behind the end of the client', async () => {
      const test = clientFor(await serve(handshake().handler));
      await test.client.close();
      await failureOf(echo(test), 'connection');
      await failureOf(test.client.subscribe('test://a', user), 'connection');
      assert.deepEqual(test.traffic.records, []);
    });
  });

  describe('by hand', () => {
    it('another one is opened and the one before is ended', async () => {
      const test = await onSession();
      const info = await test.client.resetSession(user);
      assert.notEqual(info.sessionId, test.info.sessionId);
      await echo(test);
      await test.client.close();
      assert.deepEqual(test.ended, [test.info.sessionId, info.sessionId]);
      assert.deepEqual(test.renewals, [], 'nothing was lost');
    });

    it('one that cannot be opened leaves the one before as it is', async () => {
      let isOpen = true;
      const test = await onSession({
        post(exchange) {
          if (isOpen || exchange.message.method !== 'initialize') return false;
          say(exchange, 503, 'busy');
          return true;
        },
      });
      isOpen = false;
      await failureOf(test.client.resetSession(user), 'connection');
      await echo(test);
      assert.deepEqual(test.ended, []);
    });
  });
});

describe('client: resetting a session that there is not', () => {
  afterEach(endAll);

  it('is refused, and the connection stays', async () => {
    for (const handler of [stateless(), handshake({ hasSessions: false }).handler]) {
      const test = clientFor(await serve(handler));
      await test.client.connect(user);
      await failureOf(test.client.resetSession(user), 'config');
      assert.deepEqual(await echo(test), [{ type: 'text', text: 'hi' }]);
    }
  });

  it('on pipes is refused, and the server lives on', async () => {
    const child = spawn(process.execPath, [serverScript('stdioEcho')], { stdio: ['pipe', 'pipe', 'ignore'] });
    atEnd(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    });
    const test = clientFor({ kind: 'stdio', streams: child }, { known: { transport: 'stdio', era: 'handshake' } });
    await test.client.connect(user);
    assert.match((await failureOf(test.client.resetSession(user), 'config')).message, /works without sessions/);
    assert.deepEqual(await echo(test), [{ type: 'text', text: 'hi' }]);
  });
});
