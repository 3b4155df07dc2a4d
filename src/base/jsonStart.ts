/**
 * The beginning of a value as JSON, for a log: right for the first `longest` characters. What comes behind is left out or
 * null, so that a value of many megabytes is not turned into text to show a screen of it.
 */
export function jsonStart(value: unknown, longest: number): string {
  let left = longest;
  function cutLater(this: unknown, key: string, part: unknown): unknown {
    if (left <= 0) return undefined;
    left -= 1 + (Array.isArray(this) ? 0 : key.length);
    if (typeof part === 'string') {
      left -= part.length;
      return part.slice(0, longest);
    }
    return Array.isArray(part) ? part.slice(0, longest) : part;
  }
  return JSON.stringify(value, cutLater) ?? '';
}
