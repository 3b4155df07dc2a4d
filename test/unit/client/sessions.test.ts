import assert from 'node:assert/strict';
import { seed } from '../../servers/dialects/seed.ts';
import { handshake, say } from '../../servers/eras/handshake.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { answerTo, type Exchange, sendError, sendJson, text } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { echo, onSession } from './sessionsSupport.ts';
import { clientFor, serve, user } from './support.ts';

describe('client: sessions', () => {
  afterEach(endAll);

  describe('a lost session', () => {
    const ways: Record<string, (exchange: Exchange) => void> = {
      '404 and -32001': (exchange) => sendError(exchange, 404, -32001, 'Session not found'),
      '404 in words': (exchange) => say(exchange, 404, 'Not found'),
      '400 that names the session': (exchange) => sendError(exchange, 400, -32000, 'Bad Request: No valid session ID'),
      '400 that does not': (exchange) => sendError(exchange, 400, -32000, 'Bad Request: Server not initialized'),
    };
    for (const [name, lost] of Object.entries(ways)) {
      it(`is renewed and the call repeated: ${name}`, async () => {
        const test = await onSession({}, lost);
        test.sessions.clear();
        assert.deepEqual(await echo(test), [{ type: 'text', text: 'hi' }]);
        assert.equal(test.count('initialize'), 1);
        assert.equal(test.renewals.length, 1);
        assert.notEqual(test.renewals[0]?.sessionId, test.info.sessionId);
        assert.equal(test.client.info?.sessionId, test.renewals[0]?.sessionId);
        assert.ok(test.logs.some((line) => line.includes('Session renewed')));
        await echo(test);
        assert.equal(test.count('initialize'), 1, 'the new one is used from then on');
      });
    }

    it('is renewed behind a 500, but what may have been carried out is not repeated', async () => {
      const test = await onSession({}, (exchange) => say(exchange, 500, 'KeyError'));
      test.sessions.clear();
      const error = await failureOf(echo(test), 'connection');
      assert.equal(error.outcomeUnknown, true);
      assert.equal(test.count('tools/call'), 1);
      assert.equal(test.renewals.length, 1);
      await echo(test);
      test.sessions.clear();
      assert.equal((await test.client.listTools(user)).length, 1, 'a list can be asked for twice');
      assert.equal(test.renewals.length, 2);
    });

    it('is renewed once for ten calls at once, and all are answered', async () => {
      const test = await onSession();
      test.sessions.clear();
      const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => echo(test, String(n))));
      assert.deepEqual(
        answers,
        Array.from({ length: 10 }, (_, n) => [{ type: 'text', text: String(n) }]),
      );
      assert.equal(test.count('initialize'), 1);
      assert.equal(test.renewals.length, 1);
    });

    it('is renewed also for who hears of it late', async () => {
      for (const status of [404, 400, 500]) {
        const late = Promise.withResolvers<void>();
        const lost = (exchange: Exchange): void => {
          const refuse = (): void => say(exchange, status, 'who are you?');
          if (exchange.message.method === 'tools/list') void late.promise.then(refuse);
          else refuse();
        };
        const test = await onSession({}, lost);
        test.sessions.clear();
        const listing = test.client.listTools(user);
        if (status === 500) await failureOf(echo(test), 'connection');
        else await echo(test);
        late.resolve();
        assert.equal((await listing).length, 1, String(status));
        assert.equal(test.count('initialize'), 1);
      }
    });

    it('does not cut the calls that are under way on it', async () => {
      const arrived = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const test = await onSession({
        post(exchange) {
          if (exchange.message.params?.arguments?.['message'] !== 'slow') return false;
          arrived.resolve();
          void goOn.promise.then(() => sendJson(exchange, answerTo(exchange, text('finished'))));
          return true;
        },
      });
      const slow = echo(test, 'slow');
      await arrived.promise;
      test.sessions.clear();
      await echo(test);
      assert.equal(test.renewals.length, 1);
      goOn.resolve();
      assert.deepEqual(await slow, [{ type: 'text', text: 'finished' }]);
      assert.equal(test.methods.filter((method) => method === 'tools/call').length, 3);
    });

    it('is renewed for the others when the caller that found out leaves', async () => {
      const renewing = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      let isHeld = false;
      let initializations = 0;
      const server = handshake({
        post({ message }) {
          if (message.method === 'initialize') initializations += 1;
          return false;
        },
      });
      const test = clientFor(
        await serve((request, response) => {
          if (!isHeld || request.headers['mcp-session-id'] !== undefined) return server.handler(request, response);
          renewing.resolve();
          void goOn.promise.then(() => server.handler(request, response));
        }),
      );
      await test.client.connect(user);
      isHeld = true;
      server.sessions.clear();
      const leaving = new AbortController();
      const first = failureOf(
        test.client.callTool('echo', { message: 'a' }, { ...user, signal: leaving.signal }),
        'cancelled',
      );
      await renewing.promise;
      const second = echo(test, 'b');
      leaving.abort();
      goOn.resolve();
      assert.deepEqual(await second, [{ type: 'text', text: 'b' }]);
      await first;
      assert.equal(initializations, 2);
    });

    it('is told everything again: what was subscribed to and the level of the log', async () => {
      const heard: string[] = [];
      const toldAgain = Promise.withResolvers<void>();
      const test = await onSession({
        results: { 'resources/subscribe': () => ({}), 'logging/setLevel': () => ({}) },
        capabilities: { tools: {}, logging: {}, resources: { subscribe: true } },
        post({ message: { method = '' } }) {
          if (method === 'resources/subscribe' || method === 'logging/setLevel') heard.push(method);
          if (heard.length === 4) toldAgain.resolve();
          return false;
        },
      });
      await test.client.subscribe('test://a', user);
      await test.client.setLogLevel('warning', user);
      test.sessions.clear();
      await echo(test);
      await toldAgain.promise;
      assert.deepEqual(heard.slice(2).toSorted(), ['logging/setLevel', 'resources/subscribe']);
    });

    it('is renewed for a subscription as for a call', async () => {
      const test = await onSession({
        results: { 'resources/subscribe': () => ({}) },
        capabilities: { tools: {}, resources: { subscribe: true } },
      });
      test.sessions.clear();
      await test.client.subscribe('test://a', user);
      assert.deepEqual(
        test.methods.filter((method) => method !== 'server/discover'),
        ['resources/subscribe', 'initialize', 'resources/subscribe'],
      );
    });

    it('of the seed’s dialect is renewed as well', async () => {
      let handler = seed();
      const test = clientFor((await serve((request, response) => handler(request, response))).replace('/mcp', '/sse'));
      let renewals = 0;
      test.client.onDidRenewSession(() => (renewals += 1));
      await test.client.connect(user);
      // The server starts again.
      handler = seed();
      const answers = await Promise.all([echo(test, 'a'), echo(test, 'b')]);
      assert.deepEqual(answers.flat(), [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ]);
      assert.equal(renewals, 1);
    });
  });

  describe('a session that is not lost', () => {
    it('is kept when a tool fails with 500', async () => {
      const failing = (exchange: Exchange): boolean => {
        if (exchange.message.method !== 'tools/call') return false;
        say(exchange, 500, 'division by zero');
        return true;
      };
      const test = await onSession({ post: failing });
      const error = await failureOf(echo(test), 'connection');
      assert.equal(error.httpStatus, 500);
      assert.deepEqual(test.methods, ['tools/call', 'ping'], 'something harmless tells');
      assert.deepEqual(test.renewals, []);
      assert.deepEqual([...test.sessions], [test.info.sessionId]);
      assert.deepEqual(test.ended, []);
    });

    it('is kept when a request is refused with 400', async () => {
      const test = await onSession({
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          sendError(exchange, 400, -32602, 'message must be text');
          return true;
        },
      });
      assert.equal((await failureOf(echo(test), 'protocol')).rpcCode, -32602);
      assert.equal(test.count('initialize'), 0);
      assert.deepEqual([...test.sessions], [test.info.sessionId]);
    });

    it('is kept when the server does not know the method', async () => {
      const test = await onSession({
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          sendError(exchange, 404, -32601, 'Method not found');
          return true;
        },
      });
      assert.equal((await failureOf(echo(test), 'protocol')).rpcCode, -32601);
      assert.deepEqual(test.methods, ['tools/call']);
    });

    it('cannot be lost where there is none', async () => {
      const seen: string[] = [];
      const refuse = (exchange: Exchange): boolean => {
        seen.push(exchange.message.method ?? '');
        if (exchange.message.method !== 'tools/call') return false;
        say(exchange, 404, 'nothing here');
        return true;
      };
      for (const handler of [handshake({ hasSessions: false, post: refuse }).handler, stateless({ post: refuse })]) {
        const test = clientFor(await serve(handler));
        await test.client.connect(user);
        seen.length = 0;
        await failureOf(echo(test), 'protocol');
        assert.deepEqual(
          seen.filter((method) => method !== 'tools/call'),
          [],
        );
        assert.equal(seen.length, 1);
      }
    });
  });

  describe('a renewal that does not help', () => {
    const refusals: Record<string, (exchange: Exchange) => void> = {
      'is refused with 400': (exchange) => sendError(exchange, 400, -32000, 'too many sessions'),
      'is refused with 404': (exchange) => say(exchange, 404, 'gone'),
      'is answered with a page': ({ response }) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    };
    for (const [name, refuse] of Object.entries(refusals)) {
      it(`${name}: the call fails as "session", for all who wait`, async () => {
        let isOpen = true;
        const test = await onSession({
          post(exchange) {
            if (isOpen || !['initialize', 'server/discover'].includes(exchange.message.method ?? '')) return false;
            refuse(exchange);
            return true;
          },
        });
        test.sessions.clear();
        isOpen = false;
        const errors = await Promise.all([failureOf(echo(test), 'session'), failureOf(echo(test), 'session')]);
        assert.match(errors[0].message, /a new one could not be opened/);
        assert.equal(test.renewals.length, 0);
        // Later it may be possible again.
        isOpen = true;
        await echo(test);
        assert.equal(test.renewals.length, 1);
      });
    }

    it('fails as what it is when the server is out of order', async () => {
      let isOpen = true;
      const test = await onSession({
        post(exchange) {
          if (isOpen || exchange.message.method !== 'initialize') return false;
          say(exchange, 503, 'down');
          return true;
        },
      });
      test.sessions.clear();
      isOpen = false;
      assert.equal((await failureOf(echo(test), 'connection')).httpStatus, 503);
    });

    it('is not repeated for ever: a session that is lost at once ends it', async () => {
      const test = await onSession();
      // From now on it forgets each as soon as it has named it.
      test.sessions.add = () => test.sessions;
      test.sessions.clear();
      await failureOf(echo(test), 'session');
      assert.equal(test.count('initialize'), 1);
      assert.equal(test.count('tools/call'), 2);
    });
  });

  it('is not renewed behind the end of the client', async () => {
    const renewing = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    let isHeld = false;
    const server = handshake();
    const test = clientFor(
      await serve((request, response) => {
        if (!isHeld || request.headers['mcp-session-id'] !== undefined) return server.handler(request, response);
        renewing.resolve();
        void goOn.promise.then(() => server.handler(request, response));
      }),
    );
    await test.client.connect(user);
    server.sessions.clear();
    isHeld = true;
    const call = failureOf(echo(test), 'connection');
    await renewing.promise;
    await test.client.close();
    await call;
    goOn.resolve();
    isHeld = false;
    await failureOf(echo(test), 'connection');
  });
});
