import assert from 'node:assert/strict';
import { ExternalMcpError } from '../../../src/base/errors.ts';
import { checkTimeoutMs, HealthMonitor, type HealthVerdict } from '../../../src/servers/healthMonitor.ts';
import { ManualClock } from '../process/support.ts';

const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;
const INTERVAL_MS = 15 * SECOND_MS;

/** A monitor whose checks are answered by the test, and what it has told. */
class Watched {
  readonly clock = new ManualClock();
  readonly verdicts: HealthVerdict[] = [];
  isBusy = false;
  /** Checks in flight. */
  readonly open: { signal: AbortSignal; settle: PromiseWithResolvers<void> }[] = [];
  begun = 0;
  readonly monitor: HealthMonitor;

  constructor({ failureThreshold = 3, intervalMs = INTERVAL_MS } = {}) {
    this.monitor = new HealthMonitor({
      server: 'test',
      clock: this.clock,
      intervalMs,
      failureThreshold,
      check: (signal) => this.#check(signal),
      isBusy: () => this.isBusy,
    });
    this.monitor.onDidChange((verdict) => this.verdicts.push(verdict));
  }

  get kinds(): string[] {
    return this.verdicts.map(({ kind }) => kind);
  }

  /** Waits for the next check and answers it. */
  async answer(error?: Error, afterMs = 0): Promise<void> {
    this.clock.advance(INTERVAL_MS);
    await this.settle(error, afterMs);
  }

  /** Answers the check in flight. */
  async settle(error?: Error, afterMs = 0): Promise<void> {
    const [check] = this.open;
    assert.ok(check !== undefined, 'there is a check');
    this.clock.advance(afterMs);
    if (error === undefined) check.settle.resolve();
    else check.settle.reject(error);
    await turn();
  }

  async miss(times = 1): Promise<void> {
    for (let count = 0; count < times; count += 1) await this.answer(refused);
  }

  async #check(signal: AbortSignal): Promise<void> {
    const check = { signal, settle: Promise.withResolvers<void>() };
    signal.addEventListener('abort', () => check.settle.reject(signal.reason));
    this.open.push(check);
    this.begun += 1;
    try {
      await check.settle.promise;
    } finally {
      this.open.splice(this.open.indexOf(check), 1);
    }
  }
}

const refused = new ExternalMcpError('connection', '“test” is not there.', { server: 'test', reason: 'Not there.' });
const signIn = new ExternalMcpError('auth', '“test” refused access.', { server: 'test' });

