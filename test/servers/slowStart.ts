import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// An ordinary server that takes MS (500) milliseconds before it listens.
await sleep(Number(process.env['MS'] ?? 500));
await listen(mcp());
