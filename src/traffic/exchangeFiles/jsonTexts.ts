/** UTF-16 units of a string that are written at once; escaped, they are up to six times as many. */
const PART_LENGTH = 8 * 1024;
/** An object is written at once when it has no more values than that, none of them an object or a longer string. */
const FEW = 100;
const SHORT = 256;

/** A string that is there in parts, each well-formed, and never whole. */
export class LongText {
  readonly parts: Iterable<string>;

  constructor(parts: Iterable<string>) {
    this.parts = parts;
  }
}

/** What is written as the same JSON as T, but makes its arrays and strings only as they are written. */
export type Lazily<T> = T extends string
  ? T | LongText
  : T extends readonly (infer Item)[]
    ? Iterable<Lazily<Item>>
    : T extends object
      ? { [Key in keyof T]: Lazily<T[Key]> }
      : T;

/** The text that `JSON.stringify` makes of a value, in parts of some 48 KB at most, however long its strings and arrays are. */
export function* jsonTexts(value: unknown): Generator<string, void, undefined> {
  if (value instanceof LongText) yield* quoted(value.parts);
  else if (typeof value === 'string' && value.length > SHORT) yield* quoted([value]);
  else if (typeof value !== 'object' || value === null || isSmall(value)) yield JSON.stringify(value);
  else if (isIterable(value)) yield* listed(value);
  else yield* enumerated(value);
}

function* quoted(parts: Iterable<string>): Generator<string, void, undefined> {
  yield '"';
  for (const text of parts) {
    for (let start = 0; start < text.length;) {
      let end = start + PART_LENGTH;
      // Alone, either half of a character would be written as an escape.
      if (isHighSurrogate(text.charCodeAt(end - 1))) end += 1;
      yield JSON.stringify(text.slice(start, end)).slice(1, -1);
      start = end;
    }
  }
  yield '"';
}

function* listed(items: Iterable<unknown>): Generator<string, void, undefined> {
  let before = '[';
  for (const item of items) {
    yield before;
    yield* jsonTexts(item);
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function* enumerated(object: object): Generator<string, void, undefined> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    yield* jsonTexts(value);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function isSmall(object: object): boolean {
  if (isIterable(object) && !Array.isArray(object)) return false;
  const values: unknown[] = Object.values(object);
  return (
    values.length <= FEW &&
    values.every((value) => (typeof value === 'string' ? value.length <= SHORT : typeof value !== 'object'))
  );
}

function isIterable(object: object): object is Iterable<unknown> {
  return Symbol.iterator in object;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
