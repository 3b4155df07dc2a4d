import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { answerTo, beginEvents, sendJson, text } from '../../servers/support/exchange.ts';
import { mcp } from '../../servers/support/mcp.ts';
import { endAll, failureOf, serveBytes } from '../wire/support.ts';
import { clientFor, connected, serve, user } from './support.ts';

describe('client: cancelling', () => {
  afterEach(endAll);

  it('tells the server and closes the stream of the call', async () => {
    const closed = Promise.withResolvers<void>();
    const { client, arrival } = await connected({
      callTool(exchange) {
        beginEvents(exchange);
        exchange.response.once('close', closed.resolve);
      },
    });
    const caller = new AbortController();
    const failure = failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
    const { id } = await arrival('tools/call');
    caller.abort();
    const error = await failure;
    assert.match(error.message, /“tools\/call” on “test” was cancelled\./);
    assert.equal(error.outcomeUnknown, true);
    assert.equal(error.retryable, false);
    const { params } = await arrival('notifications/cancelled');
    assert.equal(Reflect.get(params ?? {}, 'requestId'), id);
    await closed.promise;
  });

  it('closes the stream also when the server does not answer the notification', async () => {
    const closed = Promise.withResolvers<void>();
    const { client, arrival } = await connected({
      post: ({ message }) => message.method === 'notifications/cancelled',
      callTool(exchange) {
        beginEvents(exchange);
        exchange.response.once('close', closed.resolve);
      },
    });
    const caller = new AbortController();
    const failure = failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
    await arrival('tools/call');
    caller.abort();
    await failure;
    await closed.promise;
  });

  it('gives the reason of ours it was cancelled with', async () => {
    const { client, arrival } = await connected({ callTool() {} });
    const caller = new AbortController();
    const reason = new ExternalMcpError('process', '“test” crashed.', { server: 'test' });
    const call = client.callTool('slow', {}, { ...user, signal: caller.signal });
    const failed = assert.rejects(call, reason);
    await arrival('tools/call');
    caller.abort(reason);
    await failed;
  });

  it('sends nothing for a call that was cancelled before it began', async () => {
    const { client, got } = await connected();
    const before = got.length;
    const error = await failureOf(client.callTool('echo', {}, { ...user, signal: AbortSignal.abort() }), 'cancelled');
    assert.equal(error.outcomeUnknown, undefined);
    assert.equal(got.length, before);
  });

  it('ends a handshake that waits', async () => {
    const asked = Promise.withResolvers<void>();
    const url = await serveBytes(() => asked.resolve());
    const caller = new AbortController();
    const failure = failureOf(clientFor(url).client.connect({ ...user, signal: caller.signal }), 'cancelled');
    await asked.promise;
    caller.abort();
    assert.equal((await failure).retryable, false);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { client } = await connected();
    const { signal } = new AbortController();
    for (let call = 0; call < 100; call += 1) await client.callTool('echo', { message: 'x' }, { ...user, signal });
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('does not mind an answer that comes after all', async () => {
    const late: (() => void)[] = [];
    const { client, arrival } = await connected({
      callTool(exchange) {
        if (exchange.message.params?.name === 'slow')
          late.push(() => sendJson(exchange, answerTo(exchange, text('late'))));
        else sendJson(exchange, answerTo(exchange, text('next')));
      },
    });
    const caller = new AbortController();
    const failure = failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
    await arrival('tools/call');
    caller.abort();
    await failure;
    for (const answer of late) answer();
    assert.deepEqual((await client.callTool('next', {}, user)).content, [{ type: 'text', text: 'next' }]);
  });
});

describe('client: the end of a connection', () => {
  afterEach(endAll);

  it('ends the session once, however often it is closed', async () => {
    let deletes = 0;
    const inner = mcp();
    const url = await serve((request, response) => {
      deletes += request.method === 'DELETE' ? 1 : 0;
      inner(request, response);
    });
    const { client } = clientFor(url);
    await client.connect(user);
    await Promise.all([client.close(), client.close()]);
    await client.close();
    assert.equal(deletes, 1);
  });

  it('closes without a word of complaint: server gone, DELETE refused or never answered, never connected', async () => {
    const inner = mcp();
    for (const answer of ['destroy', 'refuse', 'hang'] as const) {
      const url = await serve((request, response) => {
        if (request.method !== 'DELETE') inner(request, response);
        else if (answer === 'destroy') request.socket.destroy();
        else if (answer === 'refuse') response.writeHead(405).end();
      });
      const { client } = clientFor(url);
      await client.connect(user);
      await client.close();
    }
    await clientFor('http://127.0.0.1:9/mcp').client.close();
  });

  it('fails a call that is under way, and any later one', async () => {
    const { client, arrival } = await connected({ callTool() {} });
    const failure = failureOf(client.callTool('slow', {}, user), 'connection');
    await arrival('tools/call');
    await client.close();
    assert.equal((await failure).outcomeUnknown, true);
    const later = await failureOf(client.callTool('echo', {}, user), 'connection');
    assert.match(later.message, /no connection to “test” any more\. Start it again/);
    assert.equal(later.outcomeUnknown, undefined);
  });

  it('gives everything under way the reason it is abandoned for, and tells the server nothing', async () => {
    let deletes = 0;
    const arrived = Promise.withResolvers<void>();
    const inner = mcp({ callTool: () => arrived.resolve() });
    const url = await serve((request, response) => {
      deletes += request.method === 'DELETE' ? 1 : 0;
      inner(request, response);
    });
    const { client } = clientFor(url);
    await client.connect(user);
    let closes = 0;
    client.onDidClose(() => (closes += 1));
    const reason = new ExternalMcpError('process', '“test” crashed.', { server: 'test', outcomeUnknown: true });
    const failed = assert.rejects(client.callTool('slow', {}, user), reason);
    await arrived.promise;
    await client.abandon(reason);
    await failed;
    const later = await failureOf(client.ping(user), 'process');
    assert.equal(later.message, reason.message);
    assert.equal(later.outcomeUnknown, undefined, 'nothing was sent');
    await client.close();
    assert.equal(deletes, 0);
    assert.equal(closes, 0);
  });
});
