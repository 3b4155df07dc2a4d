import { t } from '@vscode/l10n';
import { clip, memberOf, textIn } from '../json.ts';
import type { Rpc } from '../rpc.ts';
import type { Rule } from '../rule.ts';
import { isStateless } from '../subject.ts';

const OPERATION = 'MCP 2025-11-25, Lifecycle, Operation';

/** What the server must have announced before the client asks for it. */
const SERVER_METHODS: Readonly<Record<string, string>> = {
  'tools/list': 'tools',
  'tools/call': 'tools',
  'prompts/list': 'prompts',
  'prompts/get': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resources',
  'resources/read': 'resources',
  'resources/subscribe': 'resources.subscribe',
  'resources/unsubscribe': 'resources.subscribe',
  'logging/setLevel': 'logging',
  'tasks/list': 'tasks.list',
  'tasks/cancel': 'tasks.cancel',
};
/** What a server must have announced that sends them. */
const SERVER_NOTIFICATIONS: Readonly<Record<string, string>> = {
  'notifications/message': 'logging',
  'notifications/tools/list_changed': 'tools.listChanged',
  'notifications/prompts/list_changed': 'prompts.listChanged',
  'notifications/resources/list_changed': 'resources.listChanged',
  'notifications/resources/updated': 'resources.subscribe',
};
/** What the client must have announced before the server asks for it. */
const CLIENT_METHODS: Readonly<Record<string, string>> = {
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
};

/** Who uses what was not announced. */
export const capabilityRules: readonly Rule[] = [
  {
    id: 'capability.server',
    severity: 'error',
    section: OPERATION,
    on: 'message',
    message: (method = '', name = '') => t('“{0}” needs “{1}”, which the server has not announced.', method, name),
    check: ({ rpc, conversation, message, revision }) => {
      const announced = conversation.serverCapabilities;
      if (rpc?.kind !== 'request' || message.direction !== 'sent' || announced === undefined) return false;
      const method = rpc.method ?? '';
      // Announced since 2025-03-26 only.
      const isCompletion = method === 'completion/complete' && revision !== undefined && revision >= '2025-03-26';
      const needed = isCompletion ? 'completions' : textIn(SERVER_METHODS, method);
      return needed !== undefined && !announced.has(needed) && [clip(method), needed];
    },
  },
  {
    id: 'capability.notification',
    severity: 'error',
    section: OPERATION,
    on: 'message',
    message: (method = '', name = '') => t('“{0}” needs “{1}”, which its sender has not announced.', method, name),
    check: (subject) => {
      const { rpc, conversation, message } = subject;
      if (rpc?.kind !== 'notification') return false;
      const method = rpc.method ?? '';
      const isSent = message.direction === 'sent';
      const announced = isSent ? conversation.clientCapabilities : conversation.serverCapabilities;
      const ofClient = method === 'notifications/roots/list_changed' ? 'roots.listChanged' : undefined;
      const needed = isSent ? ofClient : textIn(SERVER_NOTIFICATIONS, method);
      // Notes of the log are asked for by each request from 2026-07-28 on.
      if (needed === undefined || announced === undefined || (isStateless(subject) && needed === 'logging'))
        return false;
      return !announced.has(needed) && [clip(method), needed];
    },
  },
  {
    id: 'capability.client',
    severity: 'error',
    section: OPERATION,
    revisions: { to: '2025-11-25' },
    on: 'message',
    message: (method = '', name = '') => t('“{0}” needs “{1}”, which the client has not announced.', method, name),
    check: ({ rpc, conversation, message }) => {
      const announced = conversation.clientCapabilities;
      if (rpc?.kind !== 'request' || message.direction !== 'received' || announced === undefined) return false;
      const needed = neededOfClient(rpc);
      return needed !== undefined && !announced.has(needed) && [clip(rpc.method ?? ''), needed];
    },
  },
];

/** What a request to a client needs to be announced. */
export function neededOfClient({ method = '', params }: Pick<Rpc, 'method' | 'params'>): string | undefined {
  if (method === 'elicitation/create') {
    return memberOf(params, 'mode') === 'url' ? 'elicitation.url' : 'elicitation';
  }
  return textIn(CLIENT_METHODS, method);
}
