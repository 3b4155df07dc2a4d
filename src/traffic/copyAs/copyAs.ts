import { t } from '@vscode/l10n';
import { assertNever } from '../../base/assert.ts';
import { changedNumber } from '../../base/changedNumber.ts';
import type { CopiedRequest, CopyFormat } from './copiedRequest.ts';
import { toCurl } from './curl.ts';
import { toFetch } from './fetch.ts';
import { Placeholders } from './placeholders.ts';
import { toPowerShell } from './powershell.ts';
import { type PreparedRequest, prepare } from './prepare.ts';
import { type CopiedMessage, toSdk } from './sdk.ts';
import { isRecord } from '../../base/isRecord.ts';

/** What goes to the clipboard, or a sentence that says why there is nothing. */
export type CopyResult = { ok: true; text: string } | { ok: false; message: string };

/**
 * Writes a request in another form. Secrets, which are masked already, become placeholders that a comment at the top lists; in JSON, which has
 * no comments, they stand as `${NAME}`, and `raw` leaves the masks as they are. Never throws, whatever the request holds.
 */
export function copyAs(format: CopyFormat, request: CopiedRequest): CopyResult {
  switch (format) {
    case 'raw':
      return { ok: true, text: request.raw };
    case 'json-rpc':
      return copyJson(request);
    case 'sdk':
      return copyCall(request);
    case 'curl':
      return copyHttp(request, toCurl);
    case 'powershell':
      return copyHttp(request, toPowerShell);
    case 'fetch':
      return copyHttp(request, toFetch);
    default:
      return assertNever(format);
  }
}

function copyJson({ json, isMasked }: CopiedRequest): CopyResult {
  if (json === undefined) return refusal(t('There is no JSON-RPC message in this entry.'));
  const pieces = new Placeholders(isMasked).json(json);
  return {
    ok: true,
    text: pieces.map((piece) => (typeof piece === 'string' ? piece : `\${${piece.variable}}`)).join(''),
  };
}

function copyHttp(
  { http, isMasked }: CopiedRequest,
  write: (request: PreparedRequest, variables: readonly string[]) => string,
): CopyResult {
  if (http === undefined) {
    return refusal(
      t('There is no HTTP request to copy: this went over pipes, or the head of its request is no longer recorded.'),
    );
  }
  const placeholders = new Placeholders(isMasked);
  const prepared = prepare(http, placeholders);
  return { ok: true, text: write(prepared, placeholders.variables) };
}

function copyCall(request: CopiedRequest): CopyResult {
  const { http, stdio, dialect, isMasked } = request;
  if (dialect?.transport === 'external-sse') {
    return refusal(t('The server speaks a dialect that the SDK does not know. Copy the request as cURL or fetch.'));
  }
  if (http === undefined && stdio === undefined) {
    return refusal(t('How this server is reached is not known here, so there is no SDK snippet.'));
  }
  const message = readMessage(http?.body ?? request.request ?? request.json ?? '');
  if (message === undefined) {
    return refusal(t('This is no request or notification that could be written as a call of the SDK.'));
  }
  return { ok: true, text: toSdk(request, message, new Placeholders(isMasked)) };
}

function readMessage(json: string): CopiedMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
    // Throws where it is nested so deeply that it cannot be written either.
    JSON.stringify(value);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value['method'] !== 'string') return undefined;
  const params = isRecord(value['params']) ? value['params'] : undefined;
  const changed = changedNumber(json);
  const message = { method: value['method'], params, isNotification: value['id'] === undefined };
  return changed === undefined ? message : { ...message, changed };
}

function refusal(message: string): CopyResult {
  return { ok: false, message };
}
