import { tmpdir } from 'node:os';
import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import type { ExternalMcpError } from '../../../../src/base/errors.ts';
import { DisposableStore } from '../../../../src/base/lifecycle.ts';
import type { Log } from '../../../../src/base/log.ts';
import { Redactor } from '../../../../src/base/redact.ts';
import { ServerRegistry } from '../../../../src/servers/serverRegistry.ts';
import type { VariableSources } from '../../../../src/servers/variables.ts';
import { TrafficLog } from '../../../../src/traffic/trafficLog.ts';
import { serverScript } from '../../../servers/start.ts';

/** A registry as the extension wires it, without VS Code. */
export interface TestRegistry {
  registry: ServerRegistry;
  traffic: TrafficLog;
  /** What went to the output channel of a server. */
  output(server: string): readonly string[];
  trust(trusted: boolean): void;
  /** From now on every line throws, as VS Code's channels do once they are disposed of. */
  closeLogs(): void;
  /** Waits for what changes with the states and the traffic of servers, or by itself soon after. */
  until(holds: () => boolean): Promise<void>;
  /** Defines servers as the settings would. */
  define(definitions: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

/** The value of a secret; its scope is a plugin's id. */
type SecretLookup = (name: string, scope: string | undefined) => string | undefined;

/** Longest wait for something to come true, in ms; far more than anything takes, so that a loaded machine fails no test. */
const DEADLINE_MS = 60_000;

export function createTestRegistry(
  hostEnv: NodeJS.ProcessEnv = process.env,
  clock: Clock = systemClock,
  { redactor = new Redactor(), secret }: { redactor?: Redactor; secret?: SecretLookup } = {},
): TestRegistry {
  const traffic = new TrafficLog({ maxBytes: 64 * 1024 * 1024, redactor });
  const lines = new Map<string, string[]>();
  let trusted = true;
  let logsAreOpen = true;
  const registry = new ServerRegistry({
    traffic,
    redactor,
    clock,
    version: '0.0.0',
    hostEnv,
    openLog: (server) => memoryLog(lines, server, () => logsAreOpen),
    isTrusted: () => trusted,
    settings: () => ({}),
    variables: ({ secretScope }) => ({
      ...sources,
      folders: [],
      userHome: tmpdir(),
      ...(secret === undefined ? {} : { secret: async (name) => secret(name, secretScope) }),
    }),
  });
  return {
    registry,
    traffic,
    output: (server) => lines.get(server) ?? [],
    trust: (value) => (trusted = value),
    closeLogs: () => (logsAreOpen = false),
    until: async (holds) => {
      for (const deadline = performance.now() + DEADLINE_MS; !holds();) {
        if (performance.now() > deadline) throw new Error(`It did not come to that: ${holds.toString()}`);
        await nextChange(registry, traffic);
      }
    },
    define: (definitions) =>
      registry.configure(Object.entries(definitions).map(([name, raw]) => ({ name, raw, source: 'Test' }))),
    close: async () => {
      await registry.dispose();
      traffic.dispose();
    },
  };
}

/** Something was recorded, or a server changed. A process that is gone tells nobody, so soon enough in any case. */
function nextChange(registry: ServerRegistry, traffic: TrafficLog): Promise<void> {
  return new Promise((resolve) => {
    const owned = new DisposableStore();
    const wake = (): void => {
      owned.dispose();
      resolve();
    };
    owned.add(systemClock.after(20, wake));
    owned.add(traffic.onDidAppend(wake));
    owned.add(registry.onDidChangeServer(wake));
  });
}

/** Where variables come from in tests. */
export const sources: VariableSources = {
  folders: [
    { name: 'first', path: '/work/first' },
    { name: 'second', path: '/work/second' },
  ],
  userHome: '/home/somebody',
  env: (name) => (name === 'COLOUR' ? 'green' : undefined),
  config: (key) => (key === 'editor.tabSize' ? '2' : undefined),
  pathSeparator: '/',
};

/** A definition that runs one of the programs in test/servers. */
export function program(name: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { command: process.execPath, args: [serverScript(name)], startupTimeout: 50, ...more };
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<ExternalMcpError> {
  try {
    await promise;
  } catch (error) {
    // The layers under test throw nothing else, and the test reads its fields.
    return error as ExternalMcpError;
  }
  throw new Error('It was expected to fail.');
}

function memoryLog(lines: Map<string, string[]>, server: string, isOpen: () => boolean): Log {
  const own = lines.get(server) ?? [];
  lines.set(server, own);
  const push = (message: string): void => {
    if (!isOpen()) throw new Error('Channel has been closed');
    own.push(message);
  };
  return { debug: push, info: push, warn: push, error: push };
}
