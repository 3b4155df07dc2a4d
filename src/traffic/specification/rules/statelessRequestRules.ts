import { t } from '@vscode/l10n';
import { paramHeaders, type ParamHeader } from '../../../base/paramHeaders.ts';
import { stateKey } from '../conversationUpdates.ts';
import type { Head } from '../exchanges.ts';
import { clip, memberOf, objectIn, pointer, textIn } from '../json.ts';
import { metaOf, VERSION_KEY } from '../rpc.ts';
import type { Rule } from '../rule.ts';
import { isStateless, type Subject } from '../subject.ts';

const HTTP = 'MCP 2026-07-28, Transports, Streamable HTTP';
const META = 'MCP 2026-07-28, Overview, _meta';
const MRTR = 'MCP 2026-07-28, Multi Round-Trip Requests, Client Requirements';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
/** Of the eras before. */
const REMOVED = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'notifications/initialized',
  'notifications/roots/list_changed',
]);
/** Where the name of `Mcp-Name` stands. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** What a client has to send since 2026-07-28. */
export const statelessRequestRules: readonly Rule[] = [
  {
    id: 'stateless.metaVersion',
    severity: 'error',
    section: META,
    on: 'message',
    message: (key = '') => t('The “_meta” of each request must have “{0}”.', key),
    check: (subject) => isRequest(subject) && typeof metaOf(subject.rpc, VERSION_KEY) !== 'string' && [VERSION_KEY],
  },
  {
    id: 'stateless.metaCapabilities',
    severity: 'error',
    section: META,
    on: 'message',
    message: (key = '') => t('The “_meta” of each request must have “{0}”.', key),
    check: (subject) => isRequest(subject) && !metaOf(subject.rpc, CAPABILITIES_KEY) && [CAPABILITIES_KEY],
  },
  {
    id: 'stateless.versionHeader',
    severity: 'error',
    section: `${HTTP}, Protocol Version Header`,
    on: 'message',
    message: () => t('The “MCP-Protocol-Version” header must be there and name the revision that is named in “_meta”.'),
    check: (subject) => {
      const head = headOf(subject);
      const named = metaOf(subject.rpc, VERSION_KEY);
      const header = head?.headers.get('mcp-protocol-version');
      return head !== undefined && (header === undefined || (typeof named === 'string' && header !== named));
    },
  },
  {
    id: 'stateless.methodHeader',
    severity: 'error',
    section: `${HTTP}, Standard Request Headers`,
    on: 'message',
    message: () => t('The “Mcp-Method” header must be there and name the method.'),
    check: (subject) => {
      const head = headOf(subject);
      return head !== undefined && head.headers.get('mcp-method') !== subject.rpc?.method;
    },
  },
  {
    id: 'stateless.nameHeader',
    severity: 'error',
    section: `${HTTP}, Standard Request Headers`,
    on: 'message',
    message: () => t('The “Mcp-Name” header must be there and say what the message asks for.'),
    check: (subject) => {
      const head = headOf(subject);
      const key = textIn(NAMED, subject.rpc?.method ?? '');
      const name = key === undefined ? undefined : textIn(subject.rpc?.params, key);
      return head !== undefined && name !== undefined && decoded(head.headers.get('mcp-name')) !== name;
    },
  },
  {
    id: 'stateless.paramHeader',
    severity: 'error',
    section: `${HTTP}, Custom Headers from Tool Parameters`,
    on: 'message',
    message: (header = '') =>
      t('The “{0}” header must be there exactly where the argument is, and with its value.', header),
    check: (subject) => {
      const head = headOf(subject);
      const { rpc, conversation } = subject;
      if (head === undefined || rpc?.method !== 'tools/call') return false;
      const schema = conversation.tools.get(textIn(rpc.params, 'name') ?? '')?.inputSchema;
      const { found = [] } = schema === undefined ? {} : paramHeaders(schema);
      const wrong = found.find((mirrored) => !isMirrored(head, mirrored, objectIn(rpc.params, 'arguments')));
      return wrong !== undefined && [clip(`Mcp-Param-${wrong.name}`)];
    },
  },
  {
    id: 'stateless.removedMethod',
    severity: 'error',
    section: 'MCP 2026-07-28, Changelog',
    revisions: { from: '2026-07-28' },
    on: 'message',
    message: (method = '') => t('“{0}” is not part of this revision any more.', method),
    check: (subject) => {
      const { rpc, message } = subject;
      return (
        isStateless(subject) && message.direction === 'sent' && REMOVED.has(rpc?.method ?? '') && [rpc?.method ?? '']
      );
    },
  },
  {
    id: 'stateless.clientAnswer',
    severity: 'error',
    section: `${HTTP}, Sending Messages`,
    revisions: { from: '2026-07-28' },
    on: 'message',
    message: () => t('A client must not send answers.'),
    check: (subject) => {
      const { rpc, message, conversation } = subject;
      const isAnswer = rpc?.kind === 'result' || rpc?.kind === 'error';
      return isAnswer && message.direction === 'sent' && conversation.isStateless && isStateless(subject);
    },
  },
  {
    id: 'stateless.onlyPost',
    severity: 'error',
    section: `${HTTP}, Sending Messages`,
    on: 'requestHead',
    isOnce: true,
    message: () => t('This revision knows nothing but POST.'),
    check: ({ head, conversation }) =>
      conversation.isStateless &&
      conversation.transport === 'http' &&
      (head?.method === 'GET' || head?.method === 'DELETE'),
  },
  {
    id: 'stateless.sessionHeader',
    severity: 'warning',
    section: `${HTTP}, Earlier Streamable HTTP Revisions`,
    on: 'message',
    isOnce: true,
    message: () =>
      t('This revision knows neither sessions nor resumption, and so no “Mcp-Session-Id” and “Last-Event-ID” headers.'),
    check: (subject) => {
      const head = headOf(subject);
      return head?.headers.has('mcp-session-id') === true || head?.headers.has('last-event-id') === true;
    },
  },
  {
    id: 'stateless.requestState',
    severity: 'error',
    section: MRTR,
    on: 'message',
    message: () => t('The “requestState” is none that the server has given; it must be sent back exactly as it came.'),
    check: (subject) => {
      const { conversation, rpc } = subject;
      const state = textIn(rpc?.params, 'requestState');
      if (!isRequest(subject) || state === undefined || !conversation.isKnown) return false;
      return !conversation.states.has(stateKey(state)) && !conversation.states.hasForgotten;
    },
  },
  {
    id: 'stateless.retryId',
    severity: 'error',
    section: MRTR,
    on: 'message',
    message: () => t('The request that is sent again with what was asked for must have another id.'),
    check: (subject) => {
      const { conversation, rpc } = subject;
      const state = textIn(rpc?.params, 'requestState');
      return isRequest(subject) && state !== undefined && conversation.states.get(stateKey(state)) === rpc?.id;
    },
  },
  {
    id: 'stateless.paramAnnotation',
    severity: 'error',
    section: `${HTTP}, Schema Extension`,
    on: 'message',
    message: (tool = '', place = '') =>
      t(
        'The “x-mcp-header” of the tool “{0}” at {1} is not as the specification wants it; clients must leave the tool out.',
        tool,
        place,
      ),
    check: (subject) => {
      const { rpc, request, conversation } = subject;
      if (request?.method !== 'tools/list' || !conversation.isStateless) return false;
      const tools = memberOf(rpc?.result, 'tools');
      for (const tool of Array.isArray(tools) ? tools : []) {
        const schema = objectIn(tool, 'inputSchema');
        const wrong = schema === undefined ? undefined : paramHeaders(schema).wrong;
        if (wrong !== undefined) return [clip(textIn(tool, 'name') ?? ''), pointer(wrong.place)];
      }
      return false;
    },
  },
];

/** A request of a client in this era. */
function isRequest(subject: Subject): boolean {
  return subject.rpc?.kind === 'request' && subject.message.direction === 'sent' && isStateless(subject);
}

/** The head that such a request came with. */
function headOf(subject: Subject): Head | undefined {
  return isRequest(subject) && subject.message.channel === 'http-request' ? subject.exchange?.request : undefined;
}

function isMirrored(head: Head, { name, path }: ParamHeader, args: unknown): boolean {
  let value: unknown = args;
  for (const key of path) value = memberOf(value, key);
  const header = head.headers.get(`mcp-param-${name.toLowerCase()}`);
  if (value === undefined || value === null) return header === undefined;
  const said = decoded(header);
  if (typeof value === 'number') return said !== undefined && Number(said) === value;
  // Of another type than announced: what its header should be is nowhere said.
  return (typeof value !== 'string' && typeof value !== 'boolean') || said === String(value);
}

/** What a header's value stands for: unsafe ones come as `=?base64?…?=`. */
function decoded(value: string | undefined): string | undefined {
  const encoded = value?.startsWith('=?base64?') === true && value.endsWith('?=') ? value.slice(9, -2) : undefined;
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString();
}
