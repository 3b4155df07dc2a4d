// `orphanHost.ts FOLDER MARK PROGRAM KIND…`: starts a server of each kind, guarded as the extension does it, with the ledger in FOLDER.
// Prints lines of JSON: the marker of its guard, then what each server says. MARK is in the environment of the servers.
import { fileURLToPath } from 'node:url';

import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { discardTraffic } from '../../src/base/traffic.ts';
import { childEnvironment } from '../../src/process/environment.ts';
import { ExternalMcpProcess } from '../../src/process/externalMcpProcess.ts';
import { OrphanGuard } from '../../src/process/guard.ts';
import { markVariable } from '../host/markedProcesses.ts';

const [folder = '', mark = '', program = '', ...kinds] = process.argv.slice(2);
const script = (name: string): string => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
const node = process.execPath;
const commands: Readonly<Record<string, readonly [string, ...string[]]>> = {
  direct: [node, script('process/stubborn')],
  shell: ['/bin/sh', '-c', `"${node}" "${script('process/stubborn')}"; true`],
  helper: [node, script('process/parentOf')],
  chain: [node, script('orphanServer'), 'chain'],
  daemon: [node, script('orphanServer'), 'daemon'],
  opens: [node, script('orphanServer'), 'opens', program],
};

const guard = new OrphanGuard({ folder, log: silentLog, clock: systemClock });
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
say({ marker: guard.marker });
await Promise.all(
  kinds.map(async (kind) => {
    const [command, ...args] = commands[kind] ?? [kind];
    const server = new ExternalMcpProcess({
      server: kind,
      command,
      args,
      cwd: process.cwd(),
      env: childEnvironment(process.env, { env: { [markVariable]: mark } }),
      stdio: 'output',
      redact: (text) => text,
      log: silentLog,
      traffic: discardTraffic(),
      clock: systemClock,
      guard,
    });
    server.onLine(({ text }) => say({ kind, text }));
    await server.start();
  }),
);
