import type { Completion } from '../../messages/inspector.ts';

/** A term of the filter language; the value is quoted where it needs to be. */
export function filterTerm(word: string, value: string): string {
  return `${word}:${/^[^\s"*]+$/.test(value) ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`}`;
}

/** The filter with one more term, which is not written twice. */
export function withTerm(text: string, term: string): string {
  const present = text.trim();
  if (present === '') return term;
  return ` ${present} `.includes(` ${term} `) ? present : `${present} ${term}`;
}

/** The text with a completion in it, and where the caret goes: behind it. A whole value is followed by a space, so that the next word can be typed. */
export function complete(text: string, { text: insert, start, end }: Completion): { text: string; caret: number } {
  const isWhole = !insert.endsWith(':') && end >= text.length;
  const inserted = isWhole ? `${insert} ` : insert;
  return { text: text.slice(0, start) + inserted + text.slice(end), caret: start + inserted.length };
}

/** What an error is about: the text before it, the word that it is in, and what follows. Nothing where the position is not known. */
export function markError(
  text: string,
  position: number | undefined,
): { before: string; wrong: string; after: string } | undefined {
  if (position === undefined || position >= text.length) return undefined;
  const end = /\s/.exec(text.slice(position + 1))?.index;
  const to = end === undefined ? text.length : position + 1 + end;
  return { before: text.slice(0, position), wrong: text.slice(position, to), after: text.slice(to) };
}
