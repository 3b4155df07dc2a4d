import { Redactor } from '../../../../src/base/redact.ts';
import type { ExternalMcpClient } from '../../../../src/client/externalMcpClient.ts';
import { copiedEntry } from '../../../../src/traffic/copyAs/copiedEntry.ts';
import type { CopiedRequest } from '../../../../src/traffic/copyAs/copiedRequest.ts';
import { clientFor, user } from '../../client/support.ts';
import { newLog } from '../records.ts';

/** A call of the real client, as a copy of it is made from its answer, and the result that it had, both with their secrets masked. */
export interface RecordedCall {
  request: CopiedRequest;
  result: unknown;
  redactor: Redactor;
}

/** Connects to a server, calls it once and takes that call out of the recording. */
export async function recordedCall(
  url: string,
  call: (client: ExternalMcpClient) => Promise<unknown>,
  secrets: { headers?: Record<string, string>; values?: readonly string[] } = {},
): Promise<RecordedCall> {
  const redactor = new Redactor();
  for (const value of secrets.values ?? []) redactor.add(value);
  const log = newLog({ redactor });
  const endpoint = { kind: 'http' as const, url: new URL(url), headers: secrets.headers ?? {} };
  const { client } = clientFor(endpoint, { traffic: log });
  await client.connect(user);
  await call(client);
  const answer = log.entries().findLast(({ kind }) => kind === 'response');
  const request = copiedEntry(log, answer?.seq ?? 0, { origin: new URL(url).origin });
  if (request === undefined) throw new Error('The recording has no answer');
  const { result } = JSON.parse(request.json ?? '') as { result: unknown };
  return { request, result, redactor };
}
