import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createEchoServer } from './support/echoServer.ts';

// An ordinary server over stdio.
await createEchoServer().connect(new StdioServerTransport());
