import type { ServerResponse } from 'node:http';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  isJSONRPCErrorResponse,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';

/**
 * Carries one session of the seed's dialect: each request has a response stream of its own, which holds the notifications that
 * belong to it and ends with its answer. There is no other stream, so a message that belongs to no request is dropped.
 */
export class SeedTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  readonly sessionId: string;
  readonly #streams = new Map<RequestId, ServerResponse>();

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  async start(): Promise<void> {}

  /** Hands a request to the server and answers it on `response`. An id that is in use takes the stream over: the ids are the client's. */
  receive(request: JSONRPCRequest, response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-session-id': this.sessionId,
    });
    response.flushHeaders();
    this.#streams.get(request.id)?.end();
    this.#streams.set(request.id, response);
    response.once('close', () => {
      if (this.#streams.get(request.id) === response) this.#streams.delete(request.id);
    });
    this.onmessage?.(request);
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const isAnswer = isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message);
    const requestId = isAnswer ? message.id : options?.relatedRequestId;
    const stream = requestId === undefined ? undefined : this.#streams.get(requestId);
    stream?.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    if (isAnswer) stream?.end();
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.values()) stream.end();
    this.onclose?.();
  }
}
