import { t } from '@vscode/l10n';
import { neededOfClient } from './capabilityRules.ts';
import { clip, has, isRecord, listIn, memberOf, objectIn, textIn } from '../json.ts';
import { metaOf } from '../rpc.ts';
import type { SeenRequest } from '../requestBook.ts';
import type { Rule } from '../rule.ts';
import { isStateless, type Subject } from '../subject.ts';

const OVERVIEW = 'MCP 2026-07-28, Overview';
const HTTP = 'MCP 2026-07-28, Transports, Streamable HTTP';
const MRTR = 'MCP 2026-07-28, Multi Round-Trip Requests, Server Requirements';
const SUBSCRIPTIONS = 'MCP 2026-07-28, Subscriptions';
/** HTTP status that goes with a code. */
const STATUSES: ReadonlyMap<unknown, number> = new Map([
  [-32020, 400],
  [-32021, 400],
  [-32022, 400],
  [-32601, 404],
]);
const INPUT_METHODS = new Set(['tools/call', 'prompts/get', 'resources/read']);
const INPUT_REQUESTS = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list']);
/** What a subscription may bring, by the word of the filter that asks for it. */
const SUBSCRIBED: Readonly<Record<string, string>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
  'notifications/resources/updated': 'resourceSubscriptions',
};

