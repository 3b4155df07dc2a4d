/** In the form that needs no memory for each character of a string: it may have millions. */
const STRINGS_AND_NUMBERS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * The first number of a JSON text that JavaScript would write with other digits when it has read it: beyond 2 ** 53, with more than 17 digits, or
 * too large. Undefined where it keeps all of them.
 */
export function changedNumber(json: string): string | undefined {
  for (const [token] of json.matchAll(STRINGS_AND_NUMBERS))
    if (!token.startsWith('"') && digitsOf(token) !== digitsOf(String(Number(token)))) return token;
  return undefined;
}

/** Without sign, point, exponent and the zeros around: these may be written in several ways. */
function digitsOf(number: string): string {
  const [mantissa = ''] = number.replace(/^-/, '').split(/e/i);
  return mantissa.replace('.', '').replace(/^0+|0+$/g, '');
}
