import type { IncomingMessage, ServerResponse } from 'node:http';

/** A JSON-RPC message from a client, as loosely typed as the wire is. */
export interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Record<string, unknown>;
    readonly cursor?: string;
    readonly protocolVersion?: string;
    readonly _meta?: { readonly progressToken?: string | number };
  };
}

/** One POST: the message it carried and the response that is still to be written. */
export interface Exchange {
  readonly message: Message;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The JSON-RPC answer to an exchange's request. */
export function answerTo({ message }: Exchange, result: unknown): object {
  return { jsonrpc: '2.0', id: message.id, result };
}

/** The result of a tool: one text. */
export function text(value: string): object {
  return { content: [{ type: 'text', text: value }] };
}

/** Answers with a JSON body. */
export function sendJson({ response }: Exchange, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers with a JSON-RPC error under an HTTP status. */
export function sendError(exchange: Exchange, status: number, code: number, message: string): void {
  sendJson(exchange, { jsonrpc: '2.0', id: exchange.message.id ?? null, error: { code, message } }, status);
}

/** Begins an event stream. */
export function beginEvents({ response }: Exchange): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
}

/** Writes one event with a JSON-RPC message; `id` is its event id. */
export function writeEvent({ response }: Exchange, message: unknown, id?: string): void {
  response.write(`${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${JSON.stringify(message)}\n\n`);
}

/** Whether a misbehaviour is meant for this message: `METHOD` names the JSON-RPC method it is for; unset, it is for all. */
export function isMeant({ message }: Exchange): boolean {
  const only = process.env['METHOD'];
  return only === undefined || only === message.method;
}
