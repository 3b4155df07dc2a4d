import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import { schemaProblems } from '../../servers/argumentCheck.ts';
import { alternativesOf, propertiesOf, requiredNames } from '../call/skeleton.ts';
import { isRecord } from '../../base/isRecord.ts';

type Json = Readonly<Record<string, unknown>>;

/** Parameters that are asked for one after the other; more of them are easier to write as JSON. */
const MOST_STEPS = 4;
/** Values that a list offers; a longer one is written as JSON. */
const MOST_CHOICES = 200;

/** Keywords that say more of an object than one question after the other can ask. */
const intricate = ['$ref', 'allOf', 'if', 'not', 'dependentRequired', 'dependentSchemas', 'patternProperties'];

/** One question for one parameter. */
export interface ParameterStep {
  name: string;
  title: string;
  description: string;
  isRequired: boolean;
  schema: Json;
  input: { kind: 'text'; isSecret: boolean } | { kind: 'number' } | { kind: 'choice'; choices: readonly Choice[] };
  /** What the schema names as its default. */
  initial?: unknown;
}

/** One of the values that a parameter may have. */
export interface Choice {
  label: string;
  description: string;
  value: unknown;
}

/**
 * The questions that lead to the parameters of a schema; none where it has no properties, undefined where it takes more than a few simple
 * questions. Of several alternatives (`anyOf`, `oneOf` of `required`) only the first is asked for.
 */
export function parameterSteps(schema: Json): ParameterStep[] | undefined {
  if (intricate.some((keyword) => keyword in schema)) return undefined;
  const properties = propertiesOf(schema);
  const required = requiredNames(schema);
  const others = new Set(alternativesOf(schema).flat());
  const optional = Object.keys(properties).filter((name) => !required.includes(name) && !others.has(name));
  const names = [...required, ...optional];
  if (names.length > MOST_STEPS) return undefined;
  const steps = names.map((name) => stepOf(name, properties[name], required.includes(name)));
  return steps.includes(undefined) ? undefined : steps.filter((step) => step !== undefined);
}

/** What somebody wrote, as the value it stands for; `undefined` where it was left out. */
export function readAnswer(step: ParameterStep, text: string): { value: unknown } | { problem: string } {
  if (text === '' && !step.isRequired) return { value: undefined };
  if (text.trim() === '') return { problem: t('A value is needed.') };
  const value = step.input.kind === 'number' ? Number(text) : text;
  if (typeof value === 'number' && !Number.isFinite(value)) return { problem: t('Write a number.') };
  const [problem] = schemaProblems(step.schema, value);
  return problem === undefined ? { value } : { problem: displayText(problem, 200) };
}

/** The same as text, where it stands in a box again. */
export function answerText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

function stepOf(name: string, raw: unknown, isRequired: boolean): ParameterStep | undefined {
  if (!isRecord(raw)) return undefined;
  const schema = withOneType(raw);
  const input = schema === undefined ? undefined : inputOf(schema);
  if (schema === undefined || input === undefined) return undefined;
  const initial = raw['default'] ?? schema['default'];
  return {
    name,
    title: textOf(raw['title'], 100) || displayText(name, 100),
    description: textOf(raw['description'], 300),
    isRequired,
    schema,
    input,
    ...(initial === undefined || initial === null ? {} : { initial }),
  };
}

/**
 * A schema that allows one of several types, as the one that is asked for: never `null`, since leaving out says the same, and text before
 * all others.
 */
function withOneType(schema: Json): Json | undefined {
  const { type, anyOf, ...rest } = schema;
  if (Array.isArray(type)) {
    const [only, ...more] = type.filter((item) => item !== 'null');
    if (type.includes('string')) return { ...schema, type: 'string' };
    return more.length > 0 ? undefined : { ...schema, type: only };
  }
  if (!Array.isArray(anyOf)) return schema;
  const kept: unknown[] = anyOf.filter((item) => !isRecord(item) || item['type'] !== 'null');
  const only = kept.length === 1 ? kept[0] : kept.find((item) => isRecord(item) && item['type'] === 'string');
  return isRecord(only) ? { ...rest, ...only } : undefined;
}

function inputOf(schema: Json): ParameterStep['input'] | undefined {
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.length > MOST_CHOICES ? undefined : { kind: 'choice', choices };
  switch (schema['type']) {
    case 'string':
      return { kind: 'text', isSecret: schema['format'] === 'password' || schema['writeOnly'] === true };
    case 'number':
    case 'integer':
      return { kind: 'number' };
    case 'boolean':
      return {
        kind: 'choice',
        choices: [
          { label: t('Yes'), description: '', value: true },
          { label: t('No'), description: '', value: false },
        ],
      };
    default:
      return undefined;
  }
}

/** The values that the schema lists; undefined where it lists none. */
function choicesOf(schema: Json): Choice[] | undefined {
  const { enum: listed, const: only, oneOf } = schema;
  if (Array.isArray(listed)) return listed.map((value: unknown) => choice(value));
  if (only !== undefined) return [choice(only)];
  if (!Array.isArray(oneOf)) return undefined;
  const named = oneOf.flatMap((item: unknown) =>
    isRecord(item) && 'const' in item ? [choice(item['const'], textOf(item['title'], 100))] : [],
  );
  return named.length === oneOf.length ? named : undefined;
}

function choice(value: unknown, title = ''): Choice {
  const text = displayText(answerText(value), 100);
  return title === '' ? { label: text, description: '', value } : { label: title, description: text, value };
}

function textOf(value: unknown, longest: number): string {
  return typeof value === 'string' ? displayText(value, longest) : '';
}
