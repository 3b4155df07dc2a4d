import { type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { withinTime } from '../withinTime.ts';
import { clip, isObject, type JsonObject } from './json.ts';

/** Milliseconds for one check; ordinary schemas take well under one, the first of all on a busy machine 20. A schema that needs more is not used again. */
const CHECK_MS = 80;
/** Levels of a schema, and keys and items in all: more than people write. */
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;

/** Keywords whose value is data, in which nothing is a keyword. */
const DATA = new Set(['const', 'enum', 'default', 'examples']);
/** Keywords whose value has schemas by names, which may be called like keywords. */
const NAMED = new Set(['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties']);
const DRAFTS: Readonly<Record<string, SchemaDraft>> = {
  'json-schema.org/draft-04/schema': '4',
  'json-schema.org/draft-07/schema': '7',
  'json-schema.org/draft/2019-09/schema': '2019-09',
  'json-schema.org/draft/2020-12/schema': '2020-12',
};

/** What does not fit a schema: where, and which keyword says so. */
export interface SchemaProblem {
  /** JSON pointer into the value. */
  readonly pointer: string;
  readonly keyword: string;
}

/** Made once for each schema, as long as anybody has it. */
const validators = new WeakMap<JsonObject, Validator>();

/**
 * The first problem of a value; undefined where it fits. Throws for a schema that cannot be used: of an unknown dialect, too large or
 * deep, that refers to other documents (nothing is fetched), or that takes too long.
 */
export function schemaProblem(schema: JsonObject, value: unknown): SchemaProblem | undefined {
  const validator = validators.get(schema) ?? validatorOf(schema);
  validators.set(schema, validator);
  const outcome = withinTime(CHECK_MS, () => validator.validate(value));
  if (outcome === undefined) throw new Error('The schema takes too long');
  const { valid, errors } = outcome.value;
  if (valid) return undefined;
  // Parents only repeat that something below them failed; "false" repeats additionalProperties in other words.
  const deepest = errors.findLast(({ keyword }) => keyword !== 'false') ?? errors[0];
  if (deepest === undefined) return undefined;
  const place = deepest.instanceLocation.replace(/^#/, '');
  return { pointer: clip(place === '' ? '/' : place), keyword: deepest.keyword };
}

function validatorOf(schema: JsonObject): Validator {
  const draft = draftOf(schema['$schema']);
  const copy = usable(schema, 0, { nodes: MAX_NODES });
  if (draft === undefined || !isObject(copy)) throw new Error('The schema cannot be used');
  // cast: a schema from a server has whatever shape it has; the validator copes or throws
  return new Validator(copy as Schema, draft, true);
}

function draftOf(dialect: unknown): SchemaDraft | undefined {
  if (dialect === undefined) return '2020-12';
  if (typeof dialect !== 'string') return undefined;
  return DRAFTS[dialect.replace(/^https?:\/\//, '').replace(/#$/, '')];
}

/**
 * A copy, since the validator writes into what it is given, without `format`: in 2020-12 it is a remark, while the validator insists on it.
 */
function usable(node: unknown, depth: number, budget: { nodes: number }, isNamed = false): unknown {
  budget.nodes -= 1;
  if (depth > MAX_DEPTH || budget.nodes < 0) throw new Error('The schema is too large');
  if (Array.isArray(node)) return node.map((item: unknown) => usable(item, depth + 1, budget));
  if (!isObject(node)) return node;
  const entries = Object.entries(node)
    .filter(([key, value]) => key !== '__proto__' && (isNamed || key !== 'format' || typeof value !== 'string'))
    .map(([key, value]): [string, unknown] => [
      key,
      !isNamed && DATA.has(key) ? value : usable(value, depth + 1, budget, !isNamed && NAMED.has(key)),
    ]);
  return Object.fromEntries(entries);
}
