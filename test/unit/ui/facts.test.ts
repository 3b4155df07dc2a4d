import assert from 'node:assert/strict';
import type { ConnectionInfo } from '../../../src/client/externalMcpClient.ts';
import type { ServerStatus } from '../../../src/servers/status.ts';
import { type Fact, factLine, type FactSource, factsOf, factWords } from '../../../src/ui/facts.ts';

const megabyte = 1024 * 1024;
const clock = { now: () => 200_000 };
const connection: ConnectionInfo = {
  verdict: { transport: 'streamable-http', era: 'handshake' },
  transport: 'streamable-http',
  dialect: 'Streamable HTTP (2025-11-25)',
  protocolVersion: '2025-11-25',
  serverName: 'echo',
  serverVersion: '1.0.0',
};

describe('the facts about a server', () => {
  it('are its process, address and uptime while it runs', () => {
    const facts = factsOf(server(ready({ pid: 4711, url: 'http://127.0.0.1:3001/mcp' })), clock);
    assert.deepEqual(facts.map(factWords), ['Process 4711', 'Address http://127.0.0.1:3001/mcp', 'Uptime 3 min 10 s']);
  });

  it('warn of an address that other machines may reach', () => {
    const facts = factsOf(server(ready({ url: 'http://127.0.0.1:3001/mcp', exposed: true })), clock);
    const address = named(facts, 'address');
    assert.equal(address.isWarning, true);
    assert.match(factWords(address), /open to the network · http.*, It listens on all interfaces/);
  });

  it('tell of health by latency and course; what was missed has a shape of its own and is said in words', () => {
    const checks = [
      { time: 1, ms: 4 },
      { time: 2, error: 'no answer' },
      { time: 3, ms: 10 },
    ] as const;
    const health = named(factsOf(server(ready({}), { checks }), clock), 'health');
    assert.equal(factLine(health), '10 ms ▄×█');
    assert.equal(factWords(health), 'Health 10 ms, 1 of 3 checks not answered (×); median 10 ms');
    assert.equal(health.isWarning, undefined);
    const late = named(factsOf(server(ready({}), { checks: checks.slice(0, 2) }), clock), 'health');
    assert.equal(factLine(late), 'no answer ▄×');
    assert.equal(late.isWarning, true);
  });

  it('do not repeat what a check failed with: it may hold what is masked elsewhere', () => {
    const checks = [{ time: 2, error: 'GET /health?token=secret' }];
    const text = JSON.stringify(factsOf(server(ready({}), { checks }), clock));
    assert.doesNotMatch(text, /secret/);
  });

  it('tell of memory and processor time, with the limit and a hint at a leak', () => {
    const usage = [10, 12, 20].map((megabytes, index) => ({
      at: index,
      rssBytes: megabytes * megabyte,
      limitBytes: (megabytes * megabyte) / 2,
      processes: 3,
      ...(index === 0 ? {} : { cpuPercent: 5 }),
    }));
    const facts = factsOf(server(ready({}), { usage, isLeaking: true, memoryLimitBytes: 64 * megabyte }), clock);
    const memory = named(facts, 'memory');
    assert.equal(factLine(memory), '20 MB ▁▂█ · rising for ten minutes · limit 64 MB');
    assert.match(factWords(memory), /Against the limit count 10 MB\.$/);
    assert.equal(memory.isWarning, true);
    assert.equal(factLine(named(facts, 'cpu')), '5 % of a core ▅▅ · 3 processes');
  });

  it('do not make a mountain of memory that hardly changes', () => {
    const usage = [100, 100.4, 100.2].map((megabytes, at) => usageOf(at, megabytes));
    assert.equal(factLine(named(factsOf(server(ready({}), { usage }), clock), 'memory')), '100 MB ▁▁▁');
  });

  it('tell how often it was started again, and what came before', () => {
    const history = [{ time: Date.now(), what: 'exited with code 3', upMs: 61_000 }];
    const [fact] = factsOf(server({ kind: 'stopped' }, { history, restarts: 2 }), clock);
    assert.match(
      String(fact && factWords(fact)),
      /^Restarts 2 · .*, Last end: .*, exited with code 3, after 1 min 1 s$/,
    );
    assert.deepEqual(factsOf(server({ kind: 'stopped' }), clock), []);
  });
});

function usageOf(at: number, megabytes: number): FactSourceUsage {
  return { at, rssBytes: megabytes * megabyte, limitBytes: megabytes * megabyte, processes: 1 };
}

type FactSourceUsage = NonNullable<FactSource['vitals']>['usage'][number];
type Measured = Partial<NonNullable<FactSource['vitals']>>;

function server(
  status: ServerStatus,
  { history = [], restarts = 0, ...measured }: Measured & { history?: FactSource['history']; restarts?: number } = {},
): FactSource {
  const hasVitals = Object.keys(measured).length > 0;
  return {
    status,
    history,
    vitals: hasVitals
      ? { checks: [], usage: [], isLeaking: false, memoryLimitBytes: undefined, ...measured }
      : undefined,
    snapshot: () => ({ restarts }),
  };
}

function ready(service: { pid?: number; url?: string; exposed?: true }): ServerStatus {
  return { kind: 'ready', since: 10_000, connection, tools: [], renewals: 0, ...service };
}

function named(facts: readonly Fact[], id: Fact['id']): Fact {
  const fact = facts.find((candidate) => candidate.id === id);
  assert.ok(fact);
  return fact;
}
