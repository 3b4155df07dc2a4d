import assert from 'node:assert/strict';
import { type ErrorDetails, type ErrorKind, ExternalMcpError } from '../../../src/base/errors.ts';
import type { CallOptions } from '../../../src/client/externalMcpClient.ts';
import { withRetries } from '../../../src/client/retry.ts';
import { handshake, say } from '../../servers/eras/handshake.ts';
import { stateless } from '../../servers/eras/stateless.ts';
import { answerTo, beginEvents, type Exchange, sendError, sendJson } from '../../servers/support/exchange.ts';
import { serveRaw } from '../../servers/serve.ts';
import { ManualClock } from '../process/support.ts';
import { endAll, failureOf } from '../wire/support.ts';
import { clientFor, serve, type TestClient, user } from './support.ts';

/** Time that passes as soon as a retry waits for it, and not before. */
class PatientClock extends ManualClock {
  readonly waits: number[] = [];
  /** Timers that are neither due nor disposed of. */
  pending = 0;
  /** What a wait is met with; default: its time passes. */
  onWait = (ms: number): void => queueMicrotask(() => this.advance(ms));

  override after(ms: number, run: () => void): { dispose(): void } {
    let isOver = false;
    const end = (): void => {
      if (!isOver) this.pending -= 1;
      isOver = true;
    };
    this.pending += 1;
    const timer = super.after(ms, () => {
      end();
      run();
    });
    this.waits.push(ms);
    this.onWait(ms);
    return {
      dispose() {
        end();
        timer.dispose();
      },
    };
  }
}

const failure = (details: ErrorDetails, kind: ErrorKind = 'connection'): ExternalMcpError =>
  new ExternalMcpError(kind, 'It failed.', { server: 'test', ...details });

/** Runs something that fails with each of these in turn and then succeeds. */
async function repeated(
  failures: readonly Error[],
  { maxRetries = 10, clock = new PatientClock() }: { maxRetries?: number; clock?: PatientClock } = {},
): Promise<{ outcome: unknown; attempts: number; clock: PatientClock }> {
  let attempts = 0;
  const outcome = await withRetries(
    () => {
      const error = failures[attempts];
      attempts += 1;
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    },
    { maxRetries, clock, signal: undefined, onRetry: () => {} },
  ).catch((error: unknown) => error);
  return { outcome, attempts, clock };
}

