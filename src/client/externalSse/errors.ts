import { t } from '@vscode/l10n';
import { SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { METHOD_NOT_FOUND } from '../rpcCodes.ts';
import { ExternalMcpError } from '../../base/errors.ts';
import { type Mask, quote } from '../quote.ts';

/** Something came that is not JSON-RPC. */
export function notAnAnswerError(server: string, mediaType: string, status: number, mask: Mask): ExternalMcpError {
  const type = mediaType === '' ? t('no content type') : quote(mediaType, 80, mask);
  return new ExternalMcpError(
    'protocol',
    t('“{0}” answered with something that is not MCP ({1}). Check the path of its URL (often “/sse”).', server, type),
    { server, outcomeUnknown: true, httpStatus: status },
  );
}

/** The listening stream of a variant that answers on it is gone. */
export function streamLostError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError(
    'connection',
    t('“{0}” ended the stream on which it answers. See its output for the reason.', server),
    { server, outcomeUnknown: true, cause },
  );
}

/** The server wants messages sent elsewhere; its headers, secrets among them, are for its own origin. */
export function foreignAddressError(server: string, address: string, mask: Mask): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t(
      '“{0}” wants its messages sent to another address ({1}), which was not done. If that is the server you mean, use it as the URL.',
      server,
      quote(address, 300, mask),
    ),
    { server },
  );
}

/** What an HTTP status says on a session that has worked: that it is gone, or what it says to everybody. */
export function sessionOrHttpError(server: string, response: Response, text: string, rpcCode?: number): Error {
  const { status } = response;
  const isLost = (status === 404 && rpcCode !== METHOD_NOT_FOUND) || (status === 401 && !isChallenged(response));
  const cause = httpError(response, text);
  if (!isLost) return cause;
  return new ExternalMcpError(
    'session',
    t('“{0}” no longer knows its session. Restart it, or connect again.', server),
    { server, httpStatus: status, cause },
  );
}

/** In the protocol library's form: what becomes of it is decided in one place for all transports. */
export function httpError(response: Response, text: string): SdkHttpError {
  const { status, statusText } = response;
  const data = { status, statusText, text, isChallenged: isChallenged(response) };
  return new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, `HTTP ${status}`, data);
}

/** Whether a refusal, or the error made of it, is about signing in, which no other dialect would change. */
export function isChallenged(refusal: Response | SdkHttpError): boolean {
  return refusal instanceof Response ? refusal.headers.has('www-authenticate') : refusal.data['isChallenged'] === true;
}
