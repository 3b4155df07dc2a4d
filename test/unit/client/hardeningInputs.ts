import assert from 'node:assert/strict';
import type { ErrorKind } from '../../../src/base/errors.ts';
import { answerTo, beginEvents, type Exchange, sendJson, text } from '../../servers/support/exchange.ts';
import { failureOf } from '../wire/support.ts';
import { growthDuring, peer } from './hardeningSupport.ts';
import { user } from './support.ts';

interface Input {
  readonly name: string;
  /** What the server does about a call. */
  readonly bad: (exchange: Exchange) => void;
  /** How the call fails; absent: it succeeds, with the text `fine`. */
  readonly kind?: ErrorKind;
  readonly says?: RegExp;
  readonly outcomeUnknown?: boolean;
  readonly timeoutMs?: number;
  /** MB of memory that this process, the server's half included, may grow by. */
  readonly growth?: number;
}

/** One test for each input: its outcome, its bounds, and the same client still at work behind it. */
export function survives(inputs: readonly Input[]): void {
  for (const { name, bad, kind, says = /./, outcomeUnknown, timeoutMs, growth } of inputs) {
    it(`${name}: ${kind ?? 'the answer'}`, async () => {
      const { client } = await peer('handshake', {
        callTool(exchange) {
          if (exchange.message.params?.name === 'bad') bad(exchange);
          else sendJson(exchange, answerTo(exchange, text('next')));
        },
      });
      const run = async (): Promise<void> => {
        const call = client.callTool('bad', {}, { ...user, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
        if (kind === undefined) {
          assert.deepEqual((await call).content, [{ type: 'text', text: 'fine' }]);
          return;
        }
        const error = await failureOf(call, kind);
        assert.match(error.message, says);
        assert.equal(error.outcomeUnknown, outcomeUnknown);
      };
      const grown = await growthDuring(run);
      assert.ok(growth === undefined || grown < growth, `it took ${grown} MB`);
      assert.deepEqual((await client.callTool('good', {}, user)).content, [{ type: 'text', text: 'next' }]);
    });
  }
}

export function fine(exchange: Exchange): string {
  return JSON.stringify(answerTo(exchange, text('fine')));
}

export function status(code: number, headers: Record<string, string | string[]> = {}): (exchange: Exchange) => void {
  return ({ response }) => void response.writeHead(code, { 'content-type': 'text/plain', ...headers }).end('no');
}

export function json(body: (exchange: Exchange) => string): (exchange: Exchange) => void {
  return (exchange) =>
    void exchange.response.writeHead(200, { 'content-type': 'application/json' }).end(body(exchange));
}

export function events(body: (exchange: Exchange) => string | Buffer): (exchange: Exchange) => void {
  return (exchange) => {
    beginEvents(exchange);
    exchange.response.end(body(exchange));
  };
}

export function step({ message }: Exchange): object {
  return { progressToken: message.params?._meta?.progressToken };
}

/** Writes a piece again and again, as fast as it is taken. */
export function pour({ response }: Exchange, piece: Buffer, times: number): void {
  let left = times;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(piece)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}

/** Writes a few bytes now and then until the client leaves. */
export function trickle({ response }: Exchange, piece: string): void {
  const timer = setInterval(() => response.write(piece), 5);
  response.once('close', () => clearInterval(timer));
}

/** Answers past HTTP, byte for byte. */
export function bytes({ response }: Exchange, answer: string): void {
  response.socket?.end(answer, 'latin1');
}
