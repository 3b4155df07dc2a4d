/** A command line as people type it, cut into program and arguments: spaces separate, single and double quotes hold together. No shell. */
export function splitCommandLine(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const character of text) {
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A definition from what was typed: an address to connect to, or a command to run. */
export function definitionFrom(text: string, speaksHttp: boolean): Record<string, unknown> {
  if (isUrl(text)) return { url: text.trim() };
  const [command = '', ...args] = splitCommandLine(text);
  return { command, ...(args.length === 0 ? {} : { args }), ...(speaksHttp ? { port: 'auto' } : {}) };
}

export function isUrl(text: string): boolean {
  return /^\s*https?:\/\//i.test(text);
}
