import type { RequestListener } from 'node:http';
import { answerTo, type Exchange, sendJson } from '../support/exchange.ts';
import { answer, echoTool, route } from './speech.ts';

/** What a V8 server wants `call_tool` to be given, and whether it knows `initialize`. */
export interface V8Options {
  readonly parameters?: 'name' | 'tool';
  readonly hasHandshake?: boolean;
}

/** V8: plain JSON at `POST /`, the seed's names, a bare array of tools with `input_schema`, bare blocks as results. */
export function v8({ parameters = 'name', hasHandshake = true }: V8Options = {}): RequestListener {
  return route({
    'GET /': (exchange) => sendJson(exchange, { status: 'ok', name: 'eight', version: '8.0.0' }),
    'POST /': (exchange) => sendJson(exchange, said(exchange, parameters, hasHandshake)),
  });
}

function said(exchange: Exchange, parameters: 'name' | 'tool', hasHandshake: boolean): object {
  const { message } = exchange;
  if (message.method === 'list_tools') {
    const { inputSchema, ...tool } = echoTool;
    return answerTo(exchange, [{ ...tool, input_schema: inputSchema }]);
  }
  if (message.method === 'call_tool') {
    const params: Record<string, unknown> = { ...message.params };
    const args = params[parameters === 'name' ? 'arguments' : 'params'];
    const isKnown = params[parameters] === 'echo' && typeof args === 'object' && args !== null;
    if (!isKnown) return { jsonrpc: '2.0', id: message.id, error: { code: -32602, message: 'Invalid params' } };
    return answerTo(exchange, { type: 'text', text: String(Reflect.get(args, 'message')) });
  }
  if (message.method === 'initialize' && hasHandshake) return answer(exchange, 'seed');
  return { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'Method not found' } };
}
