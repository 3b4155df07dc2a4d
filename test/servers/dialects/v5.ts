import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { beginEvents, type Exchange, sendError, sendJson, writeEvent } from '../support/exchange.ts';
import { answer, route } from './speech.ts';

/** V5: `GET /sse` names a connection, a POST has to name it too, and the answer comes on both. */
export function v5(): RequestListener {
  const streams = new Map<string, Exchange>();
  return route({
    'GET /sse': (exchange) => {
      const connectionId = randomUUID();
      streams.set(connectionId, exchange);
      exchange.response.once('close', () => streams.delete(connectionId));
      beginEvents(exchange);
      exchange.response.write(`event: connection\ndata: ${JSON.stringify({ connectionId })}\n\n`);
    },
    'POST /sse': (exchange) => {
      const stream = streams.get(String(exchange.request.headers['x-connection-id']));
      if (stream === undefined) return sendError(exchange, 400, -32000, 'X-Connection-ID must name a connection');
      const said = answer(exchange, 'standard');
      writeEvent(stream, said);
      sendJson(exchange, said);
    },
  });
}
