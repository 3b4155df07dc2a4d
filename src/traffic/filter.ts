import { t } from '@vscode/l10n';
import { FILTER_WORDS, type FilterWord, valueProblem } from './filterWords.ts';
import { parseRegex } from './regexTerm.ts';

/** `-method:ping` is `{ word: 'method', value: 'ping', negated: true }`. */
export interface FilterTerm {
  /** `text`: free text. `regex`: an expression. */
  word: FilterWord | 'text' | 'regex';
  /** As written, without the quotes; of an expression with its slashes and its flag. */
  value: string;
  negated: boolean;
}

/** Terms that must all hold; none lets everything through. */
export interface TrafficFilter {
  terms: readonly FilterTerm[];
}

/** A filter, or a sentence for people and the position (in UTF-16 units) of what it is about. */
export type FilterResult = { ok: true; filter: TrafficFilter } | FilterFailure;

interface FilterFailure {
  ok: false;
  message: string;
  position: number;
}

/** A longer text, or one with more terms, is refused: filters are typed by people. */
const MAX_LENGTH = 10_000;
const MAX_TERMS = 100;

/** Lets everything through. */
export const EVERYTHING: TrafficFilter = { terms: [] };

/**
 * Reads a filter. Never throws: what it cannot read comes back as a message that says what can be written.
 *
 * ```ebnf
 * filter    = { space } , [ term , { space , { space } , term } ] , { space } ;
 * term      = [ "-" ] , ( condition | regex | text ) ;       (* "-" excludes what the term finds *)
 * condition = word , ":" , value ;                           (* words are read without regard to case *)
 * word      = "server" | "method" | "tool" | "status" | "kind" | "is" | "channel" | "direction" | "origin"
 *           | "session" | "id" | "note" | "larger-than" | "slower-than" | "since" ;
 * regex     = "/" , { character - "/" | "\/" } , "/" , [ "i" ] ;
 * text      = quoted | bare ;                                (* bare text has no ":" before its first quotation mark *)
 * value     = quoted | bare ;
 * quoted    = '"' , { character - '"' | '\"' | "\\" } , '"' ;
 * bare      = character - ( space | '"' ) , { character - space } ;
 * size      = number , [ "B" | "kB" | "KiB" | "MB" | "MiB" | "GB" | "GiB" ] ;      (* larger-than: *)
 * duration  = number , ( "ms" | "s" | "m" | "min" | "h" | "d" ) ;                  (* slower-than:, since: *)
 * time      = duration | "HH:MM" | "HH:MM:SS" | "YYYY-MM-DD" | "YYYY-MM-DDTHH:MM" … ;  (* since: *)
 * ```
 *
 * All terms must hold. In a value `*` stands for any text, and case does not matter. `server`, `kind`, `channel`, `direction`, `origin`, `id` and
 * `note` are compared whole, `method`, `tool` and `session` by part. In `status:`, `x` is any digit. Text and expressions are looked
 * for in what the entry's bytes say, heads included, and in its label; text without regard to case, an expression with regard to it unless `i` is
 * set. Of an expression, `^` and `$` are ends of lines. Secrets are masked before they are compared, so nothing finds them.
 */
export function parseFilter(text: string): FilterResult {
  if (text.length > MAX_LENGTH) {
    return failure(MAX_LENGTH, t('The filter is longer than {0} characters.', MAX_LENGTH));
  }
  const terms: FilterTerm[] = [];
  for (let position = skipSpace(text, 0); position < text.length; position = skipSpace(text, position)) {
    if (terms.length === MAX_TERMS) return failure(position, t('The filter has more than {0} terms.', MAX_TERMS));
    const read = readTerm(text, position);
    if ('message' in read) return read;
    terms.push(read.term);
    position = read.end;
  }
  return { ok: true, filter: { terms } };
}

/** The same filter without health checks, unless it asks for an origin itself: `origin:health` shows them, `origin:*` everything. */
export function hideHealthChecks(filter: TrafficFilter): TrafficFilter {
  if (filter.terms.some(({ word, negated }) => word === 'origin' && !negated)) return filter;
  return { terms: [...filter.terms, { word: 'origin', value: 'health', negated: true }] };
}

/** A value as it is written behind its colon: in quotes where it needs them. */
export function formatValue(value: string): string {
  return /^[^\s"]\S*$/.test(value) ? value : quote(value);
}

function quote(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}

function readTerm(text: string, start: number): { term: FilterTerm; end: number } | FilterFailure {
  const negated = text[start] === '-';
  const from = negated ? start + 1 : start;
  if (text[from] === '/') return readRegex(text, from, negated);
  const [, name, colon] = match(/([^\s:"]*)(:?)/y, text, from);
  const isText = name === '' || colon === '';
  const word = isText ? 'text' : FILTER_WORDS.find((known) => known === name?.toLowerCase());
  if (word === undefined) {
    const words = FILTER_WORDS.map((known) => `${known}:`).join(' ');
    return failure(
      from,
      t('“{0}:” is not a filter word. Write one of {1}, or put it in quotes to look for the text.', clip(name), words),
    );
  }
  const valueStart = isText ? from : from + word.length + 1;
  const read = readValue(text, valueStart);
  if ('message' in read) return read;
  if (read.value === '') {
    return failure(
      start,
      isText
        ? t('Write what to look for: {0}, "some text", /an expression/ or a word such as {1}.', 'text', 'server:NAME')
        : t('Write what to look for behind {0}', `${word}:`),
    );
  }
  const problem = word === 'text' ? undefined : valueProblem(word, read.value);
  if (problem !== undefined) return failure(valueStart, problem);
  return { term: { word, value: read.value, negated }, end: read.end };
}

function readRegex(text: string, start: number, negated: boolean): { term: FilterTerm; end: number } | FilterFailure {
  const [whole = ''] = match(/\/(?:[^/\\]|\\[^])*\/\S*/y, text, start);
  if (whole === '') {
    return failure(start, t('The closing / is missing. To look for text that begins with /, put it in quotes.'));
  }
  const regex = parseRegex(whole);
  if (typeof regex === 'string') return failure(start, regex);
  return { term: { word: 'regex', value: whole, negated }, end: start + whole.length };
}

/** The value at `start`. */
function readValue(text: string, start: number): { value: string; end: number } | FilterFailure {
  if (text[start] !== '"') {
    const [value = ''] = match(/\S*/y, text, start);
    return { value, end: start + value.length };
  }
  const [whole = '', inside = ''] = match(/"((?:[^"\\]|\\[^])*)"/y, text, start);
  if (whole === '') return failure(start, t('The closing quotation mark is missing.'));
  const end = start + whole.length;
  if (end < text.length && !/\s/.test(text[end] ?? '')) {
    return failure(end, t('A space is missing behind the closing quotation mark.'));
  }
  return { value: inside.replace(/\\([\\"])/g, '$1'), end };
}

function skipSpace(text: string, from: number): number {
  return from + (match(/\s*/y, text, from)[0]?.length ?? 0);
}

/** The groups of a sticky expression at a position; none where it does not match. */
function match(pattern: RegExp, text: string, at: number): readonly string[] {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? [];
}

function clip(name = ''): string {
  return name.slice(0, 40);
}

function failure(position: number, message: string): FilterFailure {
  return { ok: false, message, position };
}
