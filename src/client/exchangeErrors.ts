import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { AnswerHead } from '../wire/context.ts';

/** The connection was closed while a request waited. */
export function closedError(server: string): ExternalMcpError {
  return new ExternalMcpError('connection', t('The connection to “{0}” was closed.', server), {
    server,
    outcomeUnknown: true,
  });
}

/** A stream that ended, and cannot be taken up again. */
export function endedEarlyError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'connection',
    t('“{0}” ended the stream before its answer. Its traffic shows what came.', server),
    { server, outcomeUnknown: true },
  );
}

/** 202 is for notifications. */
export function onlyAcceptedError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” accepted a request (202) without answering it. Its traffic shows the exchange.', server),
    { server, outcomeUnknown: true, httpStatus: 202 },
  );
}

/** An answer came, and it was not ours. */
export function wrongIdError(server: string, head: AnswerHead | undefined): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” answered with the id of another request. Its traffic shows the exchange.', server),
    { server, outcomeUnknown: true, ...(head === undefined ? {} : { httpStatus: head.status }) },
  );
}
