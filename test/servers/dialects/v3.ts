import type { RequestListener } from 'node:http';
import { beginEvents } from '../support/exchange.ts';
import { answer, route } from './speech.ts';

/** V3: greets on the stream of every POST, says `done` behind the answer, and leaves the stream open. */
export function v3(): RequestListener {
  return route({
    'POST /sse': (exchange) => {
      beginEvents(exchange);
      exchange.response.write('data: {"type":"connection"}\n\n');
      exchange.response.write(`data: ${JSON.stringify(answer(exchange, 'standard'))}\n\n`);
      exchange.response.write('event: done\ndata: [DONE]\n\n');
    },
  });
}
