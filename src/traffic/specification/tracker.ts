import { BoundedMap } from '../../base/boundedMap.ts';
import { MAX_BATCH } from '../envelope.ts';
import type { CheckedMessage } from './checkedMessage.ts';
import { type Content, readContent } from './content.ts';
import type { Conversation } from './conversation.ts';
import { type Exchange, type Head, mediaType, readHead } from './exchanges.ts';
import { isRecord, has } from './json.ts';
import { ServerState } from './serverState.ts';
import { envelopeRpc, isAnswer, looksLikeRpc, readRpc, type Rpc } from './rpc.ts';
import { seenRequest } from './requestBook.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';

/** Servers and HTTP exchanges that are followed at once; a forgotten one is met like a new one after a gap. */
const MAX_SERVERS = 200;
const MAX_EXCHANGES = 1000;

/** An entry that may hold messages: what is to be asked of the whole, and of each message. */
export interface Tracked {
  readonly whole: Subject;
  readonly messages: readonly Rpc[];
}

/** Finds out what an entry belongs to: its exchange, its conversation, its request. */
export class Tracker {
  readonly #servers = new BoundedMap<string, ServerState>(MAX_SERVERS);
  readonly #exchanges = new BoundedMap<number, Exchange>(MAX_EXCHANGES);
  #hasGap: boolean;

  constructor(hasGap: boolean) {
    this.#hasGap = hasGap;
  }

  /** Entries were missed. */
  markGap(): void {
    this.#hasGap = true;
    for (const server of this.#servers.values()) server.markGap();
    this.#exchanges.clear();
  }

  /** Undefined for an entry that is no part of a conversation in MCP. */
  track(message: CheckedMessage): Tracked | undefined {
    const server = this.#server(message.server);
    if (message.isBoundary === true && message.channel === 'process') server.renewPipe(message.seq);
    if (message.direction === 'internal' || message.channel === 'process') return undefined;
    if (message.isHead) return this.#head(message, server);
    const content = readContent(message);
    switch (message.channel) {
      case 'stdio':
        return this.#line(message, content, server);
      case 'http-request':
        return this.#requestBody(message, content, server);
      case 'http-response':
        return this.#responseBody(message, content);
      case 'sse':
        return this.#event(message, content, server);
    }
  }

  /** The message as a subject, with the request that it answers. */
  subject(whole: Subject, rpc: Rpc): Subject {
    const { message, conversation, exchange } = whole;
    const asked = conversation.asked(message.direction);
    const own = exchange?.body?.seen;
    const isOwn = own !== undefined && (rpc.id === undefined || rpc.id === own.id);
    const found = rpc.id === undefined ? undefined : (asked.get(rpc.id) ?? asked.get(otherForm(rpc.id)));
    const request = isAnswer(rpc)
      ? ((isOwn && message.direction === 'received' ? own : undefined) ?? found)
      : undefined;
    return subjectOf({ ...whole, rpc, request });
  }

  #head(message: CheckedMessage, server: ServerState): Tracked | undefined {
    const { exchange: number, channel, status, seq } = message;
    if (number === undefined) return undefined;
    const head = readHead(message);
    if (channel === 'http-request') {
      const exchange: Exchange = { request: head, seq, conversation: server.listening(head), hasMessage: false };
      this.#exchanges.set(number, exchange);
      return whole(message, exchange, { head });
    }
    const exchange = this.#exchanges.get(number);
    if (exchange === undefined) return undefined;
    exchange.status = status ?? 0;
    exchange.mediaType = mediaType(head);
    const sessionId = head.headers.get('mcp-session-id');
    if (sessionId !== undefined && exchange.body?.seen?.method === 'initialize') {
      server.nameSession(exchange.conversation, sessionId);
    }
    return whole(message, exchange, { head });
  }

