import { isObject, type JsonObject, memberOf } from './json.ts';

/** A property of a tool's arguments that is repeated as a header. */
export interface ParamHeader {
  /** Behind `Mcp-Param-`. */
  readonly name: string;
  readonly path: readonly string[];
}

/** Levels and places of a schema that are looked at. */
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);
/** Keywords whose value is data, not a schema. */
const DATA = new Set(['const', 'enum', 'default', 'examples']);

/** The `x-mcp-header` annotations of a tool's schema, and the place of the first that is not as it must be, which makes the tool invalid. */
export function paramHeaders(schema: JsonObject): { found: readonly ParamHeader[]; wrong?: readonly string[] } {
  const found: ParamHeader[] = [];
  const names = new Set<string>();
  let wrong: readonly string[] | undefined;
  let nodes = MAX_NODES;

  /** @param path of properties, absent below a keyword that makes them uncertain */
  const visit = (node: unknown, place: readonly string[], path: readonly string[] | undefined): void => {
    nodes -= 1;
    if (wrong !== undefined || place.length > MAX_DEPTH || nodes < 0) return;
    if (Array.isArray(node)) node.forEach((item: unknown, index) => visit(item, [...place, String(index)], undefined));
    if (!isObject(node)) return;
    if (Object.hasOwn(node, 'x-mcp-header')) {
      const name = node['x-mcp-header'];
      const isRight = typeof name === 'string' && TOKEN.test(name) && TYPES.has(node['type']);
      if (!isRight || path === undefined || path.length === 0 || names.has(name.toLowerCase())) wrong = place;
      else {
        names.add(name.toLowerCase());
        found.push({ name, path });
      }
    }
    const properties = memberOf(node, 'properties');
    for (const [key, child] of isObject(properties) ? Object.entries(properties) : []) {
      visit(child, [...place, 'properties', key], path === undefined ? undefined : [...path, key]);
    }
    for (const [keyword, child] of Object.entries(node)) {
      if (keyword !== 'properties' && !DATA.has(keyword)) visit(child, [...place, keyword], undefined);
    }
  };
  visit(schema, [], []);
  return wrong === undefined ? { found } : { found, wrong };
}
