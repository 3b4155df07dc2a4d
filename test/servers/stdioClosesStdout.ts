import { closeSync } from 'node:fs';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createEchoServer } from './support/echoServer.ts';

// An ordinary server over stdio that closes its stdout with SIGUSR2, and stays.
process.on('SIGUSR2', () => closeSync(1));
setInterval(() => {}, 60_000);
await createEchoServer().connect(new StdioServerTransport());
