/** Strings, signs and words; a quotation mark alone begins a string that does not end. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^ \t\r\n"{}[\],:]+|"/g;
/** The nothing before the first token is one too. */
const SIGNS: ReadonlySet<string> = new Set(['{', '}', '[', ']', ',', ':', '']);
/** Deeper levels are not moved further in: ten thousand levels would make a text of a hundred megabytes. */
const DEEPEST_INDENT = 32;

/** JSON of a few million characters at most with two spaces of indentation, by tokens, not by values: numbers and repeated keys stay as they were sent. What is no JSON keeps all that it says. */
export function indentJson(json: string): string {
  const parts: string[] = [];
  let depth = 0;
  let last = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const isEnd = token === '}' || token === ']';
    if (isEnd) depth -= 1;
    // Space between two words, or in a string that does not end, says something.
    if (depth < 0 || token === '"' || !(SIGNS.has(token) || SIGNS.has(last))) return json;
    const isFirst = last === '{' || last === '[';
    if (last === ',' || (isFirst !== isEnd && (isFirst || isEnd))) {
      parts.push('\n', '  '.repeat(Math.min(depth, DEEPEST_INDENT)));
    } else if (last === ':') parts.push(' ');
    parts.push(token);
    if (token === '{' || token === '[') depth += 1;
    last = token;
  }
  return depth === 0 ? parts.join('') : json;
}
