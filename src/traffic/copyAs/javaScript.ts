import type { Pieces } from './placeholders.ts';

/** Characters that nobody sees, or that would reorder what one sees. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * An expression for a text: literals in single quotes, and variables of the environment for what was left out.
 * @param inJson the text is JSON, and what is filled in stands within a string of it
 */
export function expression(pieces: Pieces, inJson = false): string {
  const parts = pieces.map((piece) => {
    if (typeof piece === 'string') return literal(piece);
    const value = `process.env['${piece.variable}'] ?? ''`;
    if (inJson) return `JSON.stringify(${value}).slice(1, -1)`;
    return pieces.length === 1 ? value : `(${value})`;
  });
  return parts.length === 0 ? `''` : parts.join(' + ');
}

/** The comment that says what to fill in; nothing where there is nothing. */
export function fillIn(variables: readonly string[], heading: string): string {
  return variables.length === 0 ? '' : `// ${heading}\n${variables.map((name) => `// ${name}\n`).join('')}`;
}

/** Header values are bytes to `fetch`, a character each. */
export function byteString(value: Pieces): Pieces {
  return value.map((piece) => (typeof piece === 'string' ? Buffer.from(piece).toString('latin1') : piece));
}

/** A string in single quotes, exact to the code unit. */
export function literal(text: string): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\.|'/gs, (found) => (found === '\\"' ? '"' : found === `'` ? `\\'` : found));
  return `'${inner.replace(INVISIBLE, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`)}'`;
}
