/** Where a value stands in JSON: keys and indices from the root on. */
export type JsonPath = readonly (string | number)[];

/** The key that a JSON string stands for, given the text between its quotes. */
export function pathStep(escaped: string): string {
  return escaped.includes('\\') ? String(JSON.parse(`"${escaped}"`)) : escaped;
}

/** RFC 6901: `/params/arguments/a~1b/0`; that of the root is empty. */
export function jsonPointer(path: JsonPath): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** How a program would reach it from `$`, the root: `$.params.arguments["a/b"][0]`. */
export function jsPath(path: JsonPath): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return identifier.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${steps.join('')}`;
}
