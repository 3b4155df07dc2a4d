import { homedir } from 'node:os';
import { sep } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Redactor } from '../../src/base/redact.ts';
import { ServerRegistry } from '../../src/servers/serverRegistry.ts';
import { TrafficLog } from '../../src/traffic/trafficLog.ts';

const MAX_TRAFFIC_BYTES = 16 * 1024 * 1024;

/** A registry as the extension wires it, without VS Code and without a ledger. */
export function createBenchRegistry(): ServerRegistry {
  const redactor = new Redactor();
  return new ServerRegistry({
    traffic: new TrafficLog({ maxBytes: MAX_TRAFFIC_BYTES, redactor }),
    clock: systemClock,
    redactor,
    version: '0.0.0',
    hostEnv: process.env,
    openLog: () => silentLog,
    isTrusted: () => true,
    settings: () => ({}),
    variables: () => ({
      folders: [],
      userHome: homedir(),
      env: (name) => process.env[name],
      config: () => undefined,
      pathSeparator: sep,
    }),
  });
}
