import assert from 'node:assert/strict';
import type { Progress } from '../../../src/client/externalMcpClient.ts';
import { handshake, type HandshakeBehaviour } from '../../servers/eras/handshake.ts';
import { answerTo, beginEvents, type Exchange, text } from '../../servers/support/exchange.ts';
import { endAll } from '../wire/support.ts';
import { WatchedClock } from './hardeningSupport.ts';
import { clientFor, serve, user } from './support.ts';

describe('client: streams behind a redirect', () => {
  afterEach(endAll);

  /** The URL of a server that has everything one redirect away. */
  async function redirected(behaviour: HandshakeBehaviour): Promise<string> {
    const { handler } = handshake(behaviour);
    const url = await serve((request, response) => {
      if (request.url !== '/mcp') return handler(request, response);
      request.resume();
      response.writeHead(307, { location: '/mcp/' }).end();
    });
    return new URL('/mcp', url).href;
  }

  it('the listening stream is opened again as often as it brings something', async () => {
    const clock = new WatchedClock();
    let opened = 0;
    const change = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
    const { client } = clientFor(
      await redirected({
        get(_request, response) {
          opened += 1;
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(`data: ${JSON.stringify(change)}\n\n`);
        },
      }),
      { clock },
    );
    let changes = 0;
    client.onDidChangeList(() => (changes += 1));
    let passing = clock.passing(1000);
    await client.connect(user);
    for (let times = 1; times <= 12; times += 1) {
      await passing;
      passing = clock.passing(1000);
      assert.equal(opened, times);
      assert.equal(changes, times);
    }
  });

  it('what a stream repeats that was taken up again is dropped', async () => {
    let call: Exchange | undefined;
    const progressOf = ({ message }: Exchange, progress: number): string =>
      `id: ${progress}\ndata: ${JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: message.params?._meta?.progressToken, progress },
      })}\n\n`;
    const { client } = clientFor(
      await redirected({
        post(exchange) {
          if (exchange.message.method !== 'tools/call') return false;
          call = exchange;
          beginEvents(exchange);
          exchange.response.end(`retry: 1\n\n${progressOf(exchange, 1)}`);
          return true;
        },
        get(request, response) {
          if (request.headers['last-event-id'] === undefined || call === undefined) {
            return void response.writeHead(405).end();
          }
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(
            `${progressOf(call, 1)}${progressOf(call, 2)}id: 3\ndata: ${JSON.stringify(answerTo(call, text('done')))}\n\n`,
          );
        },
      }),
    );
    await client.connect(user);
    const seen: number[] = [];
    const options = { ...user, onProgress: ({ progress }: Progress) => void seen.push(progress) };
    assert.deepEqual((await client.callTool('slow', {}, options)).content, [{ type: 'text', text: 'done' }]);
    assert.deepEqual(seen, [1, 2]);
  });
});
