import type { CallToolResult } from '../../api.ts';
import { isRecord } from './configuration.ts';
import type { Told } from './errorTable.ts';

/** What a tool's result comes to. */
export interface Reading {
  /** As it came: the structured content, else what its text says as JSON, else the text. */
  data: unknown;
  /** An error, also one inside a result that claims to be a success. */
  told?: Told;
  /** A page that the error names. */
  page?: string;
}

/** Fields that say which page was read, or how, and nothing of what stands on it. */
const ADDRESSES = new Set([
  'url',
  'linkedin_url',
  'profile_url',
  'linkedin_username',
  'username',
  'unknown_sections',
  '@type',
]);
/** UTF-16 units of an error that are looked at. */
const LONGEST_TOLD = 20_000;
/** Levels of nesting that are looked into; what lies deeper counts as content. */
const DEEPEST = 20;

/** Takes a result apart. */
export function readResult(result: CallToolResult): Reading {
  const text = textOf(result);
  const parsed = parse(text);
  const data = result.structuredContent ?? parsed;
  const structured = errorIn(result.structuredContent) ?? errorIn(parsed);
  if (structured !== undefined) return { data, ...structured };
  if (result.isError !== true) return { data };
  const said = (text === '' ? asText(result.structuredContent) : text).slice(0, LONGEST_TOLD);
  return { data, told: { text: said }, ...pageIn(said) };
}

/** What went wrong with single sections of a page that was read otherwise; by the names of the sections. */
export function sectionErrors(data: unknown): ReadonlyMap<string, Told> {
  const page = unwrapped(data);
  const errors = isRecord(page) && isRecord(page['section_errors']) ? page['section_errors'] : {};
  return new Map(Object.entries(errors).map(([section, error]) => [section, sectionError(error)]));
}

/** Whether nothing was read: all texts empty, all lists without entries. */
export function isEmptyPage(data: unknown): boolean {
  return isBlank(isRecord(data) ? { ...data, section_errors: undefined } : data, 0);
}

/** The page itself: FastMCP puts what is no object under `result`, and some services answer with a list of one. */
export function unwrapped(data: unknown): unknown {
  if (Array.isArray(data) && data.length === 1) return data[0];
  if (!isRecord(data) || !('result' in data) || Object.keys(data).length !== 1) return data;
  return unwrapped(data['result']);
}

function errorIn(value: unknown): { told: Told; page?: string } | undefined {
  const found = unwrapped(value);
  if (!isRecord(found)) return undefined;
  const { error, message, resolution } = found;
  if (typeof error !== 'string' || error === '') return undefined;
  // A profile may well have a field of that name; an error is all there is, or comes with its message.
  if (typeof message !== 'string' && Object.keys(found).length > 1) return undefined;
  const parts = [message ?? error, resolution].filter((part) => typeof part === 'string');
  const text = parts.join(' ').slice(0, LONGEST_TOLD);
  const page = found['challenge_url'] ?? found['captcha_url'];
  return { told: { code: error, text }, ...(typeof page === 'string' ? { page } : pageIn(text)) };
}

function sectionError(error: unknown): Told {
  if (!isRecord(error)) return { text: asText(error) };
  const { error_type: code, error_message: message } = error;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    text: (typeof message === 'string' ? message : asText(error)).slice(0, LONGEST_TOLD),
  };
}

function pageIn(text: string): { page?: string } {
  const page = /https:\/\/[^\s"'<>]{1,2000}/.exec(text)?.[0].replace(/[).,]+$/, '');
  return page === undefined ? {} : { page };
}

function textOf({ content }: CallToolResult): string {
  if (!Array.isArray(content)) return '';
  const texts = content.map((block: unknown) =>
    isRecord(block) && typeof block['text'] === 'string' ? block['text'] : '',
  );
  return texts.filter((text) => text !== '').join('\n');
}

/** Undefined for no text at all. */
function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function isBlank(value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.every((item) => isBlank(item, depth + 1));
  if (isRecord(value))
    return Object.entries(value).every(([key, item]) => ADDRESSES.has(key) || isBlank(item, depth + 1));
  return value === undefined || value === null || value === false || value === 0;
}
