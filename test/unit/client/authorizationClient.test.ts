import assert from 'node:assert/strict';
import type { AuthorizationOptions } from '../../../src/client/authorization/authorization.ts';
import { legacySse } from '../../servers/legacySseServer.ts';
import { answerTo, sendJson, text } from '../../servers/support/exchange.ts';
import { mcp } from '../../servers/support/mcp.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { memoryStore, protectedServer, type ProtectedServer, redirectUrl } from './authorizationSupport.ts';
import { clientFor, user } from './support.ts';

/** A person who signs in whenever a page asks for it. */
function person(server: ProtectedServer): AuthorizationOptions {
  return { store: memoryStore(), browser: { redirectUrl, open: (page) => server.visit(page) } };
}

describe('client: authorization', () => {
  afterEach(endAll);

  it('signs in while it connects, for the endpoint that it finds', async () => {
    const server = await protectedServer({}, mcp());
    const { client } = clientFor(server.url.origin, { authorization: person(server) });
    const { url } = await client.connect(user);
    assert.equal(url, server.url.href);
    assert.deepEqual((await client.callTool('echo', { message: 'hi' }, user)).content, [{ type: 'text', text: 'hi' }]);
    assert.deepEqual(
      server.visits.map((query) => query.get('resource')),
      [server.url.href],
    );
  });

  it('signs in to a server of HTTP+SSE as well, and renews its token for a message', async () => {
    const server = await protectedServer({ refreshes: true }, legacySse());
    const { client } = clientFor(server.url.href, { authorization: person(server) });
    const { transport } = await client.connect(user);
    assert.equal(transport, 'sse');
    server.revoke();
    assert.deepEqual((await client.callTool('echo', { message: 'hi' }, user)).content, [{ type: 'text', text: 'hi' }]);
    assert.deepEqual(server.steps, ['as1 register', 'as1 authorize', 'as1 code', 'as1 refresh']);
  });

  it('renews its token in the middle of a session, once for all calls, and each call is carried out once', async () => {
    const carriedOut: string[] = [];
    const callTool = mcp({
      callTool(exchange) {
        carriedOut.push(String(exchange.message.params?.arguments?.['message']));
        sendJson(exchange, answerTo(exchange, text('done')));
      },
    });
    const server = await protectedServer({ refreshes: true }, callTool);
    const { client } = clientFor(server.url.href, { authorization: person(server) });
    await client.connect(user);
    server.revoke();
    await Promise.all(['a', 'b', 'c'].map((message) => client.callTool('echo', { message }, user)));
    assert.deepEqual(carriedOut.toSorted(), ['a', 'b', 'c']);
    assert.deepEqual(server.steps, ['as1 register', 'as1 authorize', 'as1 code', 'as1 refresh']);
  });

  it('ends in `auth` where the sign-in fails, and looks for no other dialect behind it', async () => {
    const server = await protectedServer({ answer: { state: 'guessed' } });
    const { client, traffic } = clientFor(server.url.href, { authorization: person(server) });
    await failureOf(client.connect(user), 'auth');
    const targets = traffic.records
      .filter(({ direction, part }) => direction === 'sent' && part === 'head')
      .map(({ raw }) => Buffer.from(raw).toString('latin1').split('\r\n', 1)[0]);
    assert.equal(targets.filter((target) => target?.endsWith(' /mcp')).length, 1);
  });

  it('opens no browser for a 401 that does not ask for a sign-in', async () => {
    const server = await protectedServer({ hidesChallenge: true });
    const { client } = clientFor(server.url.href, { authorization: person(server) });
    await failureOf(client.connect(user), 'auth');
    assert.equal(server.visits.length, 0);
  });
});
