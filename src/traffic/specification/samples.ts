import { isRecord, type JsonObject } from './json.ts';

/** Items of the longest list that are looked at together, and in all. One that fits costs 3 µs, one that fails as a union 140. */
const CHUNK = 50;
const MAX_ITEMS = 2000;
/** Levels, keys of one object, and items of all other lists. What has more levels or keys is not looked at. */
const MAX_DEPTH = 100;
const MAX_KEYS = 500;
const MAX_OTHER_ITEMS = 100;

/** A value, or a part of its longest list. */
export interface Sample {
  readonly value: JsonObject;
  /** How many items of the list come before. */
  readonly offset: number;
}

/**
 * A message in pieces that a schema can be asked about in bounded time: the longest list of its first level comes a few items at a time,
 * all other lists are cut. Throws for what is nested too deeply, or has too many keys.
 */
export function* samples(value: JsonObject): Generator<Sample> {
  // Nearly all are: nothing is to be cut.
  if (isSmall(value, 0, { items: CHUNK })) {
    yield { value, offset: 0 };
    return;
  }
  const lists = Object.entries(value).flatMap(([key, list]) =>
    Array.isArray(list) ? [{ key, list: list as unknown[] }] : [],
  );
  const longest = lists.toSorted((one, other) => other.list.length - one.list.length)[0];
  if (longest === undefined) {
    yield { value: cutObject(value, 0, { items: MAX_OTHER_ITEMS }), offset: 0 };
    return;
  }
  const { key, list } = longest;
  for (let offset = 0; offset === 0 || offset < Math.min(list.length, MAX_ITEMS); offset += CHUNK) {
    const chunk = list.slice(offset, offset + CHUNK);
    const budget = { items: MAX_OTHER_ITEMS + chunk.length };
    yield { value: cutObject({ ...value, [key]: chunk }, 0, budget), offset };
  }
}

function isSmall(value: unknown, depth: number, budget: { items: number }): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (Array.isArray(value)) budget.items -= members.length;
  if (members.length > MAX_KEYS || budget.items < 0) return false;
  return members.every((member) => isSmall(member, depth + 1, budget));
}

function cutObject(value: JsonObject, depth: number, budget: { items: number }): JsonObject {
  const entries = Object.entries(value);
  if (depth > MAX_DEPTH || entries.length > MAX_KEYS) throw new Error('The value is too large');
  return Object.fromEntries(entries.map(([key, member]) => [key, cut(member, depth + 1, budget)]));
}

function cut(value: unknown, depth: number, budget: { items: number }): unknown {
  if (isRecord(value)) return cutObject(value, depth, budget);
  if (!Array.isArray(value)) return value;
  if (depth > MAX_DEPTH) throw new Error('The value is too large');
  const items: unknown[] = [];
  for (const item of value) {
    if (budget.items <= 0) break;
    budget.items -= 1;
    items.push(cut(item, depth + 1, budget));
  }
  return items;
}