describe('client: the policy of retries', () => {
  it('waits 1, 2, 4 … and at most 60 seconds', async () => {
    const { outcome, attempts, clock } = await repeated(Array.from({ length: 9 }, () => failure({ retryable: true })));
    assert.equal(outcome, 'done');
    assert.equal(attempts, 10);
    assert.deepEqual(clock.waits, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    assert.equal(clock.pending, 0);
  });

  it('makes so many attempts after the first, and throws the last failure as it is', async () => {
    const failures = Array.from({ length: 5 }, () => failure({ retryable: true }));
    for (const maxRetries of [0, 1, 3]) {
      const { outcome, attempts, clock } = await repeated(failures, { maxRetries });
      assert.equal(outcome, failures[maxRetries]);
      assert.equal(attempts, maxRetries + 1);
      assert.equal(clock.waits.length, maxRetries);
    }
  });

  it('waits as long as the server asks, at most a minute', async () => {
    const { clock } = await repeated([
      failure({ retryable: true, retryAfterMs: 7000 }),
      failure({ retryable: true, retryAfterMs: 0 }),
      failure({ retryable: true, retryAfterMs: 999_999_000 }),
      failure({ retryable: true }),
    ]);
    assert.deepEqual(clock.waits, [7000, 0, 60_000, 8000]);
  });

  it('repeats nothing that could act twice, and nothing unexpected', async () => {
    const errors = [
      failure({}),
      failure({ outcomeUnknown: true }),
      failure({ retryable: true, outcomeUnknown: true }),
      failure({}, 'auth'),
      new Error('a bug'),
      new TypeError('a bug that looks like a network failure'),
    ];
    for (const error of errors) {
      const { outcome, attempts } = await repeated([error]);
      assert.equal(outcome, error);
      assert.equal(attempts, 1);
    }
  });

  it('ends when it is cancelled while it waits, with what the attempt failed with', async () => {
    const clock = new PatientClock();
    const leaving = new AbortController();
    clock.onWait = () => queueMicrotask(() => leaving.abort());
    const error = failure({ retryable: true });
    let attempts = 0;
    const work = withRetries(() => ((attempts += 1), Promise.reject(error)), {
      maxRetries: 3,
      clock,
      signal: leaving.signal,
      onRetry: () => {},
    });
    await assert.rejects(work, error);
    assert.equal(attempts, 1);
    assert.equal(clock.pending, 0, 'no timer is left behind');
  });
});

type Answer = (exchange: Exchange) => void;
type Work = (test: TestClient, call: CallOptions) => Promise<unknown>;

const list: Work = ({ client }, call) => client.listTools(call);
const callTool: Work = ({ client }, call) => client.callTool('echo', { message: 'hi' }, call);

interface Flaky extends TestClient {
  /** Requests of the method that came, the failed ones among them. */
  readonly attempts: () => number;
  readonly delays: () => number[];
}

/** A client whose server meets a method with `answer` so many times; the time of each wait passes at once. */
async function flaky(
  method: string,
  answer: Answer,
  times = Number.POSITIVE_INFINITY,
  isStateless = false,
): Promise<Flaky> {
  let attempts = 0;
  const post = (exchange: Exchange): boolean => {
    if (exchange.message.method !== method) return false;
    attempts += 1;
    if (attempts > times) return false;
    answer(exchange);
    return true;
  };
  const url = await serve(isStateless ? stateless({ post }) : handshake({ post }).handler);
  const clock = new ManualClock();
  const logs: string[] = [];
  const write = (line: string): void => void logs.push(line);
  const warn = (line: string): void => {
    write(line);
    const seconds = /is tried again in (\S+) s/.exec(line)?.[1];
    // The wait begins right behind the warning.
    if (seconds !== undefined) setImmediate(() => clock.advance(Number(seconds) * 1000));
  };
  const log = { debug: write, info: write, warn, error: write };
  // No limit is reached by the time that passes here.
  const test = clientFor(url, { clock, maxRetries: 2, timeoutMs: 10_000_000, log });
  return { ...test, logs, attempts: () => attempts, delays: () => delaysIn(logs) };
}

function delaysIn(logs: readonly string[]): number[] {
  return logs.flatMap((line) => /is tried again in (\S+) s/.exec(line)?.[1] ?? []).map(Number);
}

const busy: Answer = ({ response }) => response.writeHead(429).end();
const busyFor =
  (retryAfter: string, status = 503): Answer =>
  ({ response }) =>
    response.writeHead(status, { 'retry-after': retryAfter }).end();
const broken: Answer = (exchange) => say(exchange, 502, 'Bad gateway');
const reset: Answer = ({ request }) => void request.socket.destroy();
const endedEarly: Answer = (exchange) => {
  beginEvents(exchange);
  exchange.response.end();
};

describe('client: what is tried again', () => {
  afterEach(endAll);

  for (const isStateless of [false, true]) {
    const era = isStateless ? 'stateless' : 'with a handshake';
    const nothingDone: Record<string, Answer> = { '429': busy, '503 with Retry-After': busyFor('1') };
    for (const [name, answer] of Object.entries(nothingDone)) {
      it(`${era}: ${name}, whatever was asked`, async () => {
        for (const [method, work] of [
          ['tools/list', list],
          ['tools/call', callTool],
        ] as const) {
          const test = await flaky(method, answer, 2, isStateless);
          await test.client.connect(user);
          await work(test, user);
          assert.equal(test.attempts(), 3, method);
        }
      });
    }

    const perhapsDone: Record<string, Answer> = { '502': broken, 'a reset': reset, 'an early end': endedEarly };
    for (const [name, answer] of Object.entries(perhapsDone)) {
      it(`${era}: ${name}, where it cannot act twice`, async () => {
        const listing = await flaky('tools/list', answer, 2, isStateless);
        await listing.client.connect(user);
        await list(listing, user);
        assert.equal(listing.attempts(), 3);

        const calling = await flaky('tools/call', answer, 2, isStateless);
        await calling.client.connect(user);
        const error = await failureOf(callTool(calling, user), 'connection');
        assert.equal(calling.attempts(), 1);
        assert.equal(error.outcomeUnknown, true);
        assert.match(error.message, /Whether it was carried out is unknown\./);
        // Two have been met so already; one more, and it works.
        await callTool(calling, { ...user, isRepeatable: true });
        assert.equal(calling.attempts(), 3);
      });
    }
  }

  it('a list that nobody answers in time; a call of a tool is not', async () => {
    const silent: Answer = () => {};
    const listing = await flaky('tools/list', silent, 1);
    await listing.client.connect(user);
    // A busy machine may miss it once more.
    await list(listing, { ...user, timeoutMs: 300, maxRetries: 10 });
    assert.ok(listing.attempts() >= 2);
    const calling = await flaky('tools/call', silent, 1);
    await calling.client.connect(user);
    const error = await failureOf(callTool(calling, { ...user, timeoutMs: 100, maxRetries: 10 }), 'timeout');
    assert.equal(error.outcomeUnknown, true);
    assert.match(error.message, /Whether it was carried out is unknown\./);
    assert.ok(calling.attempts() <= 1);
  });

  it('everything, where nothing listens: nothing was sent', async () => {
    const server = await serveRaw(handshake().handler);
    let waits = 0;
    const clock = new ManualClock();
    const retried = (line: string): void => {
      if (!line.includes('is tried again')) return;
      waits += 1;
      setImmediate(() => clock.advance(60_000));
    };
    const quiet = (): void => {};
    const log = { debug: quiet, info: quiet, warn: retried, error: quiet };
    const test = clientFor(server.url, { clock, log, maxRetries: 2, timeoutMs: 10_000_000 });
    await test.client.connect(user);
    await server.close();
    const error = await failureOf(callTool(test, user), 'connection');
    assert.equal(error.retryable, true);
    assert.equal(error.outcomeUnknown, undefined);
    assert.equal(waits, 2);
  });

  it('a handshake, until the server is there', async () => {
    const test = await flaky('server/discover', busy, 2);
    await test.client.connect(user);
    assert.equal(test.attempts(), 3);
    assert.deepEqual(test.delays(), [1, 2]);
  });

  for (const status of [400, 401, 403, 405, 413, 415]) {
    it(`not ${status}`, async () => {
      const test = await flaky('tools/list', (exchange) => say(exchange, status, 'no'));
      await test.client.connect(user);
      const error = await failureOf(list(test, user), status === 401 || status === 403 ? 'auth' : 'protocol');
      assert.equal(error.retryable, false);
      assert.equal(test.attempts(), 1);
    });
  }

  it('not a JSON-RPC error, nor a tool that says that it failed', async () => {
    const refused = await flaky('tools/call', (exchange) => sendError(exchange, 200, -32603, 'broken'));
    await refused.client.connect(user);
    await failureOf(callTool(refused, { ...user, isRepeatable: true }), 'protocol');
    assert.equal(refused.attempts(), 1);
    const said = { content: [{ type: 'text', text: 'no' }], isError: true };
    const failed = await flaky('tools/call', (exchange) => sendJson(exchange, answerTo(exchange, said)));
    await failed.client.connect(user);
    await callTool(failed, { ...user, isRepeatable: true });
    assert.equal(failed.attempts(), 1);
  });

  it('not more often than the definition says, or the call', async () => {
    const test = await flaky('tools/list', busy);
    await test.client.connect(user);
    const error = await failureOf(list(test, user), 'connection');
    assert.equal(error.retryable, true, 'the caller may still try');
    assert.equal(test.attempts(), 3);
    await failureOf(list(test, { ...user, maxRetries: 0 }), 'connection');
    assert.equal(test.attempts(), 4);
    await failureOf(list(test, { ...user, maxRetries: 4 }), 'connection');
    assert.equal(test.attempts(), 9);
    assert.deepEqual(test.delays(), [1, 2, 1, 2, 4, 8]);
  });

  it('when the server asks for it: seconds, a date, too long, nonsense', async () => {
    const asked: [string, number][] = [
      ['7', 7],
      ['999999', 60],
      ['soon', 1],
      [new Date(Date.now() + 3_600_000).toUTCString(), 60],
    ];
    for (const [retryAfter, seconds] of asked) {
      const test = await flaky('tools/list', busyFor(retryAfter, 429), 1);
      await test.client.connect(user);
      await list(test, user);
      assert.deepEqual(test.delays(), [seconds], retryAfter);
    }
  });

  it('not when the caller leaves while it waits', async () => {
    const leaving = new AbortController();
    let attempts = 0;
    const refuse = (exchange: Exchange): boolean => {
      if (exchange.message.method !== 'tools/list') return false;
      attempts += 1;
      busy(exchange);
      return true;
    };
    const write = (line: string): void => {
      if (line.includes('is tried again')) setImmediate(() => leaving.abort());
    };
    const log = { debug: write, info: write, warn: write, error: write };
    const test = clientFor(await serve(handshake({ post: refuse }).handler), {
      clock: new ManualClock(),
      log,
      maxRetries: 5,
    });
    await test.client.connect(user);
    await failureOf(list(test, { ...user, signal: leaving.signal }), 'cancelled');
    assert.equal(attempts, 1);
  });
});
