import type { PacedBody } from './pacedBody.ts';

/**
 * A response whose body is one message. Its `json()` takes the bytes as the wire has put them together, where the platform's would
 * gather slices of them and put those together once more.
 */
export function messageResponse(body: PacedBody, init: ResponseInit): Response {
  const response = new Response(body.stream, init);
  const ordinary = response.json.bind(response);
  const json = async (): Promise<unknown> => {
    // Somebody reads the stream already, or a clone of the response does.
    if (response.bodyUsed || body.stream.locked) return ordinary();
    return JSON.parse(await body.text()) as unknown;
  };
  return Object.assign(response, { json });
}
