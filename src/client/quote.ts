import { displayText } from '../base/displayText.ts';

/** Masks the secrets in a text; as long as it was. */
export type Mask = (text: string) => string;

/** UTF-16 units behind a cut that are masked with what stands before it: a bound for what is looked through, beyond any usual secret. */
const CONTEXT = 16 * 1024;
/** UTF-16 units of terminal sequences and the like that may stand among what is quoted; where there are more, less of it is. */
const INVISIBLE = 2000;

/** The beginning of a text, masked before it is cut: of half a secret, the mask would no longer know that it is one. */
export function maskedStart(text: string, longest: number, mask: Mask): string {
  return mask(text.slice(0, longest + CONTEXT)).slice(0, longest);
}

/** A server's words as one short line: they may be a whole page, or a schema checker's report of megabytes. */
export function quote(text: string, longest: number, mask: Mask): string {
  return displayText(maskedStart(text, longest + INVISIBLE, mask), longest);
}

/** UTF-16 units that a quote so long is made of at most, with what is masked behind them. */
export function quotedFrom(longest: number): number {
  return longest + INVISIBLE + CONTEXT;
}

/**
 * What caused an error of ours, unless it tells a secret: a message that quotes it masked looks as if there were none. What nobody could
 * look through at once is left out too.
 * @param said the words in it
 */
export function clearCause(cause: unknown, said: string, mask: Mask): { cause?: unknown } {
  return said.length <= CONTEXT && mask(said) === said ? { cause } : {};
}
