import { bytesOf, latin1, type Reading, readings } from './spellings.ts';

const MASK = '*';
/** Shorter values would mask ordinary words all over the place. */
const SHORTEST_SECRET = 4;
/** Of a pattern with a `*`: `sk-` is a prefix of keys. */
const SHORTEST_PREFIX = 3;
/** Characters that a `*` before more text stands for at most. Without a bound, a long run of text would take quadratic time. */
const LONGEST_RUN = 256;

/** Base64 characters of a value that stands behind other bytes; fewer would be found in ordinary data. */
const SHORTEST_SHIFTED = 8;

/** A shorter line of a value, a bracket perhaps, says nothing alone. */
const SHORTEST_LINE = 8;

/** How a value or pattern is found in text, and in bytes read as latin1. */
interface Finder {
  text: RegExp;
  bytes: RegExp;
}

/**
 * Knows the values that must not leave this process and masks them, keeping the length so that offsets and sizes stay true.
 * A value is found as it is, URL-encoded, escaped as JSON within JSON up to three deep, in whatever mixture and however much of it the
 * sender escapes, in base64, also in the middle of it and over several lines, as hexadecimal digits, and in HTML.
 */
export class Redactor {
  /** How often each was added. */
  readonly #values = new Map<string, number>();
  readonly #patterns = new Set<Finder>();
  /** Compiled when first needed. */
  #compiled: Finder | undefined;

  /** Registers a secret value; values under 4 characters are ignored. Returns a function that forgets it again. */
  add(value: string): () => void {
    if (value.length < SHORTEST_SECRET) return () => {};
    this.#count(value, 1);
    let forgotten = false;
    return () => {
      if (!forgotten) this.#count(value, -1);
      forgotten = true;
    };
  }

  /**
   * Registers texts to mask that are no exact values; `*` stands for a run of characters without spaces, at the end of a pattern without quotation
   * marks, backslashes and commas too. Those with less than four other characters, or three beside a `*`, are ignored. Returns how to forget them.
   */
  addPatterns(patterns: readonly string[]): () => void {
    const added = patterns
      .filter(
        (pattern) => pattern.replaceAll('*', '').length >= (pattern.includes('*') ? SHORTEST_PREFIX : SHORTEST_SECRET),
      )
      .map((pattern) => ({ text: wildcard(pattern), bytes: wildcard(bytesOf(pattern)) }));
    for (const pattern of added) this.#patterns.add(pattern);
    return () => {
      for (const pattern of added) this.#patterns.delete(pattern);
    };
  }

  /** The text with every registered value replaced by a mask of the same length. */
  text(text: string): string {
    return this.#mask(text, 'text');
  }

  /** Deep copy of a JSON value with every registered value in its strings masked, keys included. */
  json(value: unknown): unknown {
    if (this.#isIdle) return value;
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.json(item)]));
  }

  /** A copy of the bytes with every registered value masked byte by byte; the bytes themselves where there is nothing to mask. */
  bytes(bytes: Uint8Array): Uint8Array {
    if (this.#isIdle) return bytes;
    // latin1 maps each byte to one character and back, whatever the encoding was, so lengths cannot change.
    const text = latin1(bytes);
    const masked = this.#mask(text, 'bytes');
    if (masked === text) return bytes;
    return Uint8Array.from(masked, (character) => character.charCodeAt(0));
  }

  get #isIdle(): boolean {
    return this.#values.size === 0 && this.#patterns.size === 0;
  }

  #mask(text: string, kind: keyof Finder): string {
    let masked = text;
    if (this.#values.size > 0) {
      // Before anything is masked, which might take half of what is spelled otherwise.
      const others = readings(text, kind === 'bytes');
      const finder = this.#finder()[kind];
      masked = masked.replace(finder, (found) => MASK.repeat(found.length));
      for (const reading of others) masked = maskFound(masked, reading, finder);
    }
    for (const pattern of this.#patterns) masked = masked.replace(pattern[kind], (found) => MASK.repeat(found.length));
    return masked;
  }

  #finder(): Finder {
    this.#compiled ??= finderOf([...this.#values.keys()]);
    return this.#compiled;
  }

  #count(value: string, change: number): void {
    const users = (this.#values.get(value) ?? 0) + change;
    if (users > 0) this.#values.set(value, users);
    else this.#values.delete(value);
    this.#compiled = undefined;
  }
}

/** Masks in a text what is found in a reading of it. */
function maskFound(text: string, reading: Reading, finder: RegExp): string {
  const origin = reading.originOf();
  const parts: string[] = [];
  let end = 0;
  for (const { 0: found, index } of reading.text.matchAll(finder)) {
    const begin = origin.begin(index);
    parts.push(text.slice(end, begin));
    end = origin.end(index + found.length);
    parts.push(MASK.repeat(end - begin));
  }
  return parts.join('') + text.slice(end);
}

