// Starts a stubborn process and ends without stopping it, as a host does whose time is up.
import { fileURLToPath } from 'node:url';

import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { discardTraffic } from '../../../src/base/traffic.ts';
import { ExternalMcpProcess } from '../../../src/process/externalMcpProcess.ts';

const child = new ExternalMcpProcess({
  server: 'left behind',
  command: process.execPath,
  args: [fileURLToPath(new URL('stubborn.ts', import.meta.url))],
  cwd: process.cwd(),
  env: {},
  stdio: 'output',
  redact: (text) => text,
  log: silentLog,
  traffic: discardTraffic(),
  clock: systemClock,
});
child.onLine(({ text }) => {
  process.stdout.write(`${text}\n`, () => process.exit());
});
await child.start();
