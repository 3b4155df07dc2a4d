import assert from 'node:assert/strict';
import type { Progress } from '../../../src/client/externalMcpClient.ts';
import { answerTo, beginEvents, type Exchange, sendJson, text } from '../../servers/support/exchange.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { breakingBehind, peer, WatchedClock } from './hardeningSupport.ts';
import { event, logOf, openStream, progressOf, updateOf, URI } from './streamingSupport.ts';
import { user } from './support.ts';

/** Behind it, the connection breaks. */
const CUT = ': cut\n\n';

describe('client: taking up a stream (Last-Event-ID)', () => {
  afterEach(endAll);

  it('a body cut in the middle goes on behind its last event, and what is repeated is dropped', async () => {
    const resumed: unknown[] = [];
    let call: Exchange | undefined;
    const { client } = await peer(
      'handshake',
      {
        callTool(exchange) {
          call = exchange;
          beginEvents(exchange);
          const { response } = exchange;
          response.write(
            `retry: 1\n\n${event(progressOf(exchange, 1), 1)}${event(progressOf(exchange, 2), 2)}${event(logOf(3), 3)}${CUT}`,
          );
        },
        get(request, response) {
          const id = request.headers['last-event-id'];
          if (id === undefined || call === undefined) return void response.writeHead(405).end();
          resumed.push(id);
          openStream(response);
          response.write(event(progressOf(call, 2), 2) + event(logOf(3), 3) + event(progressOf(call, 4), 4));
          response.end(event(answerTo(call, text('done')), 5));
        },
      },
      { agent: breakingBehind(CUT) },
    );
    const seen: unknown[] = [];
    client.onDidLog(({ data }) => seen.push(data));
    const options = { ...user, onProgress: ({ progress }: Progress) => void seen.push(progress) };
    assert.deepEqual((await client.callTool('slow', {}, options)).content, [{ type: 'text', text: 'done' }]);
    assert.deepEqual(seen, [1, 2, 3, 4]);
    assert.deepEqual(resumed, ['3']);
  });

  it('nothing is lost of what came right before the cut, whoever delivers it', async () => {
    for (const total of [10, 100, 1000]) {
      let call: Exchange | undefined;
      const updates = (from: number): string =>
        Array.from({ length: total - from }, (_, n) => event(updateOf(`${URI}/${from + n + 1}`), from + n + 1)).join(
          '',
        );
      const { client } = await peer(
        'handshake',
        {
          callTool(exchange) {
            call = exchange;
            beginEvents(exchange);
            exchange.response.write(`retry: 1\n\n${updates(0)}${CUT}`);
          },
          get(request, response) {
            const id = request.headers['last-event-id'];
            if (id === undefined || call === undefined) return void response.writeHead(405).end();
            openStream(response);
            response.end(updates(Number(id)) + event(answerTo(call, text('done')), total + 1));
          },
        },
        { agent: breakingBehind(CUT) },
      );
      const seen: string[] = [];
      client.onDidUpdateResource((uri) => seen.push(uri));
      await client.callTool('slow', {}, user);
      assert.deepEqual(
        seen,
        Array.from({ length: total }, (_, index) => `${URI}/${index + 1}`),
      );
    }
  });

  it('the answer itself may come right before the cut', async () => {
    const { client, heard } = await peer(
      'handshake',
      {
        callTool(exchange) {
          beginEvents(exchange);
          exchange.response.write(event(progressOf(exchange, 1), 1) + event(answerTo(exchange, text('done')), 2) + CUT);
        },
      },
      { agent: breakingBehind(CUT) },
    );
    assert.deepEqual((await client.callTool('slow', {}, user)).content, [{ type: 'text', text: 'done' }]);
    assert.equal(heard.filter((method) => method === 'GET').length, 1, 'the listening stream alone');
  });

  it('polling: the server closes the stream as often as it likes, and answers on a GET', async () => {
    const polls: unknown[] = [];
    let call: Exchange | undefined;
    const { client } = await peer('handshake', {
      callTool(exchange) {
        call = exchange;
        beginEvents(exchange);
        exchange.response.end('retry: 50\nid: 0\ndata:\n\n');
      },
      get(request, response) {
        const id = request.headers['last-event-id'];
        if (id === undefined || call === undefined) return void response.writeHead(405).end();
        polls.push(id);
        openStream(response);
        if (polls.length < 3) response.end(`id: ${polls.length}\ndata:\n\n`);
        else response.end(event(answerTo(call, text('done')), 9));
      },
    });
    assert.deepEqual((await client.callTool('slow', {}, user)).content, [{ type: 'text', text: 'done' }]);
    assert.deepEqual(polls, ['0', '1', '2']);
  });

  it('a stream that was taken up and brings nothing, or nothing new, does not lose its place', async () => {
    for (const repeated of ['', 'id: a\ndata:\n\n', `id: a\ndata: ${JSON.stringify(updateOf(URI))}\n\n`]) {
      const asked: unknown[] = [];
      let call: Exchange | undefined;
      const { client } = await peer('handshake', {
        callTool(exchange) {
          call = exchange;
          beginEvents(exchange);
          exchange.response.end('retry: 1\nid: a\ndata:\n\n');
        },
        get(request, response) {
          if (call === undefined) return void response.writeHead(405).end();
          asked.push(request.headers['last-event-id']);
          openStream(response);
          response.end(asked.length < 3 ? repeated : event(answerTo(call, text('done')), 'b'));
        },
      });
      assert.deepEqual((await client.callTool('slow', {}, user)).content, [{ type: 'text', text: 'done' }]);
      assert.deepEqual(asked, ['a', 'a', 'a']);
    }
  });

  it('a server that numbers the events of each stream by themselves is understood', async () => {
    const listening = Promise.withResolvers<void>();
    let call: Exchange | undefined;
    const { client } = await peer('handshake', {
      callTool(exchange) {
        call = exchange;
        beginEvents(exchange);
        exchange.response.end('retry: 1\nid: 1\ndata:\n\n');
      },
      get(request, response) {
        openStream(response);
        if (request.headers['last-event-id'] !== undefined && call !== undefined) {
          return void response.end(event(answerTo(call, text('done')), 2));
        }
        response.write(event(updateOf(`${URI}/1`), 1) + event(updateOf(`${URI}/2`), 2) + event(logOf('ready'), 3));
      },
    });
    client.onDidLog(() => listening.resolve());
    await listening.promise;
    assert.deepEqual((await client.callTool('slow', {}, user)).content, [{ type: 'text', text: 'done' }]);
  });

  it('polling ends with the call: nobody asks for the answer to a cancelled one', async () => {
    const clock = new WatchedClock();
    const { client, heard } = await peer(
      'handshake',
      {
        callTool(exchange) {
          if (exchange.message.params?.name !== 'slow') return sendJson(exchange, answerTo(exchange, text('fine')));
          beginEvents(exchange);
          exchange.response.end('retry: 5000\nid: 0\ndata:\n\n');
        },
      },
      { clock },
    );
    const caller = new AbortController();
    const waited = clock.passing(5000, () => caller.abort());
    await failureOf(client.callTool('slow', {}, { ...user, signal: caller.signal }), 'cancelled');
    await waited;
    await client.callTool('next', {}, user);
    assert.equal(heard.filter((method) => method === 'GET').length, 1, 'the listening stream alone');
  });

  it('the listening stream goes on behind its last event too', async () => {
    const resumed = Promise.withResolvers<unknown>();
    const clock = new WatchedClock();
    const waited = clock.passing(1000);
    const seen: string[] = [];
    const all = Promise.withResolvers<void>();
    const { client } = await peer(
      'handshake',
      {
        get(request, response) {
          openStream(response);
          const id = request.headers['last-event-id'];
          if (id === undefined) return void response.end(event(updateOf(`${URI}/1`), 'a'));
          resumed.resolve(id);
          response.write(event(updateOf(`${URI}/1`), 'a') + event(updateOf(`${URI}/2`), 'b'));
        },
      },
      { clock },
    );
    client.onDidUpdateResource((uri) => {
      seen.push(uri);
      if (uri === `${URI}/2`) all.resolve();
    });
    await waited;
    assert.equal(await resumed.promise, 'a');
    await all.promise;
    assert.deepEqual(seen.slice(-1), [`${URI}/2`]);
    assert.ok(seen.filter((uri) => uri === `${URI}/1`).length <= 1, 'a repeated event is dropped');
  });
});
