/** Characters beyond which indenting would take longer than anybody waits, and levels whose indentation would be longer than the text. */
const MAX_INDENTED = 1_000_000;
const MAX_DEPTH = 200;
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** Indents by tokens, not by values: numbers and repeated keys stay as they were sent. What is no JSON, too long or too deep, stays as it is. */
export function indentJson(json: string): string {
  if (json.length > MAX_INDENTED) return json;
  const parts: string[] = [];
  let depth = 0;
  let last = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const isEnd = token === '}' || token === ']';
    if (isEnd) depth -= 1;
    if (depth < 0 || depth > MAX_DEPTH) return json;
    const isFirst = last === '{' || last === '[';
    if (last === ',' || (isFirst !== isEnd && (isFirst || isEnd))) parts.push('\n', '  '.repeat(depth));
    else if (last === ':') parts.push(' ');
    parts.push(token);
    if (token === '{' || token === '[') depth += 1;
    last = token;
  }
  return parts.join('');
}
