import { t } from '@vscode/l10n';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PERMITTED_TYPES = new Set(['string', 'integer', 'boolean']);
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
const NAMED = ['patternProperties', 'dependentSchemas', '$defs', 'definitions'];
/** Levels of a schema that are looked at; a message may not nest deeper (wire/limits.ts). */
const MAX_DEPTH = 128;

/**
 * What is wrong with the `x-mcp-header` annotations of a tool's schema, which the stateless era repeats as `Mcp-Param-*` headers. A client
 * must not call such a tool (2026-07-28, Streamable HTTP, "Schema Extension").
 */
export function paramHeaderProblem(inputSchema: unknown): string | undefined {
  const seen = new Set<string>();
  const visit = (schema: unknown, path: string, isReachable: boolean, depth: number): string | undefined => {
    if (typeof schema !== 'object' || schema === null || depth > MAX_DEPTH) return undefined;
    const node = schema as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(node, 'x-mcp-header')) {
      const problem =
        isReachable && path !== '' ? annotationProblem(node, seen) : t('a header where no property always is');
      if (problem !== undefined) return `${path}: ${problem}`;
    }
    for (const [key, child] of entries(node['properties'])) {
      const problem = visit(child, path === '' ? key : `${path}.${key}`, isReachable, depth + 1);
      if (problem !== undefined) return problem;
    }
    for (const [keyword, child] of conditional(node)) {
      const problem = visit(child, `${path}<${keyword}>`, false, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return visit(inputSchema, '', true, 0);
}

function annotationProblem(node: Readonly<Record<string, unknown>>, seen: Set<string>): string | undefined {
  const { 'x-mcp-header': name, type } = node;
  if (typeof name !== 'string' || !TOKEN.test(name)) return t('its "x-mcp-header" is not the name of a header');
  if (typeof type !== 'string' || !PERMITTED_TYPES.has(type)) {
    return t('"x-mcp-header" is for strings, integers and booleans only');
  }
  const lower = name.toLowerCase();
  if (seen.has(lower)) return t('“{0}” is the header of two properties', name);
  seen.add(lower);
  return undefined;
}

function conditional(node: Readonly<Record<string, unknown>>): [string, unknown][] {
  const direct = CONDITIONAL.flatMap((keyword): [string, unknown][] => {
    const value = node[keyword];
    return (Array.isArray(value) ? value : [value]).map((child: unknown) => [keyword, child]);
  });
  const named = NAMED.flatMap((keyword) =>
    entries(node[keyword]).map(([, child]): [string, unknown] => [keyword, child]),
  );
  return [...direct, ...named];
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
