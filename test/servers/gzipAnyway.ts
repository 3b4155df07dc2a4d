import { gzipSync } from 'node:zlib';
import { answerTo, text } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Answers calls compressed, whatever was accepted; MB makes the text that long, which compresses a thousandfold.
const megabytes = Number(process.env['MB'] ?? 0);
await listen(
  mcp({
    callTool(exchange) {
      const body = gzipSync(JSON.stringify(answerTo(exchange, text(`ok${'x'.repeat(megabytes * 1024 * 1024)}`))));
      exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    },
  }),
);
