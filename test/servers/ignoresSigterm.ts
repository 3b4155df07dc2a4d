import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Serves, ignores SIGTERM and SIGINT, and so does its own child, which holds the same pipes. When both are up, writes
// {"pid":…,"grandchild":…} as one line to stdout.
const ignore = "process.on('SIGTERM', () => {}).on('SIGINT', () => {});";
process.on('SIGTERM', () => {}).on('SIGINT', () => {});
const grandchild = spawn(process.execPath, ['-e', `${ignore} process.send('up'); setInterval(() => {}, 60_000)`], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
await once(grandchild, 'message');
grandchild.disconnect();
await listen(mcp());
process.stdout.write(`${JSON.stringify({ pid: process.pid, grandchild: grandchild.pid })}\n`);
