/** What the panel of a call and its host say to each other. */
import {
  type Guard,
  isArrayOf,
  isInteger,
  isNumber,
  isOneOf,
  isOptional,
  isRecord,
  isString,
  matches,
} from './guards.ts';

/** One call as the panel shows it, from the moment it was sent. */
export interface CallView {
  kind: 'tool' | 'action';
  /** The name of the server, or the label of the plugin. */
  owner: string;
  /** Of the tool or the action. */
  name: string;
  title: string;
  /** The arguments as JSON text. */
  args: string;
  state: CallViewState;
}

export type CallViewState =
  | { kind: 'running'; startedAt: number; progress?: { progress: number; total?: number; message?: string } }
  | (Ended & ShownResult & { kind: 'done'; isError: boolean; /** Part of it failed. */ problem?: Problem })
  | (Ended & Problem & { kind: 'failed'; /** What came beside the failure. */ result?: ShownResult });

interface Ended {
  durationMs: number;
  trafficSeq?: number;
  /** Titles of what may be done next; the page names one by its index. */
  offers?: readonly string[];
}

/** What went wrong. */
export interface Problem {
  errorKind: string;
  message: string;
}

export interface ShownResult {
  blocks: readonly ResultBlock[];
  json: string;
}

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
  | { type: 'openResult' }
  | { type: 'offer'; index: number };

export type ToolCallResponse = { type: 'ready'; call: CallView } | { type: Exclude<ToolCallRequest['type'], 'ready'> };

export type ToolCallEvent = { type: 'call'; call: CallView };

/** Buttons beside a result. */
const MOST_OFFERS = 5;

const requestShapes: Record<ToolCallRequest['type'], Guard> = {
  ready: () => true,
  cancel: () => true,
  again: () => true,
  editArguments: () => true,
  showTraffic: () => true,
  openResult: () => true,
  offer: (m) => isInteger(m['index'], 0, MOST_OFFERS - 1),
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
    isEnded(m) && typeof m['isError'] === 'boolean' && isShownResult(m) && isOptional(isProblem)(m['problem']),
  failed: (m) => isEnded(m) && isProblem(m) && isOptional(isShownResult)(m['result']),
};

const isOffers = isArrayOf((title) => isString(title), MOST_OFFERS);

function isEnded(state: Readonly<Record<string, unknown>>): boolean {
  return (
    isNumber(state['durationMs']) && isOptional(isInteger)(state['trafficSeq']) && isOptional(isOffers)(state['offers'])
  );
}

function isProblem(value: unknown): boolean {
  return isRecord(value) && isString(value['errorKind']) && isString(value['message']);
}

function isShownResult(value: unknown): boolean {
  return isRecord(value) && isArrayOf((block) => matches(blockShapes, block))(value['blocks']) && isText(value['json']);
}

/** A result may be as large as the message limit that the user set, so only its type is checked. */
function isText(value: unknown): value is string {
  return isString(value, Number.MAX_SAFE_INTEGER);
}

function isProgress(value: unknown): boolean {
  if (!isRecord(value) || !isNumber(value['progress'])) return false;
  return isOptional(isNumber)(value['total']) && isOptional(isString)(value['message']);
}

const isKind = isOneOf(['tool', 'action']);

function isCall(value: unknown): value is CallView {
  if (!isRecord(value)) return false;
  const names = ['owner', 'name', 'title'].every((key) => isString(value[key]));
  return names && isKind(value['kind']) && isText(value['args']) && matches(stateShapes, value['state'], 'kind');
}

const responseShapes: Record<ToolCallResponse['type'], Guard> = {
  ...requestShapes,
  ready: (m) => isCall(m['call']),
  offer: () => true,
};

/** Whether a body sent by the host is an answer. */
export function isToolCallResponse(value: unknown): value is ToolCallResponse {
  return matches(responseShapes, value);
}

/** Whether a body sent by the host is an event. */
export function isToolCallEvent(value: unknown): value is ToolCallEvent {
  return matches({ call: (m) => isCall(m['call']) }, value);
}
