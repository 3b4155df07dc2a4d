import { parseHead } from '../heads.ts';
import type { CheckedMessage } from './checkedMessage.ts';
import type { Conversation } from './conversation.ts';
import type { SeenRequest } from './requestBook.ts';

/** Headers of one head that are looked at, UTF-16 units of a value, and of a target. */
const MAX_HEADERS = 200;
const MAX_LENGTH = 8192;

/** An HTTP head, names in lower case; of a name given twice the values are joined as HTTP has it. */
export interface Head {
  /** `POST`; empty for a response. */
  readonly method: string;
  /** `/mcp?x=1`; empty for a response. */
  readonly target: string;
  /** The target without its query. */
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** One HTTP request and its response, as far as they have come. */
export interface Exchange {
  readonly request: Head;
  /** `seq` of the request's head. */
  readonly seq: number;
  conversation: Conversation;
  /** What the body brought: the kind and id of its message, `other` for what is none, `batch` for a list; absent without body. */
  body?: { kind: 'request' | 'notification' | 'answer' | 'batch' | 'other'; seen?: SeenRequest | undefined };
  status?: number;
  /** Media type of the response, in lower case. */
  mediaType?: string;
  /** A message has come on its stream. */
  hasMessage: boolean;
}

export function readHead(message: CheckedMessage): Head {
  const { title, lines } = parseHead(message.bytes().subarray(0, MAX_HEADERS * MAX_LENGTH));
  const headers = new Map<string, string>();
  for (const { name, value } of lines.slice(0, MAX_HEADERS)) {
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, (before === undefined ? value : `${before}, ${value}`).slice(0, MAX_LENGTH));
  }
  const [method = '', target = ''] = message.channel === 'http-request' ? title.slice(0, MAX_LENGTH).split(' ', 2) : [];
  return { method, target, path: target.split('?', 1)[0] ?? '', headers };
}

/** The type of a content-type header, without its parameters; empty where there is none. */
export function mediaType(head: Head): string {
  return (head.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether an Accept header takes a type; a wildcard does. */
export function accepts(head: Head, type: string): boolean {
  const listed = (head.headers.get('accept') ?? '')
    .split(',')
    .map((item) => item.split(';', 1)[0]?.trim().toLowerCase());
  return listed.some((item) => item === type || item === '*/*' || item === `${type.split('/', 1)[0]}/*`);
}
