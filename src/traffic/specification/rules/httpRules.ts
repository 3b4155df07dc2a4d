import { t } from '@vscode/l10n';
import { accepts } from '../exchanges.ts';
import type { Rule } from '../rule.ts';
import { isStateless, isStreamable, type Subject } from '../subject.ts';

const TRANSPORT = 'MCP 2025-11-25, Transports, Streamable HTTP';
const SENDING = `${TRANSPORT}, Sending Messages to the Server`;
const LISTENING = `${TRANSPORT}, Listening for Messages from the Server`;
const SESSIONS = `${TRANSPORT}, Session Management`;
const JSON_TYPE = 'application/json';
const EVENTS_TYPE = 'text/event-stream';

/** Streamable HTTP, since 2025-03-26: heads, statuses, types of content. */
export const httpRules: readonly Rule[] = [
  {
    id: 'http.accept',
    severity: 'error',
    section: SENDING,
    on: 'content',
    message: () => t('The “Accept” header of a POST must list both “application/json” and “text/event-stream”.'),
    check: (subject) => {
      const request = subject.exchange?.request;
      if (request === undefined || !isPost(subject) || !isStreamable(subject)) return false;
      return !accepts(request, JSON_TYPE) || !accepts(request, EVENTS_TYPE);
    },
  },
  {
    id: 'http.acceptEvents',
    severity: 'error',
    section: LISTENING,
    on: 'requestHead',
    message: () => t('The “Accept” header of a GET must list “text/event-stream”.'),
    check: (subject) => isGet(subject) && !!subject.head && !accepts(subject.head, EVENTS_TYPE),
  },
  {
    id: 'http.contentType',
    severity: 'error',
    section: SENDING,
    on: 'responseHead',
    message: () => t('A request must be answered as “application/json” or “text/event-stream”.'),
    check: (subject) => {
      const { exchange } = subject;
      if (exchange?.body?.kind !== 'request' || !isStreamable(subject) || !isOk(exchange.status)) return false;
      return exchange.mediaType !== JSON_TYPE && exchange.mediaType !== EVENTS_TYPE;
    },
  },
  {
    id: 'http.accepted',
    severity: 'error',
    section: SENDING,
    on: 'responseHead',
    message: () => t('A notification or answer that is taken must be met with status 202.'),
    check: (subject) => isTold(subject) && isOk(subject.exchange?.status) && subject.exchange?.status !== 202,
  },
  {
    id: 'http.acceptedBody',
    severity: 'error',
    section: SENDING,
    on: 'content',
    message: () => t('Status 202 to a notification or answer must come without a body.'),
    check: (subject) =>
      subject.message.channel === 'http-response' &&
      isTold(subject) &&
      subject.exchange?.status === 202 &&
      subject.content?.text.trim() !== '',
  },
  {
    id: 'http.requestBody',
    severity: 'error',
    section: SENDING,
    on: 'content',
    message: () => t('The body of a POST must be a JSON-RPC message.'),
    check: (subject) =>
      isPost(subject) && isStreamable(subject) && subject.exchange?.body?.kind === 'other' && isRead(subject),
  },
  {
    id: 'http.responseBody',
    severity: 'error',
    section: SENDING,
    on: 'content',
    message: () => t('A request must be answered by a JSON-RPC message.'),
    check: (subject) => {
      const { exchange, message, content } = subject;
      if (message.channel !== 'http-response' || exchange?.body?.kind !== 'request') return false;
      if (!isStreamable(subject) || !isOk(exchange.status) || exchange.mediaType !== JSON_TYPE) return false;
      return isRead(subject) && !isMessage(content?.value);
    },
  },
  {
    id: 'http.listen',
    severity: 'error',
    section: LISTENING,
    revisions: { to: '2025-11-25' },
    on: 'responseHead',
    message: () => t('A GET must be answered by an event stream, or refused with status 405.'),
    check: (subject) => {
      const { exchange, conversation } = subject;
      // Others ask for something else there, such as the health of a server.
      if (!isGet(subject) || exchange === undefined || !accepts(exchange.request, EVENTS_TYPE)) return false;
      const { status = 0, mediaType } = exchange;
      if (isOk(status)) return mediaType !== EVENTS_TYPE;
      // Unknown sessions, sign-in and outages have statuses of their own.
      return (status === 404 || status === 501) && conversation.sessionId === undefined;
    },
  },
  {
    id: 'http.answerOnListening',
    severity: 'error',
    section: LISTENING,
    revisions: { to: '2025-11-25' },
    on: 'message',
    message: () => t('Answers must not come on the stream of a GET that does not resume another.'),
    check: (subject) => {
      const { rpc, request, message } = subject;
      if (message.channel !== 'sse' || !isGet(subject) || (rpc?.kind !== 'result' && rpc?.kind !== 'error'))
        return false;
      return request !== undefined && subject.exchange?.request.headers.has('last-event-id') !== true;
    },
  },
  {
    id: 'http.protocolVersion',
    severity: 'error',
    section: `${TRANSPORT}, Protocol Version Header`,
    revisions: { from: '2025-06-18', to: '2025-11-25' },
    on: 'content',
    isOnce: true,
    message: () =>
      t('The “MCP-Protocol-Version” header is missing, which must be on every request behind “initialize”.'),
    check: (subject) =>
      isPost(subject) && isBehindHandshake(subject) && !subject.exchange?.request.headers.has('mcp-protocol-version'),
  },
  {
    id: 'http.protocolVersionOfGet',
    severity: 'error',
    section: `${TRANSPORT}, Protocol Version Header`,
    revisions: { from: '2025-06-18', to: '2025-11-25' },
    on: 'requestHead',
    isOnce: true,
    message: () =>
      t('The “MCP-Protocol-Version” header is missing, which must be on every request behind “initialize”.'),
    check: (subject) =>
      isOther(subject) && isBehindHandshake(subject) && !subject.head?.headers.has('mcp-protocol-version'),
  },
  {
    id: 'http.agreedVersion',
    severity: 'warning',
    section: `${TRANSPORT}, Protocol Version Header`,
    revisions: { from: '2025-06-18', to: '2025-11-25' },
    on: 'content',
    isOnce: true,
    message: () => t('The “MCP-Protocol-Version” header names another revision than the one that was agreed upon.'),
    check: (subject) => {
      const version = subject.exchange?.request.headers.get('mcp-protocol-version');
      return isPost(subject) && isBehindHandshake(subject) && !!version && version !== subject.conversation.revision;
    },
  },
  {
    id: 'http.invalidVersion',
    severity: 'error',
    section: `${TRANSPORT}, Protocol Version Header`,
    on: 'responseHead',
    message: () => t('A request with an invalid “MCP-Protocol-Version” header must be refused with status 400.'),
    check: (subject) => {
      const version = subject.exchange?.request.headers.get('mcp-protocol-version');
      if (version === undefined || !isStreamable(subject) || !isOk(subject.exchange?.status)) return false;
      return !/^\d{4}-\d\d-\d\d$/.test(version) && !/^draft/i.test(version);
    },
  },
  {
    id: 'http.session',
    severity: 'error',
    section: SESSIONS,
    revisions: { to: '2025-11-25' },
    on: 'content',
    message: () => t('The “Mcp-Session-Id” header is missing, although the server has given the session an id.'),
    check: (subject) => isPost(subject) && isBehindHandshake(subject) && lacksSession(subject),
  },
  {
    id: 'http.sessionOfGet',
    severity: 'error',
    section: SESSIONS,
    revisions: { to: '2025-11-25' },
    on: 'requestHead',
    message: () => t('The “Mcp-Session-Id” header is missing, although the server has given the session an id.'),
    check: (subject) => isOther(subject) && isBehindHandshake(subject) && lacksSession(subject),
  },
  {
    id: 'http.sessionCharacters',
    severity: 'error',
    section: SESSIONS,
    on: 'responseHead',
    message: () => t('The “Mcp-Session-Id” header must consist of visible ASCII characters.'),
    check: ({ head }) => !/^[\x21-\x7e]+$/.test(head?.headers.get('mcp-session-id') ?? 'none'),
  },
  {
    id: 'http.endedSession',
    severity: 'error',
    section: SESSIONS,
    revisions: { to: '2025-11-25' },
    on: 'responseHead',
    message: () => t('The session has been ended; its requests must be refused with status 404.'),
    check: ({ exchange, conversation }) => {
      if (exchange === undefined || exchange.seq < conversation.endedAt || exchange.status === 404) return false;
      const isForSession = exchange.request.headers.has('mcp-session-id');
      // Who may not, and who cannot, has another reason.
      return isForSession && ![401, 403, 405].includes(exchange.status ?? 0) && (exchange.status ?? 0) < 500;
    },
  },
  {
    id: 'http.lostSession',
    severity: 'error',
    section: SESSIONS,
    revisions: { to: '2025-11-25' },
    on: 'content',
    isOnce: true,
    message: () =>
      t('The server has met the session with status 404; the client must begin another with “initialize”.'),
    check: (subject) => {
      const { exchange, conversation } = subject;
      if (exchange === undefined || !isPost(subject)) return false;
      return exchange.seq > conversation.lostAt && exchange.request.headers.has('mcp-session-id');
    },
  },
];

