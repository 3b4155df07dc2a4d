import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';

/** The connection was closed while a request waited. */
export function closedError(server: string): ExternalMcpError {
  return new ExternalMcpError('connection', t('The connection to “{0}” was closed.', server), {
    server,
    outcomeUnknown: true,
  });
}

/** The stream of a request ended, and nothing else can bring the answer. */
export function endedEarlyError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'connection',
    t('“{0}” ended the stream before its answer. Its traffic shows what came.', server),
    { server, outcomeUnknown: true },
  );
}

/** A request was accepted, and nothing can bring its answer: 202 is for notifications. */
export function onlyAcceptedError(server: string, status: number): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” accepted a request ({1}) without answering it. Its traffic shows the exchange.', server, status),
    { server, outcomeUnknown: true, httpStatus: status },
  );
}

/** Answers came, none of them to the request. */
export function wrongIdError(server: string, status: number | undefined): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” answered with the id of another request. Its traffic shows the exchange.', server),
    { server, outcomeUnknown: true, ...(status === undefined ? {} : { httpStatus: status }) },
  );
}