/** Of a value with several, such as a key: they come one by one where output is read by lines. */
function linesOf(value: string): string[] {
  return value.split(/[\r\n]+/).filter((line) => line.length >= SHORTEST_LINE);
}

function finderOf(values: readonly string[]): Finder {
  const all = new Set(values.flatMap((value) => [value, ...linesOf(value)]));
  const longestFirst = [...all].toSorted((a, b) => b.length - a.length);
  return { text: anyOf(longestFirst, (text) => text), bytes: anyOf(longestFirst, bytesOf) };
}

/** @param literal how a text stands where it is looked for */
function anyOf(values: readonly string[], literal: (text: string) => string): RegExp {
  const sources = values.flatMap((value) => [escapable(value, literal), hexForm(value), ...base64Forms(value)]);
  return new RegExp(sources.join('|'), 'g');
}

function wildcard(pattern: string): RegExp {
  const [first = '', ...rest] = pattern.split(/\*+/).map(escapeRegExp);
  // Not `\S`, which takes some bytes of UTF-8 for spaces.
  const character = '[^ \\t\\r\\n\\f\\v]';
  // With nothing behind it, a run would go on through the rest of a JSON text, where no space may come.
  const last = '[^ \\t\\r\\n\\f\\v"\\\\,]';
  // A run ends at the first occurrence of the text behind it and is never tried at another length (a lookahead and its reference
  // are atomic), so that no text can make it slow.
  const runs = rest.map((text, index) =>
    text === '' ? `${last}*` : `(?=(${character}{0,${LONGEST_RUN}}?${text}))\\${index + 1}`,
  );
  return new RegExp(first + runs.join(''), 'g');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/**
 * The source of an expression that finds a text however its characters are escaped, each in its own way. Backslashes double with each level of JSON
 * within JSON, so every number of them has a bound, and none stands beside another: no text can make it slow.
 */
function escapable(text: string, literal: (text: string) => string): string {
  const parts = text.match(/\\+|[^\\]/gsu) ?? [];
  return parts
    .map((part, index) => {
      if (/^[A-Za-z0-9_.-]$/.test(part)) return escapeRegExp(part);
      if (part.startsWith('\\')) {
        // Those of what follows are taken with them, all or none: to share them out in every way would take exponential time.
        const run =
          index === parts.length - 1
            ? `{${part.length},${8 * part.length}}`
            : `{${part.length},${8 * part.length + 8}}(?!\\\\)`;
        return `(?:\\\\${run}|(?:%5[cC]|\\\\{1,8}u005[cC]){${part.length}})`;
      }
      const least = parts[index - 1]?.startsWith('\\') === true ? 0 : 1;
      const units = Array.from({ length: part.length }, (_, unit) => part.charCodeAt(unit));
      const ways = [
        `\\\\{0,7}${escapeRegExp(literal(part))}`,
        Array.from(bytesOf(part), (byte) => `%${hex(byte.charCodeAt(0), 2)}`).join(''),
        units.map((unit, place) => `\\\\{${place === 0 ? least : 1},8}u${hex(unit, 4)}`).join(''),
      ];
      const short = SHORT_ESCAPES[part];
      if (short !== undefined) ways.push(`\\\\{${least},8}${short}`);
      const other = OTHER_ESCAPES[part];
      if (other !== undefined) ways.push(other);
      return `(?:${ways.join('|')})`;
    })
    .join('');
}

/** Escapes of JSON that are another character than they stand for. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't' };

/** Of forms, and of JSON pointers. */
const OTHER_ESCAPES: Readonly<Record<string, string>> = { ' ': '\\+', '/': '~1', '~': '~0' };

/** Of one number in either case. */
function hex(number: number, length: number): string {
  const digits = number.toString(16).padStart(length, '0');
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** As hexadecimal digits of either case. */
function hexForm(value: string): string {
  return Array.from(bytesOf(value), (byte) => hex(byte.charCodeAt(0), 2)).join('');
}

/** Expressions that find a value in base64 of either alphabet: alone, or behind and before other bytes, whose bits its ends share. */
function base64Forms(value: string): string[] {
  const bytes = bytesOf(value);
  const whole = btoa(bytes).replace(/=+$/, '');
  const shifted = ['', '\0', '\0\0'].map((before) => {
    const first = Math.ceil((before.length * 8) / 6);
    const end = Math.floor(((before.length + bytes.length) * 8) / 6);
    return btoa(before + bytes).slice(first, end);
  });
  const within = shifted.filter(({ length }) => length >= SHORTEST_SHIFTED);
  const inAlphabets = (text: string): string[] => {
    const forUrls = text.replaceAll('+', '-').replaceAll('/', '_');
    return [...new Set([text, forUrls])].map((form) => escapable(form, (same) => same));
  };
  return [...inAlphabets(whole).map((form) => `${form}(?:=|%3[dD]){0,2}`), ...within.flatMap(inAlphabets)];
}
