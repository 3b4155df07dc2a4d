import { t } from '@vscode/l10n';

/** The words of the filter language. A new one also needs a test in matcher.ts. */
export const FILTER_WORDS = ['server', 'method', 'origin'] as const;
export type FilterWord = (typeof FILTER_WORDS)[number];

/** `-method:ping` is `{ word: 'method', value: 'ping', negated: true }`. */
export interface FilterTerm {
  word: FilterWord;
  /** As written, without the quotes; `*` stands for any text. */
  value: string;
  negated: boolean;
}

/** Terms that must all hold; none lets everything through. */
export interface TrafficFilter {
  terms: readonly FilterTerm[];
}

/** A filter, or a sentence for people and the position (in UTF-16 units) of the term it is about. */
export type FilterResult = { ok: true; filter: TrafficFilter } | { ok: false; message: string; position: number };

/** A longer text, or one with more terms, is refused: filters are typed by people. */
const MAX_LENGTH = 10_000;
const MAX_TERMS = 100;

/** Lets everything through. */
export const EVERYTHING: TrafficFilter = { terms: [] };

/**
 * Reads `server:NAME -method:"some text"`. Words and values are told apart by the colon, terms by spaces; within quotes, `\"` is a
 * quote and `\\` a backslash. Never throws: what it cannot read comes back as a message that names the words there are.
 */
export function parseFilter(text: string): FilterResult {
  if (text.length > MAX_LENGTH) {
    return failure(MAX_LENGTH, t('The filter is longer than {0} characters.', MAX_LENGTH));
  }
  const terms: FilterTerm[] = [];
  const space = /\s*/y;
  const head = /(-?)([^\s:"]*)(:?)/y;
  for (let position = skip(space, text, 0); position < text.length; position = skip(space, text, position)) {
    if (terms.length === MAX_TERMS) return failure(position, t('The filter has more than {0} terms.', MAX_TERMS));
    head.lastIndex = position;
    const [whole = '', minus, name = '', colon] = head.exec(text) ?? [];
    if (colon !== ':' || name === '') {
      return failure(position, t('Free text is not searched. Write {0}, with - in front to exclude.', wordList()));
    }
    const word = FILTER_WORDS.find((known) => known === name.toLowerCase());
    if (word === undefined) {
      return failure(position, t('“{0}:” is not a filter word. Write {1}.', name.slice(0, 40), wordList()));
    }
    const value = readValue(text, position + whole.length);
    if (typeof value === 'string') return failure(position + whole.length, value);
    if (value.text === '') return failure(position, t('Write what to look for behind {0}.', `${word}:`));
    terms.push({ word, value: value.text, negated: minus === '-' });
    position = value.end;
  }
  return { ok: true, filter: { terms } };
}

/** The same filter without health checks, unless it asks for an origin itself: `origin:health` shows them, `origin:*` everything. */
export function hideHealthChecks(filter: TrafficFilter): TrafficFilter {
  if (filter.terms.some(({ word, negated }) => word === 'origin' && !negated)) return filter;
  return { terms: [...filter.terms, { word: 'origin', value: 'health', negated: true }] };
}

/** The text of a filter; parsing it again gives an equal filter. */
export function formatFilter(filter: TrafficFilter): string {
  return filter.terms.map(({ word, value, negated }) => `${negated ? '-' : ''}${word}:${formatValue(value)}`).join(' ');
}

/** The value at `start`, or a sentence that says what is wrong with it. */
function readValue(text: string, start: number): { text: string; end: number } | string {
  if (text[start] !== '"') {
    const end = skip(/\S*/y, text, start);
    return { text: text.slice(start, end), end };
  }
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === '\\' && (next === '"' || next === '\\')) {
      value += next;
      index += 1;
    } else if (character !== '"') {
      value += character;
    } else if (next === '' || /\s/.test(next)) {
      return { text: value, end: index + 1 };
    } else {
      return t('A space is missing behind the closing quotation mark.');
    }
  }
  return t('The closing quotation mark is missing.');
}

function formatValue(value: string): string {
  return /^[^\s"]+$/.test(value) ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

function wordList(): string {
  return FILTER_WORDS.map((word) => `${word}:${word.toUpperCase()}`).join(t(' or '));
}

function failure(position: number, message: string): FilterResult {
  return { ok: false, message, position };
}
