import { t } from '@vscode/l10n';
import { has, isRecord } from '../json.ts';
import { isFollowed } from '../requestBook.ts';
import { isAnswer } from '../rpc.ts';
import { ofValue, type Rule } from '../rule.ts';
import { isResumed } from '../subject.ts';

/** From -32768 to -32000 codes are reserved; those at the end for servers, these for what they say. */
const DEFINED_CODES: ReadonlySet<number> = new Set([-32700, -32600, -32601, -32602, -32603]);

/** The rules of JSON-RPC 2.0 about single messages and their answers. */
export const jsonRpcRules: readonly Rule[] = [
  {
    id: 'jsonrpc.version',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4 and 5',
    on: 'message',
    message: () => t('“jsonrpc” must be exactly "2.0".'),
    check: ofValue((value) => value['jsonrpc'] !== '2.0'),
  },
  {
    id: 'jsonrpc.method',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4',
    on: 'message',
    message: () => t('“method” must be a string.'),
    check: ofValue((value) => has(value, 'method') && typeof value['method'] !== 'string'),
  },
  {
    id: 'jsonrpc.reservedMethod',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4',
    on: 'message',
    message: () => t('Names of methods that begin with “rpc.” are reserved.'),
    check: ({ rpc }) => rpc?.method?.startsWith('rpc.') === true,
  },
  {
    id: 'jsonrpc.params',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4.2',
    on: 'message',
    message: () => t('“params” must be an object or an array, or be left out.'),
    check: ofValue(
      (value) =>
        has(value, 'method') && has(value, 'params') && !isRecord(value['params']) && !Array.isArray(value['params']),
    ),
  },
  {
    id: 'jsonrpc.idType',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4 and 5',
    on: 'message',
    message: () => t('An “id” must be a string or a number.'),
    check: ofValue(({ id }, rpc) => rpc.id === undefined && id !== undefined && id !== null),
  },
  {
    id: 'jsonrpc.resultOrError',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('The message has neither a method nor a result nor an error.'),
    check: ({ rpc }) => rpc?.kind === 'unclear',
  },
  {
    id: 'jsonrpc.resultAndError',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('An answer must not have both a result and an error.'),
    check: ofValue((value) => !has(value, 'method') && has(value, 'result') && has(value, 'error')),
  },
  {
    id: 'jsonrpc.resultId',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('A result must have the id of the request that it answers.'),
    check: ofValue(({ id }, rpc) => rpc.kind === 'result' && (id === undefined || id === null)),
  },
  {
    id: 'jsonrpc.errorId',
    // Servers of the SDKs refuse unknown sessions like this.
    severity: 'warning',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('An error must have the id of the request that it answers, which was readable.'),
    check: ofValue(
      ({ id }, rpc, { request }) =>
        rpc.kind === 'error' && (id === undefined || id === null) && request?.id !== undefined,
    ),
  },
  {
    id: 'jsonrpc.errorObject',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5.1',
    on: 'message',
    message: () => t('“error” must be an object.'),
    check: ofValue((value, rpc) => rpc.kind === 'error' && !isRecord(value['error'])),
  },
  {
    id: 'jsonrpc.errorCode',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5.1',
    on: 'message',
    message: () => t('The code of an error must be an integer.'),
    check: ofValue((_, { kind, error }) => kind === 'error' && !!error && !Number.isInteger(error['code'])),
  },
  {
    id: 'jsonrpc.errorMessage',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5.1',
    on: 'message',
    message: () => t('The message of an error must be a string.'),
    check: ofValue((_, { kind, error }) => kind === 'error' && !!error && typeof error['message'] !== 'string'),
  },
  {
    id: 'jsonrpc.reservedCode',
    severity: 'warning',
    section: 'JSON-RPC 2.0, 5.1',
    on: 'message',
    message: () => t('The code of the error is one of those that are reserved for later use.'),
    check: ofValue((_, { kind, error }) => {
      const code = error?.['code'];
      return (
        kind === 'error' && typeof code === 'number' && code >= -32768 && code < -32099 && !DEFINED_CODES.has(code)
      );
    }),
  },
  {
    id: 'jsonrpc.sameId',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('The id of the answer is of another type than that of its request; it must be the same.'),
    check: ({ rpc, request }) => rpc?.id !== undefined && request !== undefined && typeof rpc.id !== typeof request.id,
  },
  {
    id: 'jsonrpc.unknownId',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('The answer has an id that no request has had.'),
    check: ({ rpc, request, conversation, message }) =>
      rpc?.id !== undefined &&
      isAnswer(rpc) &&
      request === undefined &&
      isFollowed(rpc.id) &&
      conversation.isKnown &&
      !conversation.asked(message.direction).hasForgotten,
  },
  {
    id: 'jsonrpc.answeredTwice',
    severity: 'error',
    section: 'JSON-RPC 2.0, 5',
    on: 'message',
    message: () => t('The request has been answered before.'),
    // What a resumed stream repeats is no second answer.
    check: (subject) => subject.request?.isAnswered === true && !isResumed(subject),
  },
  {
    id: 'jsonrpc.notificationAnswered',
    severity: 'error',
    section: 'JSON-RPC 2.0, 4.1',
    on: 'message',
    message: () => t('A notification must not be answered.'),
    check: ({ rpc, exchange, message }) =>
      rpc !== undefined &&
      isAnswer(rpc) &&
      message.direction === 'received' &&
      exchange?.body?.kind === 'notification' &&
      // An HTTP error may explain itself.
      (exchange.status ?? 0) < 300,
  },
  {
    id: 'jsonrpc.emptyBatch',
    severity: 'error',
    section: 'JSON-RPC 2.0, 6',
    on: 'content',
    message: () => t('A batch must not be empty.'),
    check: ({ content }) => Array.isArray(content?.value) && content.value.length === 0,
  },
];
