import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { answerTo, type Exchange, type Message, text } from '../support/exchange.ts';

/** Whose names for methods a server knows. */
export type Names = 'seed' | 'standard';

/** The one tool of these servers. */
export const echoTool = {
  name: 'echo',
  description: 'Gives the message back.',
  inputSchema: { type: 'object', properties: { message: { type: 'string' } } },
};

const initialized = {
  protocolVersion: '2024-11-05',
  capabilities: { tools: {} },
  serverInfo: { name: 'dialect', version: '1.0.0' },
};

/** The JSON-RPC answer that an ordinary server of these names gives. */
export function answer(exchange: Exchange, names: Names): object {
  const { message } = exchange;
  const [list, call] = names === 'seed' ? ['list_tools', 'call_tool'] : ['tools/list', 'tools/call'];
  switch (message.method) {
    case 'initialize':
      return answerTo(exchange, initialized);
    case list:
      return answerTo(exchange, { tools: [echoTool] });
    case call:
      return answerTo(exchange, text(String(message.params?.arguments?.['message'])));
    case 'ping':
      return names === 'seed' ? notFound(message) : answerTo(exchange, {});
    default:
      return notFound(message);
  }
}

function notFound({ id }: Message): object {
  return { jsonrpc: '2.0', id: id ?? null, error: { code: -32601, message: 'Method not found' } };
}

/** What happens to a method and path, such as `POST /sse`; 404 to all others. */
export type Routes = Readonly<Record<string, (exchange: Exchange) => void>>;

/** A server of these routes. The message of an exchange is empty where the request has no body; 202 answers a notification. */
export function route(routes: Routes): RequestListener {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split('?', 1)[0] ?? '';
    const body = await readText(request);
    // The tests are the only clients, and what they send is JSON-RPC.
    const message = (body === '' ? {} : JSON.parse(body)) as Message;
    const exchange = { message, request, response };
    const found = routes[`${request.method} ${path}`];
    if (found === undefined) response.writeHead(404).end(`Cannot ${request.method} ${path}`);
    else if (message.method !== undefined && message.id === undefined) response.writeHead(202).end();
    else found(exchange);
  }
  return (request, response) => void handle(request, response);
}

/** A parameter of the query. */
export function query({ request }: Exchange, name: string): string | null {
  return new URL(request.url ?? '/', 'http://localhost').searchParams.get(name);
}
