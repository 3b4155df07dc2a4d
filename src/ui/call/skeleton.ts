import { isRecord } from '../../base/isRecord.ts';

type Json = Readonly<Record<string, unknown>>;

/** What has to be filled in, with the schema's defaults; of several alternatives, the first. */
export function skeleton(schema: Json): Record<string, unknown> {
  const properties = propertiesOf(schema);
  const entries = requiredNames(schema).map((name): [string, unknown] => [name, initialValue(properties[name])]);
  return Object.fromEntries(entries);
}

/** The properties that have to be there; where one of several sets has to (`anyOf`, `oneOf` of `required`), those of the first. */
export function requiredNames(schema: Json): string[] {
  const [first = []] = alternativesOf(schema);
  const properties = propertiesOf(schema);
  return [...new Set([...namesIn(schema['required']), ...first])].filter((name) => Object.hasOwn(properties, name));
}

/** The sets of properties one of which has to be there; none where the schema has no such alternatives. */
export function alternativesOf({ anyOf, oneOf }: Json): string[][] {
  const listed: unknown = anyOf ?? oneOf;
  if (!Array.isArray(listed)) return [];
  return listed.map((item: unknown) => (isRecord(item) ? namesIn(item['required']) : []));
}

/** Property → its schema. */
export function propertiesOf({ properties }: Json): Json {
  return isRecord(properties) ? properties : {};
}

function namesIn(required: unknown): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
}

function initialValue(schema: unknown): unknown {
  if (!isRecord(schema)) return null;
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  switch (schema['type']) {
    case 'string':
      return '';
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return null;
  }
}
