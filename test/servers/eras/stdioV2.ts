import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createEchoServer } from './sdkV2.ts';

// A server of the SDK's second version over stdio, LEGACY=reject of the stateless era alone; begins to read after DELAY (0) ms.
const legacy = process.env['LEGACY'] === 'reject' ? 'reject' : 'serve';
setTimeout(() => serveStdio(createEchoServer, { legacy }), Number(process.env['DELAY'] ?? 0));
