/**
 * Reads JSON text in place instead of turning it into objects: numbers keep their digits, doubled and odd keys (`__proto__`) are
 * ordinary, order is that of the text, depth costs no stack, and what nobody opens is never taken apart.
 * Everything here expects text that `isJson` accepted, and positions at the first character of a value.
 */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const quote = 0x22;
const backslash = 0x5c;

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function kindAt(text: string, at: number): JsonKind {
  switch (text[at]) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

/** The first position from `at` on that is not white space. */
export function skipSpace(text: string, at: number): number {
  let position = at;
  while (isSpace(text.charCodeAt(position))) position += 1;
  return position;
}

/** The position after the value at `at`. */
export function endOfValue(text: string, at: number): number {
  switch (text[at]) {
    case '"':
      return endOfString(text, at);
    case '{':
    case '[':
      return endOfContainer(text, at);
    default: {
      let position = at;
      while (position < text.length && !isDelimiter(text.charCodeAt(position))) position += 1;
      return position;
    }
  }
}

/** Where the members of the object or array at `at` begin: an object's at their key, an array's at their value. */
export function membersAt(text: string, at: number): number[] {
  const inObject = text[at] === '{';
  const members: number[] = [];
  let position = skipSpace(text, at + 1);
  while (position < text.length && text[position] !== '}' && text[position] !== ']') {
    members.push(position);
    const value = inObject ? valueOfMember(text, position) : position;
    position = skipSpace(text, endOfValue(text, value));
    if (text[position] === ',') position = skipSpace(text, position + 1);
  }
  return members;
}

/** Where the value of the object member whose key stands at `key` begins. */
export function valueOfMember(text: string, key: number): number {
  const colon = skipSpace(text, endOfString(text, key));
  return skipSpace(text, colon + 1);
}

function endOfContainer(text: string, at: number): number {
  let depth = 0;
  let position = at;
  while (position < text.length) {
    const character = text.charCodeAt(position);
    if (character === quote) {
      position = endOfString(text, position);
      continue;
    }
    // Brackets and braces differ from each other by these bits alone: [ 5b, { 7b, ] 5d, } 7d.
    if ((character | 0x20) === 0x7b) depth += 1;
    else if ((character | 0x20) === 0x7d) depth -= 1;
    position += 1;
    if (depth === 0) return position;
  }
  return position;
}

function endOfString(text: string, at: number): number {
  let close = text.indexOf('"', at + 1);
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close < 0 ? text.length : close + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}

function isSpace(character: number): boolean {
  return character === 0x20 || character === 0x0a || character === 0x0d || character === 0x09;
}

function isDelimiter(character: number): boolean {
  return character === 0x2c || character === 0x5d || character === 0x7d || isSpace(character);
}
