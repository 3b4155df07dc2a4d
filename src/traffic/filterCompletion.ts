import { formatValue } from './filter.ts';
import { explainState, explainWord, FILTER_WORDS, type FilterWord, STATES } from './filterWords.ts';
import type { SeenValues } from './seenValues.ts';

/** One choice while a filter is typed: `text` replaces the characters from `start` to `end`, UTF-16 units. The shape of the inspector's own. */
export interface FilterCompletion {
  text: string;
  /** What the word means, or how often the value is in the log. */
  detail?: string;
  start: number;
  end: number;
}

const MAX_COMPLETIONS = 50;

/** The term around a position. */
interface Spot {
  /** Behind the minus. */
  start: number;
  end: number;
  /** What is written of it before the position. */
  before: string;
}

/**
 * What may be written at a position of a filter: words, each with what it means, then values that the log has, most frequent first. Behind a word its values
 * alone. At most 50; none within an expression or a quoted text, which can be anything.
 */
export function completeFilter(text: string, position: number, seen: SeenValues): FilterCompletion[] {
  const spot = termAt(text, Math.max(0, Math.min(position, text.length)));
  if (spot === undefined) return [];
  const colon = spot.before.indexOf(':');
  const word = FILTER_WORDS.find((known) => known === spot.before.slice(0, Math.max(0, colon)).toLowerCase());
  if (word === undefined) return colon === -1 ? completeWord(spot, seen) : [];
  const start = spot.start + colon + 1;
  return ranked(valuesOf(word, seen), partial(spot.before.slice(colon + 1)))
    .slice(0, MAX_COMPLETIONS)
    .map(({ value, detail }) => ({ text: formatValue(value), start, end: spot.end, ...shown(detail) }));
}

/** The words that it may become, then values, each with its word. */
function completeWord({ start, end, before }: Spot, seen: SeenValues): FilterCompletion[] {
  if (/^["/]/.test(before)) return [];
  const words = FILTER_WORDS.map((word) => ({ value: `${word}:`, detail: explainWord(word) }));
  const values = (['is', 'server', 'method', 'tool', 'status', 'kind', 'note', 'session'] as const).flatMap((word) =>
    ranked(valuesOf(word, seen), before.toLowerCase()).map(({ value, detail }) => ({
      value: `${word}:${formatValue(value)}`,
      detail,
    })),
  );
  // With nothing written, the values of all words would only bury the words.
  const choices = [...ranked(words, before.toLowerCase()), ...(before === '' ? [] : values)];
  return choices.slice(0, MAX_COMPLETIONS).map(({ value, detail }) => ({ text: value, start, end, ...shown(detail) }));
}

interface Choice {
  value: string;
  detail: string;
}

/** Those that begin with what is written, then those that have it elsewhere. */
function ranked(choices: readonly Choice[], written: string): Choice[] {
  const at = choices.map((choice) => ({ choice, index: choice.value.toLowerCase().indexOf(written) }));
  return [...at.filter(({ index }) => index === 0), ...at.filter(({ index }) => index > 0)].map(({ choice }) => choice);
}

function valuesOf(word: FilterWord, seen: SeenValues): Choice[] {
  switch (word) {
    case 'is':
      return STATES.map((state) => ({ value: state, detail: explainState(state) }));
    case 'larger-than':
      return examples('1kB', '10kB', '100kB', '1MB');
    case 'slower-than':
      return examples('100ms', '500ms', '1s', '10s');
    case 'since':
      return examples('1m', '10m', '1h', '1d');
    case 'id':
      return [];
    case 'status':
      return [...counted(seen.status), ...examples('2xx', '3xx', '4xx', '5xx')];
    default:
      return counted(seen[word]);
  }
}

function counted(values: SeenValues[keyof SeenValues]): Choice[] {
  return values.map(({ value, count }) => ({ value, detail: `${count} ×` }));
}

function examples(...values: string[]): Choice[] {
  return values.map((value) => ({ value, detail: '' }));
}

/** What has been written of a value, in lower case, without the quotation mark that it begins with. */
function partial(written: string): string {
  return (written.startsWith('"') ? written.slice(1).replace(/\\([\\"])/g, '$1') : written).toLowerCase();
}

function shown(detail: string): { detail?: string } {
  return detail === '' ? {} : { detail };
}

/** A term as `parseFilter` reads it, but whatever it is, and also where its end is missing: then the group is not `"`. */
const TERM = /-?(?:\/(?:[^/\\]|\\[^])*(?:\/\S*|$)|(?:[^\s:"]*:)?"(?:[^"\\]|\\[^])*("|\\?$)|[^\s"]\S*)/y;

/** The term that the position is in or right behind; undefined behind the end of a quoted text. */
function termAt(text: string, position: number): Spot | undefined {
  let at = 0;
  while (at < position) {
    TERM.lastIndex = at;
    const [whole = '', close] = TERM.exec(text) ?? [];
    const end = at + whole.length;
    if (whole !== '' && end >= position) {
      if (end === position && close === '"') return undefined;
      const start = text[at] === '-' ? at + 1 : at;
      // A quoted text without its end goes on to the end of everything; what follows is not to be replaced.
      const isOpen = close !== undefined && close !== '"';
      return { start, end: isOpen ? position : end, before: text.slice(start, position) };
    }
    at = Math.max(end, at + 1);
  }
  // What is written right behind becomes part of the word.
  const [behind = ''] = /^[^\s"/-]\S*/.exec(text.slice(position)) ?? [];
  return { start: position, end: position + behind.length, before: '' };
}
