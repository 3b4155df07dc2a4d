/** Checks for what comes through `postMessage`; small, since they are part of every page. */
import { isRecord } from '../base/isRecord.ts';

export { isRecord };

export type Guard = (message: Readonly<Record<string, unknown>>) => boolean;

/** Whether a value may stand where it stands. */
export type Check = (value: unknown) => boolean;

export function isString(value: unknown, longest = 1_000_000): value is string {
  return typeof value === 'string' && value.length <= longest;
}

export function isInteger(value: unknown, least = 0, most = Number.MAX_SAFE_INTEGER): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A server's unique string. */
export function isName(value: unknown): value is string {
  return isString(value, 10_000);
}

export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isName);
}

export function isOneOf<T extends string>(allowed: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => allowed.some((candidate) => candidate === value);
}

/** Absent, or what the check lets through. */
export function isOptional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

/** @param most a longer list is refused */
export function isArrayOf(check: Check, most = Number.MAX_SAFE_INTEGER): Check {
  return (value) => Array.isArray(value) && value.length <= most && value.every(check);
}

/** An object whose members pass; further ones are not looked at. */
export function isShape(members: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(members);
  return (value) => isRecord(value) && checks.every(([name, check]) => check(value[name]));
}

/** Whether `value` has the shape that its own `type` (or what `tag` names) asks for. */
export function matches(shapes: Readonly<Record<string, Guard>>, value: unknown, tag = 'type'): boolean {
  if (!isRecord(value)) return false;
  const type = value[tag];
  return typeof type === 'string' && Object.hasOwn(shapes, type) && shapes[type]?.(value) === true;
}
