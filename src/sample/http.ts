import type { IncomingMessage, ServerResponse } from 'node:http';

/** Largest request body, bytes: the SDK's own default. Beyond it the answer is 413 and the connection ends. */
export const maxBodyBytes = 4 * 1024 * 1024;

/** Why a request was refused, with the HTTP status and the JSON-RPC code to say so. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with a JSON-RPC error; `id` is null where the request's is not known. */
export function sendError(
  response: ServerResponse,
  { status, code, message }: Pick<Refusal, 'status' | 'code' | 'message'>,
  id: string | number | null = null,
  headers: Record<string, string> = {},
): void {
  sendJson(response, status, { jsonrpc: '2.0', error: { code, message }, id }, headers);
}

/** Reads and parses a JSON body of at most `maxBodyBytes`; throws a `Refusal` with 413, 415 or 400. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, -32000, 'Content-Type must be application/json');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the socket, on which the refusal is still to be sent.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw new Refusal(413, -32000, `The request body must not exceed ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, -32700, 'The request body is not JSON');
  }
}
