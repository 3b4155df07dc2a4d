import { createHash } from 'node:crypto';
import { ownText } from '../../base/ownText.ts';
import { readCapabilities } from './capabilities.ts';
import { has, listIn, memberOf, textIn } from './json.ts';
import { isFollowed, seenRequest } from './requestBook.ts';
import { isStatelessRevision } from './revisions.ts';
import type { Subject } from './subject.ts';

const STATELESS_CODES: ReadonlySet<unknown> = new Set([-32020, -32021, -32022]);
const MAX_VERSION_LENGTH = 100;

/** Before a message is checked: whether it shows that the server speaks the era without handshake. */
export function prove({ conversation, rpc, request }: Subject): void {
  if (rpc === undefined || request === undefined || conversation.isStateless) return;
  if (request.revision === undefined || !isStatelessRevision(request.revision)) return;
  const isProof =
    rpc.kind === 'error'
      ? STATELESS_CODES.has(rpc.error?.['code'])
      : request.method !== 'server/discover' || listIn(rpc.result, 'supportedVersions').some(isStatelessRevision);
  if (isProof) conversation.isStateless = true;
}

/** After a head was checked: what it means for those that come behind it. */
export function takeHead({ message, conversation, exchange }: Subject): void {
  if (exchange === undefined || message.channel !== 'http-response') return;
  const { request, body, status = 0 } = exchange;
  // Sent elsewhere, or again after signing in: as if it had not been sent.
  if ((status >= 300 && status < 400) || status === 401 || status === 403) {
    if (body?.seen !== undefined) conversation.sent.withdraw(body.seen);
  }
  if (!request.headers.has('mcp-session-id')) return;
  if (status === 404 && request.method === 'POST') conversation.lostAt = Math.min(conversation.lostAt, message.seq);
  else if (request.method === 'DELETE' && status < 300) conversation.endedAt = message.seq;
}

/** After a message was checked. */
export function takeMessage(subject: Subject): void {
  const { rpc, exchange } = subject;
  if (exchange !== undefined && subject.message.channel === 'sse') exchange.hasMessage = true;
  if (rpc === undefined) return;
  if (rpc.kind === 'request') takeRequest(subject);
  else if (rpc.kind === 'notification') takeNotification(subject);
  else takeAnswer(subject);
}

/** After an event was checked. */
export function takeEvent({ message, conversation, exchange, content }: Subject): void {
  const { fields } = content ?? {};
  if (exchange === undefined || fields === undefined) return;
  if (fields.data !== undefined) exchange.hasMessage = true;
  if (fields.id !== undefined && fields.id !== '' && isFollowed(fields.id)) {
    conversation.eventIds.set(ownText(fields.id), message.exchange ?? 0);
  }
}

/** What a `requestState` is remembered by. */
export function stateKey(state: string): string {
  return createHash('sha256').update(state).digest('base64');
}

function takeRequest({ message, conversation, exchange, rpc }: Subject): void {
  if (rpc === undefined) return;
  const { direction, seq } = message;
  const isOwn = exchange?.body?.seen?.seq === seq && exchange.body.seen.id === rpc.id;
  const seen = isOwn ? exchange.body?.seen : seenRequest(rpc, seq, message.exchange);
  if (seen !== undefined) conversation.requests(direction).add(seen);
  if (rpc.value === undefined) conversation.requests(direction).markUnread();
  if (rpc.method !== 'initialize' || direction !== 'sent') return;
  conversation.handshake = 'asked';
  conversation.proposed = textIn(rpc.params, 'protocolVersion')?.slice(0, MAX_VERSION_LENGTH);
  conversation.clientCapabilities = readCapabilities(memberOf(rpc.params, 'capabilities'));
}

function takeNotification({ message, conversation, rpc }: Subject): void {
  switch (rpc?.method) {
    case 'notifications/initialized':
      if (message.direction === 'sent') conversation.handshake = 'done';
      break;
    case 'notifications/progress': {
      const { progressToken: token, progress } = rpc.params ?? {};
      if (typeof token !== 'string' && typeof token !== 'number') break;
      const request = conversation.asked(message.direction).byToken(token);
      if (request !== undefined && typeof progress === 'number') request.progress = progress;
      break;
    }
    default:
  }
}

function takeAnswer({ message, conversation, exchange, rpc, request }: Subject): void {
  if (rpc === undefined || request === undefined) return;
  request.isAnswered = true;
  if (message.direction !== 'received') return;
  if (rpc.kind === 'error') {
    // It is the method that is not there, and not the session.
    if (exchange?.status === 404 && rpc.error?.['code'] === -32601) conversation.lostAt = Infinity;
    return;
  }
  const { result } = rpc;
  switch (request.method) {
    case 'initialize':
      if (conversation.handshake === 'asked') conversation.handshake = 'answered';
      conversation.revision = textIn(result, 'protocolVersion')?.slice(0, MAX_VERSION_LENGTH);
      if (has(result, 'capabilities')) conversation.serverCapabilities = readCapabilities(result?.['capabilities']);
      break;
    case 'server/discover':
      if (has(result, 'capabilities')) conversation.serverCapabilities = readCapabilities(result?.['capabilities']);
      break;
    case 'tools/list':
      conversation.tools.takePage(listIn(result, 'tools'), !request.hasCursor);
      break;
    default:
  }
  const state = textIn(result, 'requestState');
  if (state !== undefined) conversation.states.set(stateKey(state), request.id);
}
