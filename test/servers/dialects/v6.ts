import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { beginEvents, type Exchange, sendError, writeEvent } from '../support/exchange.ts';
import { answer, query, route } from './speech.ts';

/** V6: HTTP+SSE whose messages go back to the stream's own path, `/sse?sessionId=`. */
export function v6(): RequestListener {
  const streams = new Map<string, Exchange>();
  return route({
    'GET /sse': (exchange) => {
      const session = randomUUID();
      streams.set(session, exchange);
      exchange.response.once('close', () => streams.delete(session));
      beginEvents(exchange);
      exchange.response.write(`event: endpoint\ndata: /sse?sessionId=${session}\n\n`);
    },
    'POST /sse': (exchange) => {
      const stream = streams.get(query(exchange, 'sessionId') ?? '');
      if (stream === undefined) return sendError(exchange, 404, -32000, 'Unknown session');
      writeEvent(stream, answer(exchange, 'standard'));
      exchange.response.writeHead(202).end();
    },
  });
}
