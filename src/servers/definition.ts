import { t } from '@vscode/l10n';
import * as z from 'zod/mini';
import { ExternalMcpError } from '../base/errors.ts';

const text = z.string().check(z.minLength(1));
const variables = z.record(z.string(), z.string());
const positive = z.number().check(z.positive());
const count = (least: number) => z.int().check(z.minimum(least));

/** The keys of one entry of `externalMcp.servers`; the table in the README says what each means. */
const definitionSchema = z.strictObject({
  command: z.optional(text),
  args: z.optional(z.array(z.string())),
  cwd: z.optional(text),
  env: z.optional(variables),
  /** The spelling of the pattern's own documentation. */
  environment: z.optional(variables),
  envFile: z.optional(text),
  inheritEnv: z.optional(z.array(text)),
  serverPath: z.optional(text),
  port: z.optional(z.union([z.literal('auto'), z.int().check(z.minimum(1), z.maximum(65_535))])),
  url: z.optional(text),
  transport: z.optional(z.enum(['auto', 'streamable-http', 'sse', 'external-sse', 'stdio'])),
  headers: z.optional(variables),
  startupTimeout: z.optional(positive),
  timeout: z.optional(positive),
  maxRetries: z.optional(count(0)),
  maxMessageMb: z.optional(positive.check(z.maximum(1024))),
  restart: z.optional(z.enum(['always', 'on-failure', 'never'])),
  restartOnEdit: z.optional(z.boolean()),
  health: z.optional(
    z.strictObject({
      intervalSeconds: z.optional(positive),
      failureThreshold: z.optional(count(1)),
      path: z.optional(z.string()),
    }),
  ),
  memoryLimitMb: z.optional(positive),
  autoStart: z.optional(z.enum(['never', 'onOpen', 'restore'])),
  disabled: z.optional(z.boolean()),
});

/** A definition as written, checked for its shape; variables are not resolved yet. */
export type ServerDefinition = z.infer<typeof definitionSchema>;

/** Names of all keys, for the test that compares them with package.json and the README. */
export const definitionKeys: readonly string[] = Object.keys(definitionSchema.shape);

/** Checks what somebody wrote. Throws `config` that names each key that is wrong and what belongs there. */
export function parseDefinition(name: string, raw: unknown): ServerDefinition {
  const parsed = definitionSchema.safeParse(raw);
  if (!parsed.success) throw configError(name, describeIssues(parsed.error.issues));
  const definition = parsed.data;
  const conflict = findConflict(definition);
  if (conflict !== undefined) throw configError(name, conflict);
  return definition;
}

/** A definition that cannot be used; `problem` is a sentence that names the key. */
export function configError(name: string, problem: string): ExternalMcpError {
  return new ExternalMcpError('config', t('The definition of “{0}” cannot be used: {1}', name, problem), {
    server: name,
    reason: problem,
  });
}

/** At most three problems, each with its key: a definition that is wrong all over need not be read out in full. */
function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => {
      if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys);
      const key = issue.path.join('.');
      return key === '' ? describeIssue(issue) : `"${key}": ${describeIssue(issue)}`;
    })
    .join('; ');
}

/** In words of our own: the library's are English only, and its locales weigh more than the rest of it. */
function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return t('expected {0}', issue.expected);
    case 'invalid_value':
      return t('expected one of {0}', issue.values.map(String).join(', '));
    case 'invalid_union':
      return issue.errors.flatMap(([first]) => (first === undefined ? [] : [describeIssue(first)])).join(t(', or '));
    case 'too_small':
      return issue.origin === 'string' ? t('must not be empty') : t('is too small (from {0})', String(issue.minimum));
    case 'too_big':
      return t('is too large (up to {0})', String(issue.maximum));
    default:
      return t('is not valid');
  }
}

function unknownKeys(keys: readonly string[]): string {
  return keys
    .slice(0, 3)
    .map((key) => {
      const similar = closest(key, definitionKeys);
      return similar === undefined
        ? t('"{0}" is not a key of a server', key)
        : t('"{0}" is not a key of a server; did you mean "{1}"?', key, similar);
    })
    .join('; ');
}

function findConflict(definition: ServerDefinition): string | undefined {
  const starts = definition.command !== undefined || definition.serverPath !== undefined;
  if (!starts && definition.url === undefined) {
    return t('it needs "command" (or "serverPath") to start a server, or "url" to attach to one');
  }
  if (definition.command !== undefined && definition.serverPath !== undefined) {
    return t('"command" and "serverPath" exclude each other');
  }
  if (definition.env !== undefined && definition.environment !== undefined) {
    return t('"env" and "environment" mean the same; keep one');
  }
  if (!starts && definition.port !== undefined)
    return t('"port" belongs to servers that are started; put it into "url"');
  if (definition.transport === 'stdio') {
    if (!starts) return t('"transport": "stdio" needs a "command"');
    if (definition.port !== undefined) return t('"port" has no use with "transport": "stdio"; remove one of them');
    if (definition.url !== undefined) return t('"url" has no use with "transport": "stdio"; remove one of them');
  }
  return undefined;
}

/** The candidate that differs from `word` in at most two letters, if there is one; case does not count. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= 2 ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
