import { t } from '@vscode/l10n';
import type { ErrorKind, PluginOutcome, PluginResponse } from '../api.ts';
import { isRecord } from '../base/isRecord.ts';

/** What a run has come to, before it is put into a response. */
export type Outcome = Pick<PluginResponse, 'status' | 'data' | 'error'>;

type Failure = NonNullable<PluginResponse['error']>;

/** Replaces secrets, before a text is cut: half of one would not be found. */
type Mask = (text: string) => string;

const asItIs: Mask = (text) => text;

const KINDS: Readonly<Record<ErrorKind, true>> = {
  connection: true,
  protocol: true,
  timeout: true,
  session: true,
  auth: true,
  validation: true,
  process: true,
  config: true,
  cancelled: true,
  tool: true,
};
const OUTCOME_KEYS = new Set(['status', 'data', 'error']);
/** UTF-16 units of a message, and of a code. */
const LONGEST_MESSAGE = 4000;
const LONGEST_CODE = 200;
/** UTF-16 units of the data of one response as JSON; what is larger is an error. */
const LARGEST_DATA = 64 * 1024 * 1024;

/** What the value means that a plugin resolved with. Throws nothing, whatever the value does when it is looked at. */
export function outcomeOf(value: unknown, mask: Mask = asItIs): Outcome {
  let data: unknown;
  try {
    data = plainData(value);
  } catch (error) {
    const message = t('The plugin returned something that cannot be passed on as JSON: {0}', textOf(error));
    return failed({ kind: 'validation', message, retryable: false }, mask);
  }
  if (!isRecord(data)) return data === undefined ? { status: 'success' } : { status: 'success', data };
  if (isOutcome(data)) return readOutcome(data, mask);
  if (data['isError'] === true)
    return { ...failed({ kind: 'tool', message: contentText(data), retryable: false }, mask), data };
  const told = toldError(data) ?? toldError(data['structuredContent']);
  return told === undefined ? { status: 'success', data } : { ...failed(told, mask), data };
}

/** What something thrown means. */
export function failureOutcome(error: unknown, mask: Mask = asItIs): Outcome {
  const kind = kindOf(error);
  const code = field(error, 'code');
  const retryAfterMs = field(error, 'retryAfterMs');
  return failed(
    {
      kind,
      ...(typeof code === 'string' ? { code } : {}),
      message: textOf(error),
      retryable: field(error, 'retryable') === true,
      ...(isDuration(retryAfterMs) ? { retryAfterMs } : {}),
    },
    mask,
  );
}

function failed(error: Failure, mask: Mask): Outcome {
  const message = error.message.trim() === '' ? t('It failed and does not say why.') : mask(error.message);
  const code = error.code === undefined ? {} : { code: mask(error.code).slice(0, LONGEST_CODE) };
  return { status: 'error', error: { ...error, ...code, message: message.slice(0, LONGEST_MESSAGE) } };
}

/** A copy without functions, getters and cycles. */
function plainData(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return undefined;
  if (text.length > LARGEST_DATA)
    throw new Error(t('it is larger than {0} million characters', LARGEST_DATA / 2 ** 20));
  return JSON.parse(text);
}

function isOutcome(data: Readonly<Record<string, unknown>>): boolean {
  const { status } = data;
  if (status !== 'success' && status !== 'error' && status !== 'partial') return false;
  return Object.keys(data).every((key) => OUTCOME_KEYS.has(key));
}

function readOutcome(raw: Readonly<Record<string, unknown>>, mask: Mask): Outcome {
  // cast: `isOutcome` has looked at it
  const status = raw['status'] as PluginOutcome['status'];
  const { data, error } = raw;
  const kept = data === undefined ? {} : { data };
  if (status === 'success' || (status === 'partial' && error === undefined)) return { status, ...kept };
  return {
    ...failureOutcome(isRecord(error) ? error : new Error(typeof error === 'string' ? error : ''), mask),
    status,
    ...kept,
  };
}

/** An error that stands in a result which claims to be none: `{ error, message, resolution? }`. */
function toldError(value: unknown): Failure | undefined {
  if (!isRecord(value)) return undefined;
  const { error, message, resolution } = value;
  if (typeof error !== 'string' || error === '' || typeof message !== 'string') return undefined;
  const text = typeof resolution === 'string' ? `${message} ${resolution}` : message;
  return { kind: 'tool', code: error, message: text, retryable: false };
}

/** The texts of a tool's result. */
function contentText({ content }: Readonly<Record<string, unknown>>): string {
  if (!Array.isArray(content)) return '';
  const texts = content.map((block: unknown) =>
    isRecord(block) && typeof block['text'] === 'string' ? block['text'] : '',
  );
  return texts.join('\n').trim();
}

function kindOf(error: unknown): ErrorKind {
  const kind = field(error, 'kind');
  if (isKind(kind)) return kind;
  // Of an error that crossed extension hosts only the name is left: "timeout (ExternalMcpError)".
  const name = field(error, 'name');
  const named = typeof name === 'string' ? / \(ExternalMcpError\)$/.exec(name) : null;
  const first = named === null ? undefined : named.input.slice(0, named.index);
  if (isKind(first)) return first;
  return name === 'AbortError' ? 'cancelled' : 'tool';
}

function isKind(value: unknown): value is ErrorKind {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function textOf(error: unknown): string {
  const message = field(error, 'message');
  if (typeof message === 'string') return message;
  return typeof error === 'string' ? error : '';
}

/** A property of whatever was thrown; getters may throw in turn. */
function field(value: unknown, key: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}
