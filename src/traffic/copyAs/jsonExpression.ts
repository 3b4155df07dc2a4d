import { expression, literal } from './javaScript.ts';
import type { Placeholders } from './placeholders.ts';

/** Levels of nesting, and values, that are written out. What is deeper or larger is one text that is parsed. */
const MAX_DEPTH = 30;
const MAX_VALUES = 2000;

/** An expression for a JSON value, indented for reading. */
export function jsonExpression(value: unknown, placeholders: Placeholders, indent: string): string {
  if (!isLarge(value)) return write(value, '', indent, placeholders);
  return `JSON.parse(${expression(placeholders.json(JSON.stringify(value)), true)})`;
}

function isLarge(value: unknown): boolean {
  let level: unknown[] = [value];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    count += level.length;
    if (depth > MAX_DEPTH || count > MAX_VALUES) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

function write(value: unknown, key: string, indent: string, placeholders: Placeholders): string {
  const inner = `${indent}  `;
  if (typeof value === 'string') return expression(placeholders.string(key, value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Array.isArray(value)
    ? value.map((item) => write(item, key, inner, placeholders))
    : Object.entries(value).map(([name, item]) => `${property(name)}: ${write(item, name, inner, placeholders)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return lines.length === 0
    ? `${open}${close}`
    : `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}${close}`;
}

function property(name: string): string {
  // Written plainly, it would set the prototype.
  if (name === '__proto__') return `['__proto__']`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}
