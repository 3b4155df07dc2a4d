import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// An ordinary server that starts a stubborn process in a session of its own, and prints `daemon PID` when that is deaf.
const daemon = spawn(process.execPath, [fileURLToPath(new URL('process/stubborn.ts', import.meta.url))], {
  detached: true,
  stdio: ['ignore', 'ignore', 'pipe'],
});
await once(daemon.stderr, 'data');
console.log(`daemon ${daemon.pid}`);
await listen(mcp());