  #line(message: CheckedMessage, content: Content, server: ServerState): Tracked | undefined {
    if (content.text.trim() === '' && !content.isLarge) return undefined;
    const messages = messagesIn(message, content);
    const conversation = server.piped(messages[0], message.direction === 'sent');
    return { whole: subjectOf({ message, conversation, content }), messages };
  }

  #requestBody(message: CheckedMessage, content: Content, server: ServerState): Tracked | undefined {
    const exchange = this.#exchangeOf(message);
    if (exchange === undefined) return undefined;
    const messages = messagesIn(message, content);
    const [first] = messages;
    // Others are posted too: forms and registrations of the sign-in.
    if (first === undefined && exchange.conversation.path !== exchange.request.path) return undefined;
    exchange.conversation = server.posting(exchange.request, first);
    exchange.body = { kind: bodyKind(content, first) };
    if (first !== undefined) exchange.body.seen = seenRequest(first, message.seq, message.exchange);
    return whole(message, exchange, { content, messages });
  }

  #responseBody(message: CheckedMessage, content: Content): Tracked | undefined {
    const exchange = this.#exchangeOf(message);
    if (exchange?.body === undefined) return undefined;
    const messages = messagesIn(message, content);
    if ((exchange.status ?? 0) < 300) return whole(message, exchange, { content, messages });
    // A refusal may be of any kind: what it says in its own words is no content that a rule could ask about.
    const meant = messages.filter(isMeantAsRpc);
    return whole(message, exchange, meant.length === 0 ? {} : { content, messages: meant });
  }

  #event(message: CheckedMessage, content: Content, server: ServerState): Tracked | undefined {
    const exchange = this.#exchangeOf(message);
    if (exchange === undefined) return undefined;
    if (exchange.request.method === 'GET' && !exchange.hasMessage) greet(exchange, content, server);
    else if (exchange.conversation.transport === 'external') exchange.conversation = server.external();
    return whole(message, exchange, { content, messages: messagesIn(message, content) });
  }

  #server(name: string): ServerState {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const server = new ServerState(this.#hasGap || this.#servers.hasForgotten);
    this.#servers.set(name, server);
    return server;
  }

  #exchangeOf({ exchange }: CheckedMessage): Exchange | undefined {
    return exchange === undefined ? undefined : this.#exchanges.get(exchange);
  }
}

interface Found {
  head?: Head;
  content?: Content;
  messages?: readonly Rpc[];
}

function whole(message: CheckedMessage, exchange: Exchange, { head, content, messages = [] }: Found): Tracked {
  const { conversation } = exchange;
  return { whole: subjectOf({ message, conversation, exchange, head, content }), messages };
}

function messagesIn(message: CheckedMessage, { value, isLarge }: Content): Rpc[] {
  if (isLarge) {
    const rpc = envelopeRpc(message);
    return rpc === undefined ? [] : [rpc];
  }
  if (Array.isArray(value)) return value.slice(0, MAX_BATCH).filter(looksLikeRpc).map(readRpc);
  return looksLikeRpc(value) ? [readRpc(value)] : [];
}

function bodyKind({ value }: Content, first: Rpc | undefined): NonNullable<Exchange['body']>['kind'] {
  if (Array.isArray(value)) return 'batch';
  switch (first?.kind) {
    case 'request':
    case 'notification':
      return first.kind;
    case 'result':
    case 'error':
      return 'answer';
    case 'unclear':
    case undefined:
      return 'other';
  }
}

/** The first event of a listening stream tells what is spoken there. */
function greet(exchange: Exchange, { fields, value }: Content, server: ServerState): void {
  const { event, data } = fields ?? {};
  if (data === undefined) return;
  const isGreeting = isRecord(value) && (has(value, 'connectionId') || has(value, 'postUrl'));
  const { conversation } = exchange;
  if (isGreeting) exchange.conversation = server.external();
  else if (event === 'endpoint' && !isSpokenTo(conversation) && URL.canParse(data, 'http://localhost')) {
    const { pathname, search } = new URL(data, 'http://localhost');
    exchange.conversation = server.overSse(`${pathname}${search}`, exchange.request.path);
  }
}

/** Somebody has spoken there already, and not over HTTP+SSE. */
function isSpokenTo({ path }: Conversation): boolean {
  return path !== undefined;
}

function isMeantAsRpc({ value }: Rpc): boolean {
  return has(value, 'jsonrpc');
}

/** The id as the other of its two types. */
function otherForm(id: string | number): string | number {
  if (typeof id === 'number') return String(id);
  return id !== '' && Number.isFinite(Number(id)) ? Number(id) : id;
}
