import { t } from '@vscode/l10n';
import { clip, textIn } from '../json.ts';
import type { Rule } from '../rule.ts';
import { isStateless, isStreamable, type Subject } from '../subject.ts';

const LIFECYCLE = 'MCP 2025-11-25, Lifecycle';
/** May come before the handshake, or probe for the era that has none. */
const BEFORE_HANDSHAKE = new Set(['initialize', 'ping', 'server/discover']);

/** Of the eras with a handshake: the order of things, up to 2025-11-25. */
export const lifecycleRules: readonly Rule[] = [
  {
    id: 'lifecycle.initializeFirst',
    severity: 'error',
    section: `${LIFECYCLE}, Initialization`,
    on: 'message',
    isOnce: true,
    message: (method = '') => t('“{0}” was sent before “initialize”, which must come first.', method),
    check: (subject) => {
      const { conversation, rpc } = subject;
      if (!isOrdinaryRequest(subject) || conversation.handshake !== 'none' || !conversation.isKnown) return false;
      return [clip(rpc?.method ?? '')];
    },
  },
  {
    id: 'lifecycle.initialized',
    severity: 'error',
    section: `${LIFECYCLE}, Initialization`,
    on: 'message',
    isOnce: true,
    message: (method = '') => t('“{0}” was sent without “notifications/initialized” before it.', method),
    check: (subject) =>
      isOrdinaryRequest(subject) && subject.conversation.handshake === 'answered' && [clip(subject.rpc?.method ?? '')],
  },
  {
    id: 'lifecycle.initializeCancelled',
    severity: 'error',
    section: 'MCP 2025-11-25, Cancellation, Behavior Requirements',
    on: 'message',
    message: () => t('“initialize” must not be cancelled.'),
    check: ({ rpc, conversation, message }) => {
      const id = rpc?.params?.['requestId'];
      if (rpc?.method !== 'notifications/cancelled' || message.direction !== 'sent') return false;
      if (typeof id !== 'string' && typeof id !== 'number') return false;
      return conversation.sent.get(id)?.method === 'initialize';
    },
  },
  {
    id: 'lifecycle.initializeInBatch',
    severity: 'error',
    section: 'MCP 2025-03-26, Lifecycle, Initialization',
    on: 'message',
    message: () => t('“initialize” must not be part of a batch.'),
    check: ({ rpc, content }) => rpc?.method === 'initialize' && Array.isArray(content?.value),
  },
  {
    id: 'lifecycle.initializeWithSession',
    severity: 'error',
    section: 'MCP 2025-11-25, Transports, Session Management',
    on: 'message',
    message: () => t('“initialize” begins a session and must be sent without “Mcp-Session-Id”.'),
    check: (subject) =>
      subject.rpc?.method === 'initialize' &&
      subject.message.direction === 'sent' &&
      isStreamable(subject) &&
      subject.exchange?.request.headers.has('mcp-session-id') === true,
  },
  {
    id: 'lifecycle.versionChoice',
    severity: 'error',
    section: `${LIFECYCLE}, Version Negotiation`,
    on: 'message',
    message: () => t('The server must answer with a revision of the specification.'),
    check: ({ rpc, request }) =>
      request?.method === 'initialize' &&
      rpc?.result !== undefined &&
      !/^\d{4}-\d\d-\d\d$/.test(textIn(rpc.result, 'protocolVersion') ?? '2024-11-05'),
  },
];

/** A request of the client that belongs behind the handshake. */
function isOrdinaryRequest(subject: Subject): boolean {
  const { rpc, message } = subject;
  if (rpc?.kind !== 'request' || rpc.method === undefined || message.direction !== 'sent') return false;
  return !BEFORE_HANDSHAKE.has(rpc.method) && !isStateless(subject);
}
