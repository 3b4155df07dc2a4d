import { t } from '@vscode/l10n';
import { isFollowed } from '../requestBook.ts';
import { metaOf, type RpcId } from '../rpc.ts';
import type { Rule } from '../rule.ts';
import { isResumed, isStateless, type Subject } from '../subject.ts';

const PROGRESS = 'MCP 2025-11-25, Progress';

/** Progress and cancellation. */
export const utilityRules: readonly Rule[] = [
  {
    id: 'progress.token',
    severity: 'error',
    section: `${PROGRESS}, Behavior Requirements`,
    on: 'message',
    message: () => t('The progress is told of a token that no request has given.'),
    check: (subject) => {
      const { conversation, message } = subject;
      const token = tokenOf(subject);
      const asked = conversation.asked(message.direction);
      if (token === undefined || !conversation.isKnown || asked.hasForgotten) return false;
      return isFollowed(token) && asked.byToken(token) === undefined;
    },
  },
  {
    id: 'progress.increase',
    severity: 'error',
    section: `${PROGRESS}, Progress Flow`,
    on: 'message',
    message: () => t('The progress must increase with each notification.'),
    check: (subject) => {
      const token = tokenOf(subject);
      const progress = subject.rpc?.params?.['progress'];
      if (token === undefined || typeof progress !== 'number') return false;
      const before = subject.conversation.asked(subject.message.direction).byToken(token)?.progress;
      return before !== undefined && progress <= before && !isResumed(subject);
    },
  },
  {
    id: 'progress.afterAnswer',
    severity: 'error',
    section: `${PROGRESS}, Implementation Notes`,
    on: 'message',
    message: () => t('Progress must not be told of a request that has been answered.'),
    check: (subject) => {
      const { conversation, message, exchange } = subject;
      const token = tokenOf(subject);
      const request = token === undefined ? undefined : conversation.asked(message.direction).byToken(token);
      // On another stream it may have been overtaken; a task goes on behind its answer.
      const isInOrder = exchange === undefined || exchange.body?.seen === request;
      return request?.isAnswered === true && isInOrder && !isTask(subject);
    },
  },
  {
    id: 'progress.tokenInUse',
    severity: 'error',
    section: `${PROGRESS}, Progress Flow`,
    on: 'message',
    message: () => t('The progress token is that of another request that has not been answered yet.'),
    check: ({ rpc, conversation, message }) => {
      const token = rpc?.kind === 'request' ? metaOf(rpc, 'progressToken') : undefined;
      const isOneSender = message.channel === 'stdio' || conversation.sessionId !== undefined;
      if ((typeof token !== 'string' && typeof token !== 'number') || !isOneSender || !conversation.isKnown)
        return false;
      return conversation.isOpen(conversation.requests(message.direction).byToken(token));
    },
  },
  {
    id: 'cancellation.unknown',
    severity: 'error',
    section: 'MCP 2025-11-25, Cancellation, Behavior Requirements',
    on: 'message',
    message: () => t('The notification cancels a request that its sender has not sent.'),
    check: ({ rpc, conversation, message }) => {
      const id = rpc?.params?.['requestId'];
      if (rpc?.method !== 'notifications/cancelled' || (typeof id !== 'string' && typeof id !== 'number')) return false;
      // Of a subscription the server says so too, from 2026-07-28 on.
      const own = conversation.requests(message.direction);
      const isOfOther = conversation.asked(message.direction).get(id)?.method === 'subscriptions/listen';
      return conversation.isKnown && !own.hasForgotten && isFollowed(id) && own.get(id) === undefined && !isOfOther;
    },
  },
  {
    id: 'cancellation.byServer',
    severity: 'error',
    section: 'MCP 2026-07-28, Cancellation',
    revisions: { from: '2026-07-28' },
    on: 'message',
    message: () => t('A server may cancel nothing but subscriptions.'),
    check: (subject) => {
      const { rpc, conversation, message } = subject;
      const id = rpc?.params?.['requestId'];
      if (rpc?.method !== 'notifications/cancelled' || message.direction !== 'received') return false;
      if (!isStateless(subject) || (typeof id !== 'string' && typeof id !== 'number')) return false;
      const request = conversation.sent.get(id);
      return request !== undefined && request.method !== 'subscriptions/listen';
    },
  },
];

function tokenOf({ rpc }: Subject): RpcId | undefined {
  if (rpc?.kind !== 'notification' || rpc.method !== 'notifications/progress') return undefined;
  const token = rpc.params?.['progressToken'];
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

/** The server has announced tasks, whose progress is told until their end. */
function isTask({ conversation }: Subject): boolean {
  return (
    conversation.serverCapabilities?.has('tasks') === true || conversation.clientCapabilities?.has('tasks') === true
  );
}
