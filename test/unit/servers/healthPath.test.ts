import assert from 'node:assert/strict';
import type { IncomingMessage, RequestListener } from 'node:http';
import { systemClock } from '../../../src/base/clock.ts';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { getHealthPath, type HealthPathOptions } from '../../../src/servers/healthPath.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';
import { serve } from '../client/support.ts';
import { agentForTest, atEnd, endAll, failureOf, refusingUrl, tap, type Tap, textOf } from '../wire/support.ts';

const never = new AbortController().signal;

interface Asked {
  readonly options: HealthPathOptions;
  readonly traffic: Tap;
  readonly got: IncomingMessage[];
}

async function healthAt(handler: RequestListener, path = '/health'): Promise<Asked> {
  const got: IncomingMessage[] = [];
  const url = await serve((request, response) => {
    got.push(request);
    handler(request, response);
  });
  return { ...optionsFor(url, path), got };
}

function optionsFor(url: string, path: string): Omit<Asked, 'got'> {
  const traffic = tap();
  const fetch = createWireFetch({
    server: 'test',
    agent: agentForTest(),
    traffic,
    clock: systemClock,
    maxMessageBytes: 100_000,
  });
  const headers = { 'x-key': 'secret' };
  return { options: { server: 'test', url: new URL(url), path, headers, fetch, timeoutMs: 10_000 }, traffic };
}

function answering(status: number, headers: Record<string, string> = {}, body = 'ok'): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

describe('getHealthPath', () => {
  afterEach(endAll);

  it('asks with the headers of the definition, and leaves traces of a health check only', async () => {
    const { options, traffic, got } = await healthAt(answering(200), '/health?deep=1');
    await getHealthPath(options, never);
    assert.deepEqual(
      got.map(({ method, url, headers }) => [method, url, headers['x-key']]),
      [['GET', '/health?deep=1', 'secret']],
    );
    assert.deepEqual(
      traffic.records.map(({ origin, part }) => [origin, part]),
      [
        ['health', 'head'],
        ['health', 'head'],
        ['health', 'content'],
      ],
    );
    assert.equal(textOf(traffic.records[2]), 'ok');
  });

  for (const status of [200, 204, 304]) {
    it(`takes ${status} for healthy`, async () => {
      const { options } = await healthAt(answering(status, {}, ''));
      await getHealthPath(options, never);
    });
  }

  it('takes a redirect for healthy, and follows none', async () => {
    const other = await healthAt(answering(200));
    const { options, got } = await healthAt(answering(302, { location: other.options.url.href }));
    await getHealthPath(options, never);
    assert.deepEqual([got.length, other.got.length], [1, 0]);
  });

  for (const status of [400, 401, 404, 500, 503]) {
    it(`says that the path answered ${status}`, async () => {
      const { options } = await healthAt(answering(status));
      const error = await failureOf(getHealthPath(options, never), 'connection');
      assert.match(error.message, new RegExp(`“test” is not healthy: GET /health answered ${status}\\.`));
      assert.deepEqual([error.httpStatus, error.reason], [status, `GET /health answered ${status}`]);
    });
  }

  it('leaves a stream that has no end', async () => {
    const closed = Promise.withResolvers<void>();
    const { options } = await healthAt((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      response.on('close', () => closed.resolve());
    });
    await getHealthPath(options, never);
    await closed.promise;
  });

  it('takes no more of a body than the limit of a message', async () => {
    const { options } = await healthAt(answering(200, {}, 'x'.repeat(100_001)));
    await failureOf(getHealthPath(options, never), 'protocol');
  });

  it('says when nothing answers', async () => {
    await failureOf(getHealthPath(optionsFor(await refusingUrl(), '/').options, never), 'connection');
  });

  it('gives up at its limit, and when it is told to', async () => {
    const arrived = Promise.withResolvers<void>();
    const { options } = await healthAt((_request, response) => {
      atEnd(() => response.destroy());
      arrived.resolve();
    });
    await failureOf(getHealthPath({ ...options, timeoutMs: 20 }, never), 'timeout');
    const abort = new AbortController();
    const asking = getHealthPath(options, abort.signal);
    await arrived.promise;
    abort.abort(new ExternalMcpError('cancelled', '“test” was stopped.', { server: 'test' }));
    await failureOf(asking, 'cancelled');
  });

  it('sends nothing to another server, whatever the path looks like', async () => {
    const other = await healthAt(answering(200));
    const { host } = other.options.url;
    const paths = [
      `//${host}/`,
      `http://${host}/health`,
      `\\\\${host}`,
      'data:text/plain,ok',
      'http://[',
      `https://${host}/`,
    ];
    for (const path of paths) {
      const { options } = optionsFor('http://127.0.0.1:9/mcp', path);
      await failureOf(getHealthPath(options, never), 'config');
    }
    assert.equal(other.got.length, 0);
  });
});
