import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Agent } from 'undici';
import { systemClock } from '../../../src/base/clock.ts';
import { ExternalMcpError, type ErrorKind } from '../../../src/base/errors.ts';
import type { TrafficRecord, TrafficSink } from '../../../src/base/traffic.ts';
import { createAgent } from '../../../src/wire/agent.ts';
import { type ExchangeContext, exchangeContext } from '../../../src/wire/context.ts';
import { createWireFetch } from '../../../src/wire/fetch.ts';

export const MB = 1024 * 1024;

/** A sink that keeps copies of what it was given. */
export interface Tap extends TrafficSink {
  readonly records: TrafficRecord[];
  /** Body bytes received on a channel, put together. */
  received(channel: 'http-response' | 'sse'): Buffer;
}

export function tap(): Tap {
  const records: TrafficRecord[] = [];
  let exchange = 0;
  return {
    records,
    append: (record) => void records.push({ ...record, raw: Uint8Array.from(record.raw) }),
    nextExchange: () => ++exchange,
    reach() {},
    received: (channel) =>
      Buffer.concat(
        records
          .filter(
            (record) => record.channel === channel && record.part === 'content' && record.direction === 'received',
          )
          .map(({ raw }) => raw),
      ),
  };
}

export function textOf(record: TrafficRecord | undefined): string {
  return Buffer.from(record?.raw ?? []).toString('latin1');
}

const ends: (() => unknown)[] = [];

/** Has something ended when the test is over, last first. */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

/** For `afterEach`. */
export async function endAll(): Promise<void> {
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
}

/** An agent that is gone when the test is over. */
export function agentForTest(): Agent {
  const agent = createAgent();
  atEnd(() => agent.destroy());
  return agent;
}

export interface TestWire {
  readonly traffic: Tap;
  readonly fetch: (url: string, init?: RequestInit, context?: Partial<ExchangeContext>) => Promise<Response>;
}

/** The wire with a recording that can be looked at. */
export function testWire({ maxMessageBytes = 16 * MB } = {}): TestWire {
  const traffic = tap();
  const wireFetch = createWireFetch({
    server: 'test',
    agent: agentForTest(),
    traffic,
    clock: systemClock,
    maxMessageBytes,
  });
  return {
    traffic,
    fetch: (url, init, context = {}) =>
      exchangeContext.run({ origin: 'user', timeoutMs: 50_000, ...context }, () => wireFetch(url, init)),
  };
}

/** A server of bytes: `answer` gets the socket when the head of a request has come, with how many had come before. */
export async function serveBytes(answer: (socket: Socket, before: number) => void): Promise<string> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      head = '';
      answer(socket, requests++);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  return `http://127.0.0.1:${address.port}/mcp`;
}

/** A URL at which nothing listens. */
export async function refusingUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${address.port}/mcp`;
}

/** Waits for a failure and checks what every error of ours must have. */
export async function failureOf(promise: Promise<unknown>, kind: ErrorKind): Promise<ExternalMcpError> {
  const error: unknown = await promise.then(
    (value) => assert.fail(`It resolved with ${JSON.stringify(value)?.slice(0, 200)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ExternalMcpError, `${String(error)} is not one of our errors`);
  assert.equal(error.kind, kind, error.message);
  assert.equal(error.name, `${kind} (ExternalMcpError)`);
  assert.equal(error.server, 'test');
  assert.ok(!(error.retryable && error.outcomeUnknown === true), 'an unknown outcome must not be retryable');
  assert.match(error.message, /[.)]$/);
  assert.ok(error.message.length < 700, 'a message is for people');
  return error;
}
