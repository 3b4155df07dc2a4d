import { ExternalMcpError } from '../base/errors.ts';
import type { ExternalMcpClient } from '../client/externalMcpClient.ts';

/** Who is asked, and how. */
export interface HealthQuestion {
  client: Pick<ExternalMcpClient, 'ping'>;
  /** Milliseconds for each of the two. */
  timeoutMs: number;
  /** Asks for the `health.path` of the definition, where it has one; rejects when the server is not healthy there (`healthPath.ts`). */
  getPath?: (signal: AbortSignal) => Promise<void>;
}

/**
 * Whether a request that failed has shown all the same that the server answers. Any JSON-RPC error does, and so does an HTTP status that
 * blames the request: starting a server again does not make it like `ping` any better. `auth` is left to whoever asked.
 */
export function isAnswer({ kind, rpcCode, httpStatus }: ExternalMcpError): boolean {
  if (kind === 'auth') return false;
  return rpcCode !== undefined || (httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500);
}

/** Asks a server whether it is well; rejects with `ExternalMcpError` when it is not, and with `auth` when somebody has to sign in. */
export async function checkHealth(question: HealthQuestion, signal: AbortSignal): Promise<void> {
  const { client, timeoutMs, getPath } = question;
  try {
    await client.ping({ origin: 'health', maxRetries: 0, timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof ExternalMcpError) || !isAnswer(error)) throw error;
  }
  await getPath?.(signal);
}
