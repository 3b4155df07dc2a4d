import type { RequestListener } from 'node:http';
import { beginEvents } from '../support/exchange.ts';
import { answer, route } from './speech.ts';

/** V2: standard names, no session, and events without a name, at `POST /sse` and `POST /`. */
export function v2(): RequestListener {
  const post: Parameters<typeof route>[0][string] = (exchange) => {
    beginEvents(exchange);
    exchange.response.end(`data: ${JSON.stringify(answer(exchange, 'standard'))}\n\n`);
  };
  return route({ 'POST /sse': post, 'POST /': post });
}
