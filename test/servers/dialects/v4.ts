import type { RequestListener } from 'node:http';
import { beginEvents, sendJson } from '../support/exchange.ts';
import { answer, route } from './speech.ts';

/** V4: `POST /sse` answers plain JSON; `GET /sse` is a stream on which nothing but pings come. */
export function v4(): RequestListener {
  return route({
    'POST /sse': (exchange) => sendJson(exchange, answer(exchange, 'standard')),
    'GET /sse': (exchange) => {
      beginEvents(exchange);
      exchange.response.write(': ping\n\nevent: ping\ndata: {}\n\n');
    },
  });
}
