import { type Schema, Validator } from '@cfworker/json-schema';
import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { Tool } from '../client/externalMcpClient.ts';
import { boundedRun } from './boundedRun.ts';

/** Problems named in one message. */
const SHOWN_PROBLEMS = 3;
/** Milliseconds for one check; ordinary schemas take well under one. */
const CHECK_MS = 250;

/**
 * Checks arguments against the tool's own schema before anything is sent. Throws `validation` naming the places.
 * References to other documents are not fetched; a schema that cannot be used, or not in
 * time, checks nothing, since the server will check for itself.
 */
export function checkArguments(server: string, tool: Tool, args: Readonly<Record<string, unknown>>): void {
  const problems = findProblems(tool, args);
  if (problems.length === 0) return;
  throw new ExternalMcpError(
    'validation',
    t(
      'The arguments do not fit “{0}” of “{1}”: {2}. Change them and call again.',
      tool.name,
      server,
      problems.join('; '),
    ),
    { server },
  );
}

function findProblems(tool: Tool, args: Readonly<Record<string, unknown>>): string[] {
  try {
    // cast: a schema from a server has whatever shape it has; the validator copes or throws
    const schema = tool.inputSchema as Schema;
    const { errors } = boundedRun(CHECK_MS, () => new Validator(schema, '2020-12', false).validate(args));
    // Parents only repeat that something below them failed; "false" repeats additionalProperties in other words.
    const leaves = errors.filter(
      (error) => error.keyword !== 'false' && !errors.some((other) => other !== error && isBelow(other, error)),
    );
    return leaves.slice(0, SHOWN_PROBLEMS).map((error) => {
      const place = error.instanceLocation.replace(/^#\/?/, '');
      return place === '' ? error.error : `${place}: ${error.error}`;
    });
  } catch {
    return [];
  }
}

function isBelow(candidate: { keywordLocation: string }, parent: { keywordLocation: string }): boolean {
  return candidate.keywordLocation.startsWith(`${parent.keywordLocation}/`);
}