/** Everything that was promised has happened. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe('HealthMonitor', () => {
  let watched: Watched;
  beforeEach(() => (watched = new Watched()));
  afterEach(() => watched.monitor.dispose());

  it('says nothing while the server answers', async () => {
    for (let count = 0; count < 5; count += 1) await watched.answer();
    assert.deepEqual([watched.begun, watched.verdicts], [5, []]);
  });

  it('says nothing of fewer misses than the threshold, degraded at it, dead at the next, and nothing more', async () => {
    await watched.miss(2);
    assert.deepEqual(watched.verdicts, []);
    await watched.miss();
    assert.deepEqual(watched.verdicts, [{ kind: 'degraded', misses: 3, error: refused }]);
    await watched.miss();
    assert.deepEqual(watched.verdicts[1], { kind: 'dead', misses: 4, error: refused });
    await watched.miss(3);
    assert.deepEqual(watched.kinds, ['degraded', 'dead']);
  });

  it('counts misses in a row only', async () => {
    for (let count = 0; count < 4; count += 1) {
      await watched.miss(2);
      await watched.answer();
    }
    assert.deepEqual(watched.verdicts, []);
  });

  it('says healthy when the server answers again', async () => {
    await watched.miss(3);
    await watched.answer();
    await watched.answer();
    assert.deepEqual(watched.kinds, ['degraded', 'healthy']);
    await watched.miss(4);
    assert.deepEqual(watched.kinds, ['degraded', 'healthy', 'degraded', 'dead']);
  });

  it('says degraded and no more while a call is in flight, and dead with the first miss behind it', async () => {
    watched.isBusy = true;
    await watched.miss(20);
    assert.deepEqual(watched.kinds, ['degraded']);
    watched.isBusy = false;
    await watched.miss();
    assert.deepEqual(watched.kinds, ['degraded', 'dead']);
  });

  it('does not blame the server for a check that began during a call', async () => {
    watched.isBusy = true;
    await watched.miss(3);
    watched.clock.advance(INTERVAL_MS);
    watched.isBusy = false;
    await watched.settle(refused);
    assert.deepEqual(watched.kinds, ['degraded']);
  });

  it('takes a server that wants somebody to sign in for alive, and says so', async () => {
    await watched.miss(2);
    await watched.answer(signIn);
    await watched.answer(signIn);
    await watched.miss(2);
    assert.deepEqual(watched.verdicts, [{ kind: 'authRequired', error: signIn }]);
    await watched.answer();
    assert.deepEqual(watched.kinds, ['authRequired', 'healthy']);
  });

  it('gives a check a limit, and ends it then', async () => {
    watched.clock.advance(INTERVAL_MS);
    const { signal } = watched.open[0] ?? assert.fail('there is a check');
    watched.clock.advance(10 * SECOND_MS - 1);
    assert.equal(signal.aborted, false);
    watched.clock.advance(1);
    await turn();
    assert.equal(signal.aborted, true);
    const [check] = watched.monitor.checks;
    assert.ok(check !== undefined && 'error' in check);
    assert.match(check.error, /did not answer within 10 s/);
  });

  it('limits a check to the interval, to ten seconds, and not below one', () => {
    assert.deepEqual([100, 1000, 4000, 60_000].map(checkTimeoutMs), [1000, 1000, 4000, 10_000]);
  });

  it('makes one check at a time, the next an interval behind the end of the last', async () => {
    watched.clock.advance(INTERVAL_MS);
    watched.clock.advance(9 * SECOND_MS);
    await watched.settle();
    watched.clock.advance(INTERVAL_MS - 1);
    assert.equal(watched.begun, 1);
    watched.clock.advance(1);
    assert.deepEqual([watched.begun, watched.open.length], [2, 1]);
  });

  it('goes on when the check does not hear that it is over', async () => {
    const clock = new ManualClock();
    const monitor = new HealthMonitor({
      server: 'test',
      clock,
      intervalMs: INTERVAL_MS,
      failureThreshold: 1,
      check: () => new Promise(() => {}),
      isBusy: () => false,
    });
    const verdict = new Promise<HealthVerdict>((resolve) => monitor.onDidChange(resolve));
    clock.advance(INTERVAL_MS);
    clock.advance(10 * SECOND_MS);
    const { kind } = await verdict;
    monitor.dispose();
    assert.equal(kind, 'degraded');
  });

  it('takes what is no error of ours for a miss, and does not show its text', async () => {
    for (let count = 0; count < 3; count += 1) await watched.answer(new TypeError('x is not a function'));
    const [verdict] = watched.verdicts;
    assert.ok(verdict?.kind === 'degraded');
    assert.doesNotMatch(verdict.error.message, /not a function/);
  });

  it('remembers the last sixty checks, each with its latency or what was wrong', async () => {
    let told = 0;
    watched.monitor.onDidCheck(() => (told += 1));
    await watched.answer(undefined, 12);
    await watched.miss();
    assert.deepEqual(watched.monitor.checks, [
      { time: 15_000, ms: 12 },
      { time: 30_012, error: 'Not there.' },
    ]);
    for (let count = 0; count < 70; count += 1) await watched.answer(undefined, count);
    assert.deepEqual([told, watched.monitor.checks.length], [72, 60]);
    assert.deepEqual(
      watched.monitor.checks.map((check) => ('ms' in check ? check.ms : -1)),
      Array.from({ length: 60 }, (_, index) => index + 10),
    );
  });

  describe('when the machine slept', () => {
    const jumps = { 'eight hours of sleep': 8 * HOUR_MS, 'a clock that jumps an hour': HOUR_MS };
    for (const [name, jumpMs] of Object.entries(jumps)) {
      it(`${name} between two checks: earlier misses count no more, and it asks at once`, async () => {
        await watched.miss(2);
        watched.clock.advance(INTERVAL_MS + jumpMs);
        assert.equal(watched.open.length, 1);
        await watched.settle(refused);
        await watched.miss();
        assert.deepEqual(watched.verdicts, []);
        await watched.miss();
        assert.deepEqual(watched.kinds, ['degraded']);
      });

      it(`${name} during a check: its end proves nothing, and it asks again at once`, async () => {
        await watched.miss(3);
        watched.clock.advance(INTERVAL_MS);
        assert.equal(watched.begun, 4);
        watched.clock.advance(jumpMs);
        await turn();
        assert.deepEqual([watched.begun, watched.open.length], [5, 1]);
        await watched.settle();
        assert.deepEqual(watched.kinds, ['degraded', 'healthy']);
        assert.equal(watched.monitor.checks.length, 4);
      });

      it(`${name} during a check, whose connection breaks before its limit is noticed`, async () => {
        await watched.miss(3);
        watched.clock.advance(INTERVAL_MS);
        const check = watched.open[0] ?? assert.fail('there is a check');
        check.settle.reject(refused);
        watched.clock.advance(jumpMs);
        await turn();
        assert.deepEqual([watched.begun, watched.kinds], [5, ['degraded']]);
      });
    }

    it('asks again once, then waits for its time', async () => {
      watched.clock.advance(INTERVAL_MS);
      watched.clock.advance(HOUR_MS);
      await turn();
      watched.clock.advance(HOUR_MS);
      await turn();
      assert.deepEqual([watched.begun, watched.open.length], [2, 0]);
      await watched.answer();
      assert.deepEqual([watched.begun, watched.verdicts], [3, []]);
    });

    it('a server that is dead when it wakes up is found out with as many misses as any other', async () => {
      await watched.miss(4);
      watched.clock.advance(INTERVAL_MS + HOUR_MS);
      await watched.settle();
      await watched.miss(4);
      assert.deepEqual(watched.kinds, ['degraded', 'dead', 'healthy', 'degraded', 'dead']);
    });

    it('fifty servers: none is dead', async () => {
      const many = Array.from({ length: 50 }, () => new Watched());
      for (const one of many) {
        await one.miss(3);
        one.clock.advance(INTERVAL_MS);
        one.clock.advance(8 * HOUR_MS);
        await turn();
        await one.settle(refused);
        one.monitor.dispose();
      }
      assert.deepEqual(new Set(many.flatMap(({ kinds }) => kinds)), new Set(['degraded']));
    });

    it('a delay of five seconds is an ordinary one', async () => {
      await watched.miss(2);
      watched.clock.advance(INTERVAL_MS + 5 * SECOND_MS);
      await watched.settle(refused);
      assert.deepEqual(watched.kinds, ['degraded']);
    });
  });

  describe('once it is disposed of', () => {
    it('ends the check in flight and tells nothing more', async () => {
      await watched.miss(2);
      watched.clock.advance(INTERVAL_MS);
      const { signal } = watched.open[0] ?? assert.fail('there is a check');
      watched.monitor.onDidCheck(() => assert.fail('told after the end'));
      watched.monitor.dispose();
      assert.ok(signal.aborted);
      assert.ok(signal.reason instanceof ExternalMcpError && signal.reason.kind === 'cancelled');
      watched.clock.advance(HOUR_MS);
      await turn();
      assert.deepEqual([watched.begun, watched.verdicts], [3, []]);
    });

    it('makes no further check, also when it is a listener that disposes of it', async () => {
      watched.monitor.onDidChange(() => watched.monitor.dispose());
      await watched.miss(3);
      watched.clock.advance(HOUR_MS);
      assert.equal(watched.begun, 3);
    });
  });
});
