import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createEchoServer } from './support/echoServer.ts';

// An ordinary server over stdio that exits with CODE when it gets SIGUSR2.
process.on('SIGUSR2', () => process.exit(Number(process.env['CODE'])));
await createEchoServer().connect(new StdioServerTransport());
