/** Stands for a secret, by the name of an environment variable. */
export interface Placeholder {
  variable: string;
}

/** Text with secrets left out. */
export type Pieces = readonly (string | Placeholder)[];

/** Placeholders in one copy. What is masked beyond them stays a row of `*`. */
const MAX_PLACEHOLDERS = 50;
/** The shortest run of `*` that is taken for a mask within a text; no shorter secret is looked for by value. */
const SHORTEST_MASK = 4;
/** Characters of a name that are read. */
const KEY_LENGTH = 40;
const QUOTE = 0x22;
const STAR = 0x2a;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Finds the masks in the texts of one request and gives each a name after the header or JSON key that it was found under. */
export class Placeholders {
  readonly #isMasked: boolean;
  readonly #variables = new Set<string>();

  /** @param isMasked false: a `*` is a `*` */
  constructor(isMasked: boolean) {
    this.#isMasked = isMasked;
  }

  /** In the order they were found. */
  get variables(): readonly string[] {
    return [...this.#variables];
  }

  /** One that stands for something that is not known. */
  unknown(name: string): Placeholder {
    return this.#take(name) ?? { variable: variableOf(name) };
  }

  header(name: string, value: string): Pieces {
    // The whole value may be masked by the header's name, however short it is; a single `*` is more likely meant.
    const isWhole = /^\*{2,}$/.test(value);
    return this.#cut(value, isWhole ? [{ name, start: 0, end: value.length }] : masksIn(value, () => name));
  }

  /** Of a path and query: named after the parameter. */
  target(target: string): Pieces {
    const nameBefore = (start: number): string => {
      return /([^?&=/#*]+)=$/.exec(target.slice(Math.max(0, start - KEY_LENGTH), start))?.[1] ?? 'URL';
    };
    return this.#cut(target, masksIn(target, nameBefore));
  }

  /** Of a text that is JSON, or looks like it: named after the key before. */
  json(text: string): Pieces {
    return this.#cut(text, this.#isMasked ? masksInJson(text) : []);
  }

  /** Of a string within JSON. */
  string(key: string, text: string): Pieces {
    return this.#cut(
      text,
      masksIn(text, () => key),
    );
  }

  #cut(text: string, masks: readonly Mask[]): Pieces {
    if (!this.#isMasked || masks.length === 0) return [text];
    const pieces: (string | Placeholder)[] = [];
    let done = 0;
    for (const { name, start, end } of masks) {
      const placeholder = this.#take(name);
      if (placeholder === undefined) break;
      if (start > done) pieces.push(text.slice(done, start));
      pieces.push(placeholder);
      done = end;
    }
    if (done < text.length) pieces.push(text.slice(done));
    return pieces;
  }

  #take(name: string): Placeholder | undefined {
    if (this.#variables.size === MAX_PLACEHOLDERS) return undefined;
    const base = variableOf(name);
    let variable = base;
    for (let number = 2; this.#variables.has(variable); number += 1) variable = `${base}_${number}`;
    this.#variables.add(variable);
    return { variable };
  }
}

interface Mask {
  name: string;
  start: number;
  end: number;
}

function masksIn(text: string, nameAt: (start: number) => string): Mask[] {
  return Array.from(text.matchAll(/\*{4,}/g), ({ 0: mask, index }) => {
    return { name: nameAt(index), start: index, end: index + mask.length };
  });
}

/** One walk over the text, with no parser: what is masked need not be JSON any more. */
function masksInJson(text: string): Mask[] {
  const masks: Mask[] = [];
  let key = '';
  let lastString = '';
  let stringStart = -1;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === STAR) {
      let end = position + 1;
      while (text.charCodeAt(end) === STAR) end += 1;
      if (end - position >= SHORTEST_MASK) masks.push({ name: key === '' ? 'BODY' : key, start: position, end });
      position = end - 1;
    } else if (stringStart === -1) {
      if (code === QUOTE) stringStart = position + 1;
      else if (code === COLON) key = lastString;
    } else if (code === BACKSLASH) {
      position += 1;
    } else if (code === QUOTE) {
      lastString = text.slice(stringStart, Math.min(position, stringStart + KEY_LENGTH));
      stringStart = -1;
    }
  }
  return masks;
}

/** `apiKey` is `EXTERNAL_MCP_API_KEY`; nothing but A–Z, 0–9 and `_` comes out, whatever goes in. */
function variableOf(name: string): string {
  const words = name
    .slice(0, KEY_LENGTH)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toUpperCase();
  return `EXTERNAL_MCP_${words === '' ? 'SECRET' : words}`;
}
