import assert from 'node:assert/strict';
import { SdkHttpError } from '@modelcontextprotocol/client';
import { Redactor } from '../../../src/base/redact.ts';
import { endAll, failureOf, textOf } from '../wire/support.ts';
import { callerOf, memoryStore, protectedServer, redirectUrl } from './authorizationSupport.ts';

describe('authorization: tokens', () => {
  afterEach(endAll);

  it('registers and signs in once for all calls that are refused at the same time', async () => {
    const server = await protectedServer();
    const { call } = callerOf(server);
    await Promise.all([call(), call(), call()]);
    await call();
    assert.deepEqual(server.steps, ['as1 register', 'as1 authorize', 'as1 code']);
  });

  it('refreshes without a browser, once for parallel calls, although a refresh token is good for one use', async () => {
    const server = await protectedServer({ refreshes: true, uses: 1 });
    const { call } = callerOf(server);
    await call();
    server.protection.uses = 10;
    await Promise.all([call(), call(), call()]);
    assert.deepEqual(server.steps, ['as1 register', 'as1 authorize', 'as1 code', 'as1 refresh']);
  });

  it('asks the browser where the refresh token is not accepted any more', async () => {
    const server = await protectedServer({ refreshes: true, uses: 1 });
    const store = memoryStore();
    const { call } = callerOf(server, { store });
    await call();
    for (const [key, value] of store.kept) store.kept.set(key, value.replace('refresh-token', 'lost-token'));
    await call();
    assert.deepEqual(server.steps.slice(3), ['as1 refresh', 'as1 authorize', 'as1 code']);
  });

  it('asks the browser where the server refuses what a refresh brought', async () => {
    const server = await protectedServer({ refreshes: true, uses: 1 });
    const { call } = callerOf(server);
    await call();
    server.protection.uses = 0;
    await failureOf(call(), 'auth');
    assert.deepEqual(server.steps.slice(3), ['as1 refresh', 'as1 authorize', 'as1 code', 'as1 authorize', 'as1 code']);
  });

  it('asks for what was granted before together with what is needed now', async () => {
    const server = await protectedServer({ scope: 'read' });
    const { call } = callerOf(server);
    await call();
    server.protection.scope = 'write';
    await call();
    server.protection.scope = 'read write';
    await call();
    assert.deepEqual(
      server.visits.map((query) => query.get('scope')),
      ['read', 'read write'],
    );
  });

  it('gives up after three sign-ins that did not help', async () => {
    const server = await protectedServer({ refusesAll: true });
    const { call } = callerOf(server);
    const error = await failureOf(call(), 'auth');
    assert.match(error.message, /still refuses access after 3 sign-ins/);
    assert.equal(error.retryable, false);
    assert.equal(server.visits.length, 3);
  });

  it('follows a server to another authorization server and takes nothing along', async () => {
    const server = await protectedServer({ refreshes: true });
    const { call } = callerOf(server);
    await call();
    server.protection.authority = 'as2';
    await call();
    assert.deepEqual(server.steps.slice(3), ['as2 register', 'as2 authorize', 'as2 code']);
    assert.equal(server.visits.at(-1)?.get('client_id'), 'client of as2');
  });

  it('keeps tokens for the next run, and for no other URL', async () => {
    const server = await protectedServer();
    const store = memoryStore();
    await callerOf(server, { store }).call();
    await callerOf(server, { store }).call();
    assert.equal(server.visits.length, 1);
    await callerOf(server, { store, url: new URL(`${server.url.href}/other`) }).call();
    assert.equal(server.visits.length, 2);
  });

  it('signs in anew where the store holds something unreadable', async () => {
    const server = await protectedServer();
    const store = memoryStore();
    await callerOf(server, { store }).call();
    for (const key of store.kept.keys()) store.kept.set(key, '{"');
    await callerOf(server, { store }).call();
    assert.equal(server.visits.length, 2);
  });

  it('logs in with the client that was registered by hand and registers no other', async () => {
    const server = await protectedServer({
      metadata: { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
    });
    const client = { id: 'by-hand', secret: 'client-secret', issuer: `${server.url.origin}/as1` };
    await callerOf(server, { client }).call();
    assert.deepEqual(server.steps, ['as1 authorize', 'as1 code']);
    assert.deepEqual(server.clientLogins, [`Basic ${btoa('by-hand:client-secret')}`]);
  });

  it('does not show the client that was registered by hand to another authorization server', async () => {
    const server = await protectedServer({ authority: 'as2' });
    const client = { id: 'by-hand', secret: 'client-secret', issuer: `${server.url.origin}/as1` };
    await failureOf(callerOf(server, { client }).call(), 'auth');
    assert.deepEqual(server.steps, []);
  });

  it('has every secret masked, in the recording and in the log', async () => {
    const server = await protectedServer({ refreshes: true, uses: 1 });
    const redactor = new Redactor();
    const { call, logs, traffic } = callerOf(server, { secrets: redactor });
    await call();
    await call();
    const recorded = redactor.text(traffic.records.map(textOf).join('\n'));
    assert.equal(server.secrets.length, 4);
    for (const secret of [...server.secrets, 'the-code']) {
      assert.ok(!recorded.includes(secret), secret);
      assert.ok(!logs.join('\n').includes(secret), secret);
    }
    assert.match(recorded, /code_verifier=\*+/);
    assert.doesNotMatch(recorded, /code_verifier=[^*]/);
  });

  it('passes on a 401 that asks for nothing: it may be no OAuth at all', async () => {
    const server = await protectedServer({ hidesChallenge: true });
    const error: unknown = await callerOf(server)
      .call()
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof SdkHttpError);
    assert.equal(error.status, 401);
    assert.match(String(error.data['text']), /who are you/);
    assert.deepEqual(server.steps, []);
  });
});

