/** What the tool call panel and its host say to each other. */
import { type Guard, isInteger, isNumber, isOneOf, isOptional, isRecord, isString, matches } from './guards.ts';

/** One call as the panel shows it, from the moment it was sent. */
export interface CallView {
  server: string;
  tool: string;
  title: string;
  /** The arguments as JSON text. */
  args: string;
  state: CallViewState;
}

export type CallViewState =
  | { kind: 'running'; startedAt: number; progress?: { progress: number; total?: number; message?: string } }
  | {
      kind: 'done';
      durationMs: number;
      isError: boolean;
      blocks: readonly ResultBlock[];
      json: string;
      trafficSeq?: number;
    }
  | { kind: 'failed'; durationMs: number; errorKind: string; message: string; trafficSeq?: number };

/** A content block made harmless: text stays text, images are data of a checked type, links are shown and not followed. */
export type ResultBlock =
  | { type: 'text'; text: string; json: boolean }
  /** `mimeType` is one of `IMAGE_TYPES`, `data` base64, `size` in bytes. */
  | { type: 'image'; mimeType: string; data: string; size: number }
  | { type: 'link'; uri: string; name: string; description?: string }
  | { type: 'other'; title: string; json: string };

/** What the page shows as a picture: formats without scripts and without references to elsewhere. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export type ToolCallRequest =
  | { type: 'ready' }
  | { type: 'cancel' }
  | { type: 'again' }
  | { type: 'editArguments' }
  | { type: 'showTraffic' }
  | { type: 'openResult' };

export type ToolCallResponse = { type: 'ready'; call: CallView } | { type: Exclude<ToolCallRequest['type'], 'ready'> };

export type ToolCallEvent = { type: 'call'; call: CallView };

const requestShapes: Record<ToolCallRequest['type'], Guard> = {
  ready: () => true,
  cancel: () => true,
  again: () => true,
  editArguments: () => true,
  showTraffic: () => true,
  openResult: () => true,
};

/** Whether something posted by the page is a request; the page counts as hostile. */
export function isToolCallRequest(value: unknown): value is ToolCallRequest {
  return matches(requestShapes, value);
}

const isImageType = isOneOf(IMAGE_TYPES);

const blockShapes: Record<ResultBlock['type'], Guard> = {
  text: (m) => isText(m['text']) && typeof m['json'] === 'boolean',
  image: (m) => isImageType(m['mimeType']) && isText(m['data']) && isInteger(m['size']),
  link: (m) => isString(m['uri']) && isString(m['name']) && isOptional(isString)(m['description']),
  other: (m) => isString(m['title']) && isText(m['json']),
};

const stateShapes: Record<CallViewState['kind'], Guard> = {
  running: (m) => isNumber(m['startedAt']) && isOptional(isProgress)(m['progress']),
  done: (m) =>
    isNumber(m['durationMs']) &&
    typeof m['isError'] === 'boolean' &&
    Array.isArray(m['blocks']) &&
    m['blocks'].every((block) => matches(blockShapes, block)) &&
    isText(m['json']) &&
    isOptional(isInteger)(m['trafficSeq']),
  failed: (m) =>
    isNumber(m['durationMs']) &&
    isString(m['errorKind']) &&
    isString(m['message']) &&
    isOptional(isInteger)(m['trafficSeq']),
};

/** A result may be as large as the message limit that the user set, so only its type is checked. */
function isText(value: unknown): value is string {
  return isString(value, Number.MAX_SAFE_INTEGER);
}

function isProgress(value: unknown): boolean {
  if (!isRecord(value) || !isNumber(value['progress'])) return false;
  return isOptional(isNumber)(value['total']) && isOptional(isString)(value['message']);
}

function isCall(value: unknown): value is CallView {
  if (!isRecord(value)) return false;
  const names = ['server', 'tool', 'title'].every((key) => isString(value[key]));
  return names && isText(value['args']) && matches(stateShapes, value['state'], 'kind');
}

const responseShapes: Record<ToolCallResponse['type'], Guard> = {
  ...requestShapes,
  ready: (m) => isCall(m['call']),
};

/** Whether a body sent by the host is an answer. */
export function isToolCallResponse(value: unknown): value is ToolCallResponse {
  return matches(responseShapes, value);
}

/** Whether a body sent by the host is an event. */
export function isToolCallEvent(value: unknown): value is ToolCallEvent {
  return matches({ call: (m) => isCall(m['call']) }, value);
}
