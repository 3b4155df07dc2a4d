import { t } from '@vscode/l10n';
import { looksLikeRpc } from '../rpc.ts';
import type { Rule } from '../rule.ts';
import { isResumed, type Subject } from '../subject.ts';

const HTTP_SSE = 'MCP 2024-11-05, Transports, HTTP with SSE';
const TRANSPORTS = 'MCP 2025-11-25, Transports';

/** What comes in events and lines. */
export const streamRules: readonly Rule[] = [
  {
    id: 'stdio.message',
    severity: 'error',
    section: `${TRANSPORTS}, stdio`,
    on: 'content',
    message: () => t('Nothing but MCP messages, one to a line, may be written to the pipes.'),
    check: ({ message, content }) =>
      message.channel === 'stdio' && content?.isLarge === false && !areMessages(content.value),
  },
  {
    id: 'sse.message',
    severity: 'error',
    section: `${TRANSPORTS}, Streamable HTTP`,
    on: 'content',
    message: () => t('The data of a “message” event must be a JSON-RPC message.'),
    check: (subject) => {
      const { content } = subject;
      if (content === undefined || !isMessageEvent(subject) || content.isLarge || !isAgreed(subject)) return false;
      // An id without data primes for a reconnect.
      return !areMessages(content.value) && !isPriming(subject);
    },
  },
  {
    id: 'sse.priming',
    severity: 'warning',
    section: 'MCP 2025-11-25, Transports, Streamable HTTP, Sending Messages to the Server',
    revisions: { to: '2025-06-18' },
    on: 'content',
    message: () => t('Events without data are part of the protocol since 2025-11-25 only.'),
    check: (subject) => isMessageEvent(subject) && isPriming(subject),
  },
  {
    id: 'sse.eventName',
    severity: 'warning',
    section: HTTP_SSE,
    on: 'content',
    message: () => t('The message comes in an event that is not called “message”; clients do not look into it.'),
    check: (subject) => {
      const name = subject.content?.fields?.event ?? '';
      return isEvent(subject) && name !== '' && name !== 'message' && areMessages(subject.content?.value);
    },
  },
  {
    id: 'sse.eventId',
    severity: 'error',
    section: `${TRANSPORTS}, Resumability and Redelivery`,
    revisions: { from: '2025-03-26', to: '2025-11-25' },
    on: 'content',
    message: () => t('The id of an event must be unique in its session; this one has come before.'),
    check: ({ message, content, conversation, exchange }) => {
      const id = content?.fields?.id ?? '';
      if (message.channel !== 'sse' || conversation.transport !== 'http' || id === '') return false;
      return conversation.eventIds.has(id) && !isResumed({ exchange });
    },
  },
  {
    id: 'sse.endpoint',
    severity: 'error',
    section: HTTP_SSE,
    on: 'content',
    message: () => t('The data of the “endpoint” event must be a URI.'),
    check: ({ message, content, exchange }) => {
      const { event, data = '' } = content?.fields ?? {};
      if (message.channel !== 'sse' || event !== 'endpoint' || exchange?.request.method !== 'GET') return false;
      return !/^[^\s"<>\\^`{|}]+$/.test(data);
    },
  },
  {
    id: 'sse.endpointFirst',
    severity: 'error',
    section: HTTP_SSE,
    on: 'content',
    message: () => t('A listening stream must begin with an “endpoint” event.'),
    check: ({ message, content, exchange, conversation }) => {
      const { event, data } = content?.fields ?? {};
      const isFirst = message.channel === 'sse' && exchange?.request.method === 'GET' && !exchange.hasMessage;
      if (!isFirst || data === undefined || event === 'endpoint') return false;
      // Over Streamable HTTP it does not.
      return conversation.path === undefined && !exchange.request.headers.has('last-event-id');
    },
  },
  {
    id: 'sse.postToEndpoint',
    severity: 'error',
    section: HTTP_SSE,
    on: 'content',
    message: () => t('Messages must be sent to the URI that the “endpoint” event named.'),
    check: ({ message, exchange, conversation }) =>
      message.channel === 'http-request' &&
      conversation.transport === 'sse' &&
      exchange?.request.target !== conversation.endpoint,
  },
];

function isEvent({ message, conversation, exchange }: Subject): boolean {
  if (message.channel !== 'sse') return false;
  // A stream that is not known for what it is may bring anything.
  return conversation.path !== undefined || exchange?.body?.seen !== undefined || conversation.transport === 'external';
}

function isMessageEvent(subject: Subject): boolean {
  const { event = '', data } = subject.content?.fields ?? {};
  return isEvent(subject) && data !== undefined && (event === '' || event === 'message');
}

/** The server has shown what it speaks: what it answers to a probe may be anything. */
function isAgreed({ conversation }: Subject): boolean {
  const { transport, handshake, isKnown, isStateless } = conversation;
  return transport !== 'http' || !isKnown || isStateless || handshake === 'answered' || handshake === 'done';
}

function isPriming({ content }: Subject): boolean {
  return content?.fields?.data === '' && content.fields.id !== undefined;
}

function areMessages(value: unknown): boolean {
  return Array.isArray(value) ? value.every(looksLikeRpc) : looksLikeRpc(value);
}
