import { t } from '@vscode/l10n';
import { clip, has, isRecord, objectIn, pointer } from '../json.ts';
import { isFollowed } from '../requestBook.ts';
import { ofValue, type Rule } from '../rule.ts';
import { isRequestMethod, shapeProblem } from '../shapes.ts';
import { isResumed, isStateless } from '../subject.ts';

/** Keys of one `_meta` that are looked at, and the longest of them. */
const MAX_KEYS = 100;
const MAX_KEY_LENGTH = 500;
const LABEL = /^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const NAME = /^(?:[a-zA-Z0-9](?:[\w.-]*[a-zA-Z0-9])?)?$/;

/** What MCP asks of a message beyond JSON-RPC. */
export const messageRules: readonly Rule[] = [
  {
    id: 'mcp.shape',
    severity: 'error',
    section: 'MCP 2025-11-25, Schema Reference',
    on: 'message',
    message: (place = '', problem = '') =>
      t('The message does not have the shape of its method at {0}: {1}.', place, problem),
    check: ofValue((_, rpc, { request, conversation }) => {
      // Whatever an older server has to say to a probe.
      if (request?.method === 'server/discover' && !conversation.isStateless) return false;
      return shapeProblem(rpc, request) ?? false;
    }),
  },
  {
    id: 'mcp.nullId',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Requests',
    on: 'message',
    message: () => t('The id of a request must not be null.'),
    check: ofValue(({ id }, rpc) => rpc.kind === 'request' && id === null),
  },
  {
    id: 'mcp.integerId',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Requests',
    on: 'message',
    message: () => t('The id of a request must be a string or an integer.'),
    check: ({ rpc }) => rpc?.kind === 'request' && typeof rpc.id === 'number' && !Number.isInteger(rpc.id),
  },
  {
    id: 'mcp.idReused',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Requests',
    revisions: { to: '2025-11-25' },
    on: 'message',
    message: () => t('The id was used before by another request of this session.'),
    check: ({ rpc, conversation, message, exchange }) => {
      // A session begins with `initialize`; the dialects leave ids to the client.
      if (rpc?.kind !== 'request' || rpc.id === undefined || rpc.method === 'initialize') return false;
      if (conversation.transport === 'external' || !isFollowed(rpc.id)) return false;
      if (conversation.transport === 'http' && conversation.sessionId === undefined) return false;
      const before = conversation.requests(message.direction).get(rpc.id);
      return before !== undefined && before.revision === undefined && !isResumed({ exchange });
    },
  },
  {
    id: 'mcp.idInUse',
    severity: 'error',
    section: 'MCP 2026-07-28, Overview, Requests',
    revisions: { from: '2026-07-28' },
    on: 'message',
    message: () => t('The id is that of another request that has not been answered yet.'),
    check: ({ rpc, conversation, message }) => {
      if (rpc?.kind !== 'request' || rpc.id === undefined) return false;
      return message.channel === 'stdio' && conversation.isOpen(conversation.requests(message.direction).get(rpc.id));
    },
  },
  {
    id: 'mcp.notificationId',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Notifications',
    on: 'message',
    message: (method = '') => t('“{0}” is a notification, which must not have an id.', method),
    check: ({ rpc }) =>
      rpc?.kind === 'request' && rpc.method?.startsWith('notifications/') === true && [clip(rpc.method)],
  },
  {
    id: 'mcp.missingId',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Requests',
    on: 'message',
    message: (method = '') => t('“{0}” is a request, which must have an id.', method),
    check: ({ rpc }) =>
      rpc?.kind === 'notification' && rpc.method !== undefined && isRequestMethod(rpc.method) && [rpc.method],
  },
  {
    id: 'mcp.params',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Messages',
    on: 'message',
    message: () => t('“params” must be an object: MCP knows no parameters by position.'),
    check: ofValue((value) => has(value, 'method') && Array.isArray(value['params'])),
  },
  {
    id: 'mcp.result',
    severity: 'error',
    section: 'MCP 2025-11-25, Overview, Responses',
    on: 'message',
    message: () => t('“result” must be an object.'),
    check: ofValue((value, rpc) => rpc.kind === 'result' && !isRecord(value['result'])),
  },
  {
    id: 'mcp.metaKey',
    severity: 'warning',
    section: 'MCP 2025-11-25, Overview, _meta',
    revisions: { from: '2025-06-18' },
    on: 'message',
    message: (place = '') => t('The key at {0} is not formed as keys of “_meta” must be.', place),
    check: ({ rpc }) => {
      for (const part of ['params', 'result'] as const) {
        for (const key of Object.keys(objectIn(rpc?.[part], '_meta') ?? {}).slice(0, MAX_KEYS)) {
          if (!isMetaKey(key)) return [pointer([part, '_meta', key])];
        }
      }
      return false;
    },
  },
  {
    id: 'mcp.batch',
    severity: 'error',
    section: 'MCP 2025-06-18, Changelog',
    on: 'content',
    message: () => t('Batches are part of revision 2025-03-26 alone.'),
    check: ({ content, revision }) =>
      Array.isArray(content?.value) && revision !== undefined && revision !== '2025-03-26',
  },
  {
    id: 'mcp.utf8',
    severity: 'error',
    section: 'MCP 2025-11-25, Transports',
    on: 'content',
    message: () => t('Messages must be encoded in UTF-8.'),
    check: ({ content }) => content?.isUtf8 === false,
  },
  {
    id: 'mcp.errorCode',
    severity: 'error',
    section: 'MCP 2026-07-28, Overview, Error Codes',
    revisions: { from: '2026-07-28' },
    on: 'message',
    message: () =>
      t(
        'From -32099 to -32020 only codes that the specification defines may be used, and no longer -32002 and -32042.',
      ),
    check: (subject) => {
      const { rpc, conversation } = subject;
      const code = rpc?.error?.['code'];
      if (!isStateless(subject) || !conversation.isStateless || typeof code !== 'number') return false;
      return code === -32002 || (code >= -32099 && code < -32022);
    },
  },
];

function isMetaKey(key: string): boolean {
  if (key.length > MAX_KEY_LENGTH) return false;
  const slash = key.lastIndexOf('/');
  if (slash === -1) return NAME.test(key);
  const labels = key.slice(0, slash).split('.');
  return labels.every((label) => LABEL.test(label)) && NAME.test(key.slice(slash + 1));
}