function isPost({ message, exchange }: Subject): boolean {
  return message.channel === 'http-request' && exchange?.request.method === 'POST';
}

/** A GET at an address that has been spoken to over Streamable HTTP. */
function isGet({ exchange, conversation }: Subject): boolean {
  return isAtEndpoint(exchange?.request.path, conversation) && exchange?.request.method === 'GET';
}

function isOther({ exchange, conversation }: Subject): boolean {
  return isAtEndpoint(exchange?.request.path, conversation) && exchange?.request.method !== 'POST';
}

function isAtEndpoint(path: string | undefined, { transport, path: endpoint }: Subject['conversation']): boolean {
  return transport === 'http' && endpoint !== undefined && path === endpoint;
}

/** A notification or an answer of the client. */
function isTold(subject: Subject): boolean {
  const kind = subject.exchange?.body?.kind;
  return (kind === 'notification' || kind === 'answer') && isStreamable(subject);
}

function isBehindHandshake(subject: Subject): boolean {
  const { conversation, rpc, exchange } = subject;
  const method = rpc?.method ?? exchange?.body?.seen?.method;
  if (conversation.transport !== 'http' || isStateless(subject) || method === 'initialize') return false;
  return conversation.handshake === 'answered' || conversation.handshake === 'done';
}

function lacksSession({ exchange, conversation }: Subject): boolean {
  return conversation.sessionId !== undefined && exchange?.request.headers.has('mcp-session-id') === false;
}

function isOk(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function isRead({ content }: Subject): boolean {
  return content?.isLarge === false;
}

function isMessage(value: unknown): boolean {
  const [first] = Array.isArray(value) ? value : [value];
  return typeof first === 'object' && first !== null && ['jsonrpc', 'result', 'error'].some((key) => key in first);
}