describe('authorization: the browser step', () => {
  afterEach(endAll);

  it('refuses an answer that belongs to another sign-in', async () => {
    const server = await protectedServer({ answer: { state: 'guessed' } });
    const error = await failureOf(callerOf(server).call(), 'auth');
    assert.match(error.message, /the answer belongs to another sign-in/);
    assert.ok(!server.steps.includes('as1 code'));
  });

  it('refuses an answer of another authorization server and does not repeat its words', async () => {
    const server = await protectedServer({
      answer: { iss: 'https://evil.example', code: undefined, error: 'access_denied', error_description: 'call me' },
    });
    const error = await failureOf(callerOf(server).call(), 'auth');
    assert.doesNotMatch(error.message, /call me/);
    assert.ok(!server.steps.includes('as1 code'));
  });

  it('says why the authorization server refused', async () => {
    const server = await protectedServer({
      answer: { code: undefined, error: 'access_denied', error_description: 'You are not on the list' },
    });
    const error = await failureOf(callerOf(server).call(), 'auth');
    assert.match(error.message, /You are not on the list/);
    assert.equal(server.visits.length, 1);
  });

  it('says what to do where there is no browser', async () => {
    const server = await protectedServer();
    const error = await failureOf(callerOf(server, { browser: 'none' }).call(), 'auth');
    assert.match(error.message, /Put a token into the "headers" of its definition\./);
    assert.deepEqual(server.steps, []);
  });

  it('opens web pages only, whatever the server names as its sign-in page', async () => {
    const server = await protectedServer({ metadata: { authorization_endpoint: 'vscode://some.extension/run' } });
    let opened = 0;
    const browser = { redirectUrl, open: async () => (opened++, new URLSearchParams()) };
    const error = await failureOf(callerOf(server, { browser }).call(), 'auth');
    assert.match(error.message, /no web page/);
    assert.equal(opened, 0);
  });

  it('goes on for those who still wait when one caller leaves', async () => {
    const server = await protectedServer();
    const opened = Promise.withResolvers<void>();
    const back = Promise.withResolvers<void>();
    const browser = {
      redirectUrl,
      async open(page: URL) {
        opened.resolve();
        await back.promise;
        return server.visit(page);
      },
    };
    const { call } = callerOf(server, { browser });
    const leaver = new AbortController();
    const left = failureOf(call(leaver.signal), 'cancelled');
    const stays = call();
    await opened.promise;
    leaver.abort();
    await left;
    back.resolve();
    await stays;
    assert.equal(server.visits.length, 1);
  });

  it('ends when nobody waits any more, and begins anew for the next call', async () => {
    const server = await protectedServer();
    const opened = Promise.withResolvers<AbortSignal>();
    let times = 0;
    const browser = {
      redirectUrl,
      open(page: URL, signal: AbortSignal) {
        times += 1;
        if (times > 1) return server.visit(page);
        opened.resolve(signal);
        return Promise.withResolvers<URLSearchParams>().promise;
      },
    };
    const { call } = callerOf(server, { browser });
    const leaver = new AbortController();
    const left = failureOf(call(leaver.signal), 'cancelled');
    const signal = await opened.promise;
    leaver.abort();
    await left;
    assert.equal(signal.aborted, true);
    await call();
    assert.equal(times, 2);
  });

  it('ends after its time limit', async () => {
    const server = await protectedServer();
    let limit = 0;
    const clock = {
      now: () => 0,
      wallTime: () => 0,
      after(ms: number, task: () => void) {
        limit = ms;
        queueMicrotask(task);
        return { dispose() {} };
      },
    };
    const browser = { redirectUrl, open: () => Promise.withResolvers<URLSearchParams>().promise };
    const error = await failureOf(callerOf(server, { browser, clock }).call(), 'auth');
    assert.equal(limit, 300_000);
    assert.match(error.message, /nothing came back from the browser within 5 minutes/);
  });
});
