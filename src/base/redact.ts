const MASK = '*';
/** Shorter values would mask ordinary words all over the place. */
const SHORTEST_SECRET = 4;
/** Characters that a `*` before more text stands for at most. Without a bound, a long run of text would take quadratic time. */
const LONGEST_RUN = 256;

/** How a value or pattern is found in text, and in bytes read as latin1. */
interface Finder {
  text: RegExp;
  bytes: RegExp;
}

/**
 * Knows the values that must not leave this process and masks them, keeping the length so that offsets and sizes stay true.
 * A value is found as it is, URL-encoded, base64 and JSON-escaped, the last also with all but ASCII escaped.
 */
export class Redactor {
  readonly #forms = new Map<string, number>();
  readonly #patterns = new Set<Finder>();
  /** Compiled when first needed. */
  #compiled: Finder | undefined;

  /** Registers a secret value; values under 4 characters are ignored. Returns a function that forgets it again. */
  add(value: string): () => void {
    if (value.length < SHORTEST_SECRET) return () => {};
    const forms = spellings(value);
    for (const form of forms) this.#forms.set(form, (this.#forms.get(form) ?? 0) + 1);
    this.#compiled = undefined;
    let forgotten = false;
    return () => {
      if (forgotten) return;
      forgotten = true;
      for (const form of forms) {
        const users = (this.#forms.get(form) ?? 0) - 1;
        if (users > 0) this.#forms.set(form, users);
        else this.#forms.delete(form);
      }
      this.#compiled = undefined;
    };
  }

  /** Registers texts to mask that are no exact values; `*` stands for a run of characters without spaces. Returns how to forget them. */
  addPatterns(patterns: readonly string[]): () => void {
    const added = patterns
      .filter((pattern) => pattern.replaceAll('*', '').length >= SHORTEST_SECRET)
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
    return this.#forms.size === 0 && this.#patterns.size === 0;
  }

  #mask(text: string, kind: keyof Finder): string {
    let masked = text;
    if (this.#forms.size > 0) masked = masked.replace(this.#values()[kind], (found) => MASK.repeat(found.length));
    for (const pattern of this.#patterns) masked = masked.replace(pattern[kind], (found) => MASK.repeat(found.length));
    return masked;
  }

  #values(): Finder {
    const forms = [...this.#forms.keys()];
    this.#compiled ??= { text: alternation(forms), bytes: alternation(forms.map(bytesOf)) };
    return this.#compiled;
  }
}

/** The bytes of a text, a character each. */
function bytesOf(text: string): string {
  return latin1(new TextEncoder().encode(text));
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  // fromCharCode takes its arguments on the stack: 8 K at a time is safe.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

function alternation(forms: string[]): RegExp {
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
}

function wildcard(pattern: string): RegExp {
  const [first = '', ...rest] = pattern.split(/\*+/).map(escapeRegExp);
  // Not `\S`, which takes some bytes of UTF-8 for spaces.
  const character = '[^ \\t\\r\\n\\f\\v]';
  // A run ends at the first occurrence of the text behind it and is never tried at another length (a lookahead and its reference
  // are atomic), so that no text can make it slow.
  const runs = rest.map((text, index) =>
    text === '' ? `${character}*` : `(?=(${character}{0,${LONGEST_RUN}}?${text}))\\${index + 1}`,
  );
  return new RegExp(first + runs.join(''), 'g');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function spellings(value: string): Set<string> {
  const base64 = btoa(bytesOf(value));
  const url = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  return new Set([
    value,
    url,
    url.replaceAll('%20', '+'),
    // As forms are written, in the requests of OAuth for one.
    new URLSearchParams({ _: value.toWellFormed() }).toString().slice(2),
    base64,
    base64.replace(/=+$/, ''),
    base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    json,
    // As Python writes JSON.
    json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ]);
}
