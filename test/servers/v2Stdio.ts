import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createV2Echo } from './v2Echo.ts';

// A server over stdio: of both eras, or with `--modern` of the stateless one alone.
serveStdio(createV2Echo, { legacy: process.argv.includes('--modern') ? 'reject' : 'serve' });
