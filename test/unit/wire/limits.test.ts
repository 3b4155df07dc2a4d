import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { serveRaw } from '../../servers/serve.ts';
import { atEnd, endAll, failureOf, MB, serveBytes, testWire } from './support.ts';

async function serve(handler: RequestListener): Promise<string> {
  const server = await serveRaw(handler);
  atEnd(() => server.close());
  return server.url;
}

async function read(url: string, maxMessageBytes = 16 * MB): Promise<string> {
  return (await testWire({ maxMessageBytes }).fetch(url)).text();
}

const answering = (type: string, body: string | Buffer): Promise<string> =>
  serve((_request, response) => void response.writeHead(200, { 'content-type': type }).end(body));

describe('wire: limits', () => {
  afterEach(endAll);

  for (const [type, wrap] of [
    ['application/json', (text: string) => JSON.stringify(text)],
    ['text/event-stream', (text: string) => `data: ${text}\n\n`],
  ] as const) {
    it(`lets a message of 10 MB pass as ${type}, and refuses one of 17 MB by the name of the setting`, async () => {
      const ten = wrap('x'.repeat(10 * MB));
      assert.equal((await read(await answering(type, ten))).length, ten.length);
      const error = await failureOf(read(await answering(type, wrap('x'.repeat(17 * MB)))), 'protocol');
      assert.match(error.message, /more than 16 MB/);
      assert.match(error.message, /"maxMessageMb"/);
      assert.equal(error.outcomeUnknown, true);
    });
  }

  it('limits a message, not a stream', async () => {
    const event = `data: ${'x'.repeat(10_000)}\n\n`;
    const body = event.repeat(50);
    assert.equal(await read(await answering('text/event-stream', body), 20_000), body);
  });

  it('counts empty data lines, which carry nothing but take memory', async () => {
    const url = await answering('text/event-stream', 'data:\n'.repeat(100_000));
    assert.match((await failureOf(read(url, 100_000), 'protocol')).message, /"maxMessageMb"/);
  });

  it('refuses an event whose id or name is longer than 1 KB', async () => {
    for (const field of ['id', 'event']) {
      const url = await answering('text/event-stream', `${field}: ${'x'.repeat(2000)}\ndata: {}\n\n`);
      assert.match((await failureOf(read(url), 'protocol')).message, /id or name of more than 1024 bytes/);
    }
  });

  it('refuses JSON that nests 100,000 levels or has too many members, as a body and as an event', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const wide = `{${'"":0,'.repeat(500_001)}"":0}`;
    assert.match((await failureOf(read(await answering('application/json', deep)), 'protocol')).message, /128 levels/);
    assert.match((await failureOf(read(await answering('application/json', wide)), 'protocol')).message, /members/);
    const event = await answering('text/event-stream', `: "]]]]\ndata: ${deep}\n\n`);
    assert.match((await failureOf(read(event), 'protocol')).message, /128 levels/);
  });

  it('takes a page for what it is, whatever brackets it has', async () => {
    const page = `<script>${'{'.repeat(300)}</script>`;
    assert.equal(await read(await answering('text/html', page)), page);
  });

  it('asks for no compression and does not unpack it', async () => {
    let accepted: unknown;
    const url = await serve((request, response) => {
      accepted = request.headers['accept-encoding'];
      response.writeHead(200, { 'content-encoding': 'GZIP' }).end(gzipSync('x'.repeat(MB)));
    });
    const error = await failureOf(read(url), 'protocol');
    assert.match(error.message, /compressed its answer \(gzip\).*Turn compression off/);
    assert.equal(accepted, 'identity');
  });

  it('refuses a header of 1 MB', async () => {
    const url = await serveBytes((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(MB)}\r\ncontent-length: 0\r\n\r\n`);
    });
    const error = await failureOf(read(url), 'protocol');
    assert.match(error.message, /UND_ERR_HEADERS_OVERFLOW/);
    assert.equal(error.outcomeUnknown, true);
  });

  it('refuses what is not HTTP, and a status that does not exist', async () => {
    for (const bytes of ['SSH-2.0-OpenSSH_9.6\r\n', 'HTTP/1.1 999 Never\r\ncontent-length: 0\r\n\r\n']) {
      const url = await serveBytes((socket) => socket.end(bytes));
      assert.match((await failureOf(read(url), 'protocol')).message, /valid HTTP/);
    }
  });
});
