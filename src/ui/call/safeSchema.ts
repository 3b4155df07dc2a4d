import { isRecord } from '../../base/isRecord.ts';

/** Levels of nesting that are kept, more than people write; what lies deeper is not checked by the editor. */
const MAX_DEPTH = 64;

/** Keywords of VS Code's JSON support that render Markdown or put a server's own words where the editor speaks. */
const dropped = new Set([
  '__proto__',
  'defaultSnippets',
  'deprecationMessage',
  'errorMessage',
  'markdownDeprecationMessage',
  'markdownDescription',
  'markdownEnumDescriptions',
  'patternErrorMessage',
]);
/** Keywords that make the editor load what they name. */
const references = new Set(['$ref', '$dynamicRef', '$recursiveRef']);
/** Keywords whose value has schemas by names, which may well be called like a keyword. */
const schemasByName = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);

type Json = Readonly<Record<string, unknown>>;

/**
 * The schema of a tool as VS Code's JSON support may have it: nothing in it loads anything from elsewhere, or is shown as Markdown.
 * Data such as `default` is treated alike, since a `$ref` can point into it.
 */
export function safeSchema(schema: Json): Record<string, unknown> {
  return keepEntries(schema, 0, isSafe);
}

function isSafe(key: string, value: unknown): boolean {
  if (references.has(key)) return typeof value === 'string' && value.startsWith('#');
  // The drafts come with the editor; another one would be loaded.
  if (key === '$schema') return typeof value === 'string' && /^https?:\/\/json-schema\.org\//.test(value);
  return !dropped.has(key);
}

/** Whatever its name, a schema; a text or list would become a keyword once a `$ref` points to the object around it. */
function isNamedSchema(name: string, value: unknown): boolean {
  return name !== '__proto__' && (isRecord(value) || typeof value === 'boolean');
}

function keepEntries(object: Json, depth: number, keeps: typeof isSafe): Record<string, unknown> {
  const entries = Object.entries(object)
    .filter(([key, value]) => keeps(key, value))
    .map(([key, value]): [string, unknown] => [
      key,
      keeps === isSafe && schemasByName.has(key) && isRecord(value)
        ? keepEntries(value, depth + 1, isNamedSchema)
        : safeValue(value, depth + 1),
    ]);
  return Object.fromEntries(entries);
}

function safeValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // As a schema: anything is right.
  if (depth > MAX_DEPTH) return true;
  if (Array.isArray(value)) return value.map((item: unknown) => safeValue(item, depth + 1));
  return isRecord(value) ? keepEntries(value, depth, isSafe) : undefined;
}
