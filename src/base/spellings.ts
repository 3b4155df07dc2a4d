/**
 * Texts in which a secret is spelled as no ordinary sender spells it: with escapes for characters that need none, in HTML, or in base64 that is broken
 * into lines. They are read once more with these undone, in one pass each.
 */

/** A text as it reads, and where each of its characters stands in the text that it was made of. */
export interface Reading {
  readonly text: string;
  /** Where in the original the character at a position begins, or ends. Must be asked in ascending order. */
  originOf(): { begin(position: number): number; end(position: number): number };
}

interface Spelling {
  tokens: RegExp;
  /** What a token stands for; undefined where it stands for itself. */
  read: (token: RegExpExecArray, asBytes: boolean) => string | undefined;
}

/** The number of a letter, digit, `_`, `.` or `-` of ASCII, as two digits: what URLs and JSON need not escape. */
const PLAIN = '(?:2[DdEe]|3\\d|4[1-9A-Fa-f]|5[\\dAaFf]|6[1-9A-Fa-f]|7[\\dAa])';
/** Of either alphabet. */
const BASE64 = '[A-Za-z0-9+/_-]';
/** Of lines, also within a string of JSON, or of an event. */
const BREAK = '(?:\\r?\\n(?:data: ?)?|(?:\\\\{1,8}r)?\\\\{1,8}n)';
/** Characters of a line of base64 that has been broken: 64 in PEM, 76 in MIME. */
const SHORTEST_LINE = 60;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** No expression has a repetition without bound, or one beside another that takes the same: no text can make them slow. */
const SPELLINGS: readonly Spelling[] = [
  { tokens: new RegExp(`%(${PLAIN})`, 'g'), read: ([, digits]) => character(digits) },
  { tokens: new RegExp(`(?<!\\\\)\\\\{1,8}u00(${PLAIN})`, 'g'), read: ([, digits]) => character(digits) },
  // Those before it may as well be a backslash of the secret.
  { tokens: new RegExp(`\\\\u00(${PLAIN})`, 'g'), read: ([, digits]) => character(digits) },
  {
    // Perhaps escaped itself, as some libraries for JSON do.
    tokens:
      /(?:&|(?<!\\)\\{1,8}u0026|%26)(?:amp;){0,3}(?:#(\d{1,8})|#[xX]([\da-fA-F]{1,8})|(amp|lt|gt|quot|apos|AMP|LT|GT|QUOT))(?:;|%3[bB])?/g,
    read: ([, decimal, digits, name], asBytes) => {
      if (name !== undefined) return NAMED[name.toLowerCase()];
      const code = Number.parseInt(decimal ?? digits ?? '', decimal === undefined ? 16 : 10);
      if (code > 0x10ffff) return undefined;
      const text = String.fromCodePoint(code);
      return asBytes ? bytesOf(text) : text;
    },
  },
  {
    tokens: new RegExp(`(?<=${BASE64})${BREAK}(?<=${BASE64}{${SHORTEST_LINE}}${BREAK})(?=${BASE64})`, 'g'),
    read: () => '',
  },
];

/** Any of them: one search tells that there is none, as in nearly all texts. */
const ANY = new RegExp(SPELLINGS.map(({ tokens }) => tokens.source).join('|'));

/**
 * What a text reads as with one kind of spelling undone, for each kind that is in it, and with all of them undone where it has several; nothing for
 * nearly all texts.
 * @param asBytes each character stands for a byte
 */
export function readings(text: string, asBytes: boolean): Reading[] {
  const found: Reading[] = [];
  if (!ANY.test(text)) return found;
  let all: Reading | undefined;
  for (const spelling of SPELLINGS) {
    const reading = undo(text, spelling, asBytes);
    if (reading === undefined) continue;
    found.push(reading);
    all = all === undefined ? reading : behind(all, undo(all.text, spelling, asBytes));
  }
  return all === undefined || found.includes(all) ? found : [...found, all];
}

/** The bytes of a text, a character each. */
export function bytesOf(text: string): string {
  return latin1(new TextEncoder().encode(text));
}

/** latin1 maps each byte to one character and back, whatever the encoding was. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  // fromCharCode takes its arguments on the stack: 8 K at a time is safe.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

function character(digits = ''): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function undo(text: string, { tokens, read }: Spelling, asBytes: boolean): Reading | undefined {
  const replaced = new Replaced();
  const parts: string[] = [];
  let length = 0;
  let end = 0;
  for (const token of text.matchAll(tokens)) {
    const plain = read(token, asBytes);
    if (plain === undefined) continue;
    const before = text.slice(end, token.index);
    end = token.index + token[0].length;
    replaced.add(length + before.length, plain.length, token.index, end);
    length += before.length + plain.length;
    parts.push(before, plain);
  }
  if (replaced.count === 0) return undefined;
  return { text: parts.join('') + text.slice(end), originOf: () => replaced.origins() };
}

/** Pieces of a text that have been replaced, in order: 16 bytes each, as a hostile text may have one every three characters. */
class Replaced {
  count = 0;
  /** Of each: where it is in the reading, its length there, and where in the original it began and ended. */
  #numbers = new Uint32Array(4 * 64);

  add(at: number, length: number, from: number, to: number): void {
    if (4 * this.count === this.#numbers.length) {
      const larger = new Uint32Array(2 * this.#numbers.length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set([at, length, from, to], 4 * this.count);
    this.count += 1;
  }

  origins(): ReturnType<Reading['originOf']> {
    let index = 0;
    /** The last one that begins at that position or before it, and how far before. */
    const last = (position: number): { within: number; length: number; from: number; to: number } | undefined => {
      while (index < this.count && this.#number(index, 0) <= position) index += 1;
      if (index === 0) return undefined;
      const number = (column: number): number => this.#number(index - 1, column);
      return { within: position - number(0), length: number(1), from: number(2), to: number(3) };
    };
    return {
      begin(position) {
        const token = last(position);
        if (token === undefined) return position;
        return token.within < token.length ? token.from : token.to + token.within - token.length;
      },
      end(position) {
        const token = last(position - 1);
        if (token === undefined) return position;
        return token.to + Math.max(0, token.within + 1 - token.length);
      },
    };
  }

  #number(index: number, column: number): number {
    return this.#numbers[4 * index + column] ?? 0;
  }
}

/** A reading of a reading. */
function behind(first: Reading, second: Reading | undefined): Reading {
  if (second === undefined) return first;
  return {
    text: second.text,
    originOf: () => {
      const [inner, outer] = [second.originOf(), first.originOf()];
      return { begin: (at) => outer.begin(inner.begin(at)), end: (at) => outer.end(inner.end(at)) };
    },
  };
}
