import { isRecord } from '../../base/isRecord.ts';

export { isRecord };

export type JsonObject = Readonly<Record<string, unknown>>;

/** UTF-16 units of a name or pointer in a remark: far more than is kept of it, so that a secret at the end of that is masked before it is cut. */
const DETAIL_LENGTH = 16 * 1024;

/** The object under a key; undefined where there is none, or something else. */
export function objectIn(value: unknown, key: string): JsonObject | undefined {
  const member = memberOf(value, key);
  return isRecord(member) ? member : undefined;
}

/** The text under a key. */
export function textIn(value: unknown, key: string): string | undefined {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : undefined;
}

/** The list under a key; empty where there is none. */
export function listIn(value: unknown, key: string): readonly unknown[] {
  const member = memberOf(value, key);
  return Array.isArray(member) ? member : [];
}

/** What is under a key of its own, so that `__proto__` and the like are nothing special. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function has(value: unknown, key: string): boolean {
  return isRecord(value) && Object.hasOwn(value, key);
}

/** Parses; undefined for what is no JSON, which no JSON text is parsed to. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A name of a stranger's in a sentence of ours. */
export function clip(text: string): string {
  return text.length <= DETAIL_LENGTH ? text : `${text.slice(0, DETAIL_LENGTH)}…`;
}

/** A JSON pointer (RFC 6901) as people see it; `/` is the whole. */
export function pointer(path: readonly PropertyKey[]): string {
  return clip(`/${path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`);
}
