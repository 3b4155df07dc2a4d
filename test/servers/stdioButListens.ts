import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Started as a stdio server, it ignores stdin, writes nothing to stdout and listens on a port instead.
process.stdin.resume();
await listen(mcp());
