import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import type { Tool } from '../client/externalMcpClient.ts';
import { schemaSentences } from '../traffic/specification/schemaCheck.ts';

/** Problems named in one message. */
const SHOWN_PROBLEMS = 3;

/**
 * Checks arguments against the tool's own schema before anything is sent. Throws `validation` naming the places.
 * References to other documents are not fetched; a schema that cannot be used, or not in
 * time, checks nothing, since the server will check for itself.
 */
export function checkArguments(server: string, tool: Tool, args: Readonly<Record<string, unknown>>): void {
  const problems = schemaProblems(tool.inputSchema, args);
  if (problems.length === 0) return;
  throw new ExternalMcpError(
    'validation',
    t(
      'The arguments do not fit “{0}” of “{1}”: {2}. Change them and call again.',
      tool.name,
      server,
      problems.map((problem) => problem.replace(/\.$/, '')).join('; '),
    ),
    { server },
  );
}

/** What is wrong with a value, at most three sentences that name the places; empty where the schema cannot be used. */
export function schemaProblems(schema: object, value: unknown): string[] {
  try {
    return schemaSentences(schema, value, SHOWN_PROBLEMS);
  } catch {
    return [];
  }
}
