import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import { withinFairTime } from '../withinTime.ts';
import { clip, isRecord, type JsonObject, memberOf } from './json.ts';

/** Milliseconds for one check; ordinary schemas take well under one, the first of all 20. A schema that needs more is not used again. */
const CHECK_MS = 80;
/** Where the machine was busy with others meanwhile. */
const BUSY_CHECK_MS = 400;
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

/** Validators by their schemas, made once for each as long as anybody has it: those that stop at the first problem, and those that do not. */
const validators = { first: new WeakMap<object, Validator>(), all: new WeakMap<object, Validator>() };

/**
 * The first problem of a value; undefined where it fits. Throws for a schema that cannot be used: of an unknown dialect, too large or
 * deep, that refers to other documents (nothing is fetched), or that takes too long.
 */
export function schemaProblem(schema: JsonObject, value: unknown): SchemaProblem | undefined {
  return checked('first', schema, value, (errors) => {
    // Parents only repeat that something below them failed; "false" repeats additionalProperties in other words.
    const deepest = errors.findLast(({ keyword }) => keyword !== 'false') ?? errors[0];
    if (deepest === undefined) return undefined;
    const place = placeOf(deepest);
    return { pointer: clip(place === '' ? '/' : place), keyword: deepest.keyword };
  });
}

/** The first problems of a value, each as a sentence that names its place; empty where it fits. Throws as `schemaProblem` does. */
export function schemaSentences(schema: object, value: unknown, count: number): string[] {
  return checked('all', schema, value, (errors) => {
    const sentences: string[] = [];
    for (const error of errors) {
      if (sentences.length === count) break;
      if (error.keyword === 'false' || errors.some((other) => isBelow(other, error))) continue;
      const place = placeOf(error).replace(/^\//, '');
      sentences.push(place === '' ? error.error : `${place}: ${error.error}`);
    }
    return sentences;
  });
}

/** @param read runs within the time too: a hostile schema may have any number of errors */
function checked<T>(
  which: keyof typeof validators,
  schema: object,
  value: unknown,
  read: (errors: readonly OutputUnit[]) => T,
): T {
  const validator = validators[which].get(schema) ?? validatorOf(schema, which === 'first');
  validators[which].set(schema, validator);
  const outcome = withinFairTime(CHECK_MS, BUSY_CHECK_MS, () => read(validator.validate(value).errors));
  if (outcome === undefined) throw new Error('The schema takes too long');
  return outcome.value;
}

function placeOf({ instanceLocation }: OutputUnit): string {
  return instanceLocation.replace(/^#/, '');
}

function isBelow(candidate: OutputUnit, parent: OutputUnit): boolean {
  return candidate.keywordLocation.startsWith(`${parent.keywordLocation}/`);
}

function validatorOf(schema: object, stopsAtFirst: boolean): Validator {
  const draft = draftOf(memberOf(schema, '$schema'));
  const copy = usable(schema, 0, { nodes: MAX_NODES });
  if (draft === undefined || !isRecord(copy)) throw new Error('The schema cannot be used');
  // cast: a schema from a server has whatever shape it has; the validator copes or throws
  return new Validator(copy as Schema, draft, stopsAtFirst);
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
  if (!isRecord(node)) return node;
  const entries = Object.entries(node)
    .filter(([key, value]) => key !== '__proto__' && (isNamed || key !== 'format' || typeof value !== 'string'))
    .map(([key, value]): [string, unknown] => [
      key,
      !isNamed && DATA.has(key) ? value : usable(value, depth + 1, budget, !isNamed && NAMED.has(key)),
    ]);
  return Object.fromEntries(entries);
}
