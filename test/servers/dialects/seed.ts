import type { RequestListener } from 'node:http';
import { beginEvents, type Exchange, sendError, sendJson, writeEvent } from '../support/exchange.ts';
import { answer, route } from './speech.ts';

/** The dialect exactly as the pattern documents it: health at `GET /`, everything else at `POST /sse` under a session id of the client. */
export function seed(): RequestListener {
  const sessions = new Set<string>();
  return route({
    'GET /': (exchange) => sendJson(exchange, { status: 'ok' }),
    'POST /sse': (exchange) => post(exchange, sessions),
  });
}

function post(exchange: Exchange, sessions: Set<string>): void {
  const { message, request, response } = exchange;
  const session = request.headers['x-session-id'];
  if (request.headers.accept !== 'text/event-stream') return sendError(exchange, 406, -32000, 'Not acceptable');
  if (typeof session === 'string' && message.method === 'initialize') sessions.add(session);
  if (!sessions.has(String(session))) return sendError(exchange, 401, -32001, 'Unknown session');
  beginEvents(exchange);
  writeEvent(exchange, answer(exchange, 'seed'));
  response.end();
}
