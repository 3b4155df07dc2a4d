import type { ServerResponse } from 'node:http';
import type { Exchange } from '../../servers/support/exchange.ts';

export const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
export const URI = 'test://changes';

export function progressOf({ message }: Exchange, progress: number): object {
  const params = { progressToken: message.params?._meta?.progressToken, progress };
  return { jsonrpc: '2.0', method: 'notifications/progress', params };
}

export function logOf(data: unknown): object {
  return { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } };
}

export function updateOf(uri: string, subscription?: unknown): object {
  const _meta = subscription === undefined ? {} : { _meta: { [SUBSCRIPTION_ID]: subscription } };
  return { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri, ..._meta } };
}

export function event(message: unknown, id?: string | number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
}

export function openStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
}
