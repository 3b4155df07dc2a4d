import { isRecord } from './isRecord.ts';

/** A property of a tool's arguments that is repeated as a header. */
export interface ParamHeader {
  /** Behind `Mcp-Param-`. */
  readonly name: string;
  readonly path: readonly string[];
}

/** An annotation that is not as it must be. */
export interface WrongParamHeader {
  /** Where it stands in the schema, key by key. */
  readonly place: readonly string[];
  /** The same for people: `a.b<items>`. */
  readonly title: string;
  /** `place`: the property is not always there. `name`: no name of a header. `type`: of a property that is no string, integer or boolean. */
  readonly reason: 'place' | 'name' | 'type' | 'twice';
  /** What it says, where that is a text. */
  readonly name: string | undefined;
}

type Wrong = Omit<WrongParamHeader, 'place' | 'title'>;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);
/** Keywords below which a property is not always there, so that it cannot have a header. */
const CONDITIONAL = [
  'items',
  'prefixItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'unevaluatedItems',
  'propertyNames',
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
];
/** The same, with schemas by names. */
const NAMED = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];
/** Levels of a schema that are looked at: no message may nest deeper (wire/limits.ts). */
const MAX_DEPTH = 128;
/** Places of a schema that are looked at. */
const MAX_NODES = 100_000;

/**
 * The `x-mcp-header` annotations of a tool's schema, which the stateless era repeats as `Mcp-Param-*` headers, and the first that is not as it must
 * be: a client must not call such a tool (2026-07-28, Streamable HTTP, "Schema Extension").
 */
export function paramHeaders(schema: unknown): { found: readonly ParamHeader[]; wrong?: WrongParamHeader } {
  const found: ParamHeader[] = [];
  const names = new Set<string>();
  let nodes = MAX_NODES;

  /** @param path of properties, absent below a keyword that makes them uncertain */
  const visit = (
    node: unknown,
    place: readonly string[],
    title: string,
    path: readonly string[] | undefined,
  ): WrongParamHeader | undefined => {
    nodes -= 1;
    if (!isRecord(node) || place.length > MAX_DEPTH || nodes < 0) return undefined;
    if (Object.hasOwn(node, 'x-mcp-header')) {
      const annotation = read(node, path, names);
      if ('reason' in annotation) return { ...annotation, place, title };
      names.add(annotation.name.toLowerCase());
      found.push(annotation);
    }
    for (const [key, child] of entriesOf(node['properties'])) {
      const below = path === undefined ? undefined : [...path, key];
      const wrong = visit(child, [...place, 'properties', key], title === '' ? key : `${title}.${key}`, below);
      if (wrong !== undefined) return wrong;
    }
    for (const [keys, child] of conditional(node)) {
      const wrong = visit(child, [...place, ...keys], `${title}<${keys[0]}>`, undefined);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

  const wrong = visit(schema, [], '', []);
  return wrong === undefined ? { found } : { found, wrong };
}

function read(
  { 'x-mcp-header': name, type }: Readonly<Record<string, unknown>>,
  path: readonly string[] | undefined,
  names: ReadonlySet<string>,
): ParamHeader | Wrong {
  if (path === undefined || path.length === 0) return { reason: 'place', name: undefined };
  if (typeof name !== 'string' || !TOKEN.test(name)) return { reason: 'name', name: undefined };
  if (!TYPES.has(type)) return { reason: 'type', name };
  return names.has(name.toLowerCase()) ? { reason: 'twice', name } : { name, path };
}

/** Schemas below such a keyword, each with the keys that lead to it. */
function conditional(node: Readonly<Record<string, unknown>>): [[string, ...string[]], unknown][] {
  const direct = CONDITIONAL.flatMap((keyword): [[string, ...string[]], unknown][] => {
    const value = node[keyword];
    if (!Array.isArray(value)) return [[[keyword], value]];
    return value.map((child: unknown, index) => [[keyword, String(index)], child]);
  });
  const named = NAMED.flatMap((keyword) =>
    entriesOf(node[keyword]).map(([key, child]): [[string, ...string[]], unknown] => [[keyword, key], child]),
  );
  return [...direct, ...named];
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}
