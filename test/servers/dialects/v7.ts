import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { beginEvents, type Exchange, sendError, sendJson, writeEvent } from '../support/exchange.ts';
import { answer, query, route } from './speech.ts';

/**
 * V7: the `endpoint` event is JSON, and the POST is answered `{ok:true}`.
 * @param parameter of the query in which the session goes back
 */
export function v7(parameter: 'sessionId' | 'session' = 'sessionId'): RequestListener {
  const streams = new Map<string, Exchange>();
  return route({
    'GET /sse': (exchange) => {
      const sessionId = randomUUID();
      streams.set(sessionId, exchange);
      exchange.response.once('close', () => streams.delete(sessionId));
      beginEvents(exchange);
      exchange.response.write(`event: endpoint\ndata: ${JSON.stringify({ sessionId, postUrl: '/messages' })}\n\n`);
    },
    'POST /messages': (exchange) => {
      const stream = streams.get(query(exchange, parameter) ?? '');
      if (stream === undefined) return sendError(exchange, 404, -32000, 'Unknown session');
      writeEvent(stream, answer(exchange, 'standard'));
      sendJson(exchange, { ok: true });
    },
  });
}
