import type { CheckedMessage } from './checkedMessage.ts';
import type { Content } from './content.ts';
import type { Conversation } from './conversation.ts';
import type { Exchange, Head } from './exchanges.ts';
import type { SeenRequest } from './requestBook.ts';
import { isStatelessRevision, STATELESS } from './revisions.ts';
import { metaOf, type Rpc, VERSION_KEY } from './rpc.ts';

/** What a rule is asked about: an entry, or one JSON-RPC message in it, and what came before it. */
export interface Subject {
  readonly message: CheckedMessage;
  readonly conversation: Conversation;
  readonly exchange: Exchange | undefined;
  /** Of a head. */
  readonly head: Head | undefined;
  /** Of a body, line or event. */
  readonly content: Content | undefined;
  readonly rpc: Rpc | undefined;
  /** What the message answers. */
  readonly request: SeenRequest | undefined;
  /** The revision that holds for it, as far as it is known: its own, that of what it answers, or the one agreed upon. */
  readonly revision: string | undefined;
}

/** The same with what holds for a message in it. */
export function subjectOf(parts: Partial<Subject> & Pick<Subject, 'message' | 'conversation'>): Subject {
  const { message, conversation, exchange, head, content, rpc, request } = parts;
  const revision = revisionOf({ conversation, exchange, rpc, request });
  return { message, conversation, exchange, head, content, rpc, request, revision };
}

/** Whether it belongs to the era without handshake. */
export function isStateless({ revision }: Subject): boolean {
  return isStatelessRevision(revision);
}

/** Streamable HTTP for certain; after a gap, what has no session may as well be HTTP+SSE. */
export function isStreamable({ conversation, exchange }: Subject): boolean {
  if (exchange === undefined || conversation.transport !== 'http') return false;
  return conversation.isKnown || conversation.isStateless || exchange.request.headers.has('mcp-session-id');
}

/** Its stream was resumed, and may repeat what came before. */
export function isResumed({ exchange }: Pick<Subject, 'exchange'>): boolean {
  return exchange?.request.headers.has('last-event-id') === true;
}

function revisionOf({
  conversation,
  exchange,
  rpc,
  request,
}: Pick<Subject, 'conversation' | 'exchange' | 'rpc' | 'request'>): string | undefined {
  const own = metaOf(rpc, VERSION_KEY);
  if (typeof own === 'string') return own;
  const asked = request ?? exchange?.body?.seen;
  if (asked?.revision !== undefined) return asked.revision;
  if (conversation.isStateless) return STATELESS;
  return (
    conversation.revision ?? exchange?.request.headers.get('mcp-protocol-version') ?? conversation.proposed ?? undefined
  );
}
