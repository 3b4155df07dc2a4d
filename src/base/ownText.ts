/** The same text in memory of its own. What is cut out of a text may be a slice that keeps all of it alive, for as long as it is kept itself. */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