/** What a server has to answer since 2026-07-28. A server that has not shown to speak it is not asked. */
export const statelessAnswerRules: readonly Rule[] = [
  {
    id: 'stateless.resultType',
    // Clients take a result without it for complete.
    severity: 'warning',
    section: `${OVERVIEW}, ResultType`,
    on: 'message',
    message: () => t('A result must have a “resultType”.'),
    check: (subject) => isResult(subject) && typeof memberOf(subject.rpc?.result, 'resultType') !== 'string',
  },
  {
    id: 'stateless.errorStatus',
    severity: 'error',
    section: `${HTTP}, Server Validation`,
    on: 'message',
    message: (status = '') => t('This error must come with HTTP status {0}.', status),
    check: (subject) => {
      const { rpc, message } = subject;
      const status = STATUSES.get(rpc?.error?.['code']);
      if (!isOfServer(subject) || message.channel !== 'http-response' || status === undefined) return false;
      return message.status !== status && [String(status)];
    },
  },
  {
    id: 'stateless.supportedVersions',
    severity: 'error',
    section: 'MCP 2026-07-28, Versioning, Protocol Version Negotiation',
    on: 'message',
    message: () => t('The error must list the revisions that the server supports, in “data.supported”.'),
    check: (subject) =>
      isOfServer(subject) &&
      subject.rpc?.error?.['code'] === -32022 &&
      listIn(memberOf(subject.rpc.error, 'data'), 'supported').length === 0,
  },
  {
    id: 'stateless.requiredCapabilities',
    severity: 'error',
    section: `${OVERVIEW}, _meta`,
    on: 'message',
    message: () => t('The error must list the capabilities that are missing, in “data.requiredCapabilities”.'),
    check: (subject) =>
      isOfServer(subject) &&
      subject.rpc?.error?.['code'] === -32021 &&
      !has(memberOf(subject.rpc.error, 'data'), 'requiredCapabilities'),
  },
  {
    id: 'stateless.serverRequest',
    severity: 'error',
    section: `${HTTP}, Receiving Messages`,
    on: 'message',
    message: () => t('A server must not send requests; it answers with what input it needs.'),
    check: (subject) => isOfServer(subject) && subject.rpc?.kind === 'request',
  },
  {
    id: 'stateless.inputMethod',
    severity: 'error',
    section: 'MCP 2026-07-28, Multi Round-Trip Requests, Supported Requests',
    on: 'message',
    message: (method = '') => t('“{0}” must not be answered by “input_required”.', method),
    check: (subject) =>
      isInputRequired(subject) &&
      !INPUT_METHODS.has(subject.request?.method ?? '') && [clip(subject.request?.method ?? '')],
  },
  {
    id: 'stateless.inputEmpty',
    severity: 'error',
    section: MRTR,
    on: 'message',
    message: () => t('A result that requires input must have “inputRequests” or a “requestState”.'),
    check: (subject) => {
      const result = subject.rpc?.result;
      return isInputRequired(subject) && !has(result, 'inputRequests') && !has(result, 'requestState');
    },
  },
  {
    id: 'stateless.inputRequest',
    severity: 'error',
    section: MRTR,
    on: 'message',
    message: () => t('The input that is asked for must be an elicitation, a message of a model, or the roots.'),
    check: (subject) => inputsOf(subject).some((input) => !INPUT_REQUESTS.has(textIn(input, 'method') ?? '')),
  },
  {
    id: 'stateless.inputCapability',
    severity: 'error',
    section: MRTR,
    on: 'message',
    message: (name = '') => t('The input that is asked for needs “{0}”, which the client has not announced.', name),
    check: (subject) => {
      const announced = subject.request?.capabilities;
      if (announced === undefined) return false;
      const needed = inputsOf(subject).map((input) => {
        const params = objectIn(input, 'params');
        return neededOfClient({ method: textIn(input, 'method') ?? '', ...(params === undefined ? {} : { params }) });
      });
      const missing = needed.find((name) => name !== undefined && !announced.has(name));
      return missing !== undefined && [missing];
    },
  },
  {
    id: 'stateless.acknowledged',
    severity: 'error',
    section: `${SUBSCRIPTIONS}, Acknowledgment`,
    on: 'message',
    message: () => t('The stream of a subscription must begin with “notifications/subscriptions/acknowledged”.'),
    check: (subject) => {
      const { exchange, rpc } = subject;
      if (subscription(subject) === undefined || exchange?.hasMessage !== false || rpc?.kind === 'error') return false;
      return rpc?.method !== 'notifications/subscriptions/acknowledged';
    },
  },
  {
    id: 'stateless.subscriptionId',
    severity: 'error',
    section: `${OVERVIEW}, _meta`,
    on: 'message',
    message: (key = '') => t('The “_meta” of what comes on a subscription must have its id as “{0}”.', key),
    check: (subject) => {
      const key = 'io.modelcontextprotocol/subscriptionId';
      const listening = subscription(subject);
      if (listening === undefined || subject.rpc?.kind !== 'notification') return false;
      return metaOf(subject.rpc, key) !== listening.id && [key];
    },
  },
  {
    id: 'stateless.unwanted',
    severity: 'error',
    section: `${SUBSCRIPTIONS}, Opening a Stream`,
    on: 'message',
    message: (method = '') => t('“{0}” comes on a subscription that has not asked for it.', method),
    check: (subject) => {
      const listening = subscription(subject);
      const word = textIn(SUBSCRIBED, subject.rpc?.method ?? '');
      return (
        listening !== undefined &&
        word !== undefined &&
        listening.wanted?.[word] !== true && [subject.rpc?.method ?? '']
      );
    },
  },
  {
    id: 'stateless.notificationPlace',
    severity: 'error',
    section: `${HTTP}, Receiving Messages`,
    on: 'message',
    message: (method = '') => t('“{0}” does not belong on this stream.', method),
    check: (subject) => {
      const { rpc, exchange, message } = subject;
      const seen = exchange?.body?.seen;
      if (!isOfServer(subject) || message.channel !== 'sse' || rpc?.kind !== 'notification' || !seen) return false;
      const method = rpc.method ?? '';
      const isOfCall = method === 'notifications/progress' || method === 'notifications/message';
      const isWrong = seen.method === 'subscriptions/listen' ? isOfCall : textIn(SUBSCRIBED, method) !== undefined;
      return isWrong && [clip(method)];
    },
  },
  {
    id: 'stateless.logLevel',
    severity: 'error',
    section: 'MCP 2026-07-28, Logging',
    on: 'message',
    message: () => t('Notes of the log must not be sent to a request that has not named a level.'),
    check: (subject) => {
      const { rpc, exchange } = subject;
      if (!isOfServer(subject) || rpc?.method !== 'notifications/message') return false;
      return exchange?.body?.seen?.hasLogLevel === false;
    },
  },
  {
    id: 'stateless.newSession',
    severity: 'warning',
    section: `${HTTP}, Earlier Streamable HTTP Revisions`,
    on: 'responseHead',
    isOnce: true,
    message: () => t('This revision knows no sessions; a server should not name any.'),
    check: (subject) => subject.conversation.isStateless && subject.head?.headers.has('mcp-session-id') === true,
  },
];

/** From a server that has shown to speak this revision, in an exchange of it. */
function isOfServer(subject: Subject): boolean {
  return subject.message.direction === 'received' && subject.conversation.isStateless && isStateless(subject);
}

function isResult(subject: Subject): boolean {
  return isOfServer(subject) && subject.rpc?.result !== undefined && subject.request !== undefined;
}

function isInputRequired(subject: Subject): boolean {
  return isResult(subject) && memberOf(subject.rpc?.result, 'resultType') === 'input_required';
}

function inputsOf(subject: Subject): readonly unknown[] {
  const inputs = isInputRequired(subject) ? memberOf(subject.rpc?.result, 'inputRequests') : undefined;
  return isRecord(inputs) ? Object.values(inputs).slice(0, 100) : [];
}

/** The subscription on whose own stream a message comes. */
function subscription(subject: Subject): SeenRequest | undefined {
  const { exchange, message } = subject;
  const seen = exchange?.body?.seen;
  return isOfServer(subject) && message.channel === 'sse' && seen?.method === 'subscriptions/listen' ? seen : undefined;
}
