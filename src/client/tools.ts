import { t } from '@vscode/l10n';
import { specTypeSchemas, type Tool } from '@modelcontextprotocol/client';
import { paramHeaderProblem } from './paramHeaders.ts';
import { type Mask, maskedStart, quote } from './quote.ts';

/** A tool as its server lists it. */
export type ListedTool = Tool & {
  /** What is wrong with its definition; such a tool cannot be called. */
  problem?: string;
};

/** Characters of a name that a broken tool is shown with, and of what is wrong with it. */
const SHOWN_LENGTH = 200;

/**
 * Checks each tool by itself, so that a broken one spoils no other.
 * @param needsHeaders the server wants arguments repeated in headers, as the stateless era does
 */
export function checkTools(items: readonly unknown[], needsHeaders: boolean, mask: Mask): ListedTool[] {
  return items.map((item, index) => {
    const outcome = specTypeSchemas.Tool['~standard'].validate(item);
    if (outcome instanceof Promise || outcome.issues !== undefined) {
      return brokenTool(item, index, issueText(outcome, mask), mask);
    }
    const problem = needsHeaders ? paramHeaderProblem(outcome.value.inputSchema) : undefined;
    return problem === undefined ? outcome.value : { ...outcome.value, problem };
  });
}

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

function issueText(outcome: object, mask: Mask): string {
  const [issue] = 'issues' in outcome ? (outcome.issues as readonly Issue[]) : [];
  if (issue === undefined) return t('its definition breaks the protocol');
  const where = (issue.path ?? []).map((key) =>
    String(typeof key === 'object' && key !== null && 'key' in key ? key.key : key),
  );
  return quote(where.length === 0 ? issue.message : `${where.join('.')}: ${issue.message}`, SHOWN_LENGTH, mask);
}

function brokenTool(item: unknown, index: number, problem: string, mask: Mask): ListedTool {
  const name =
    typeof item === 'object' && item !== null && 'name' in item && typeof item.name === 'string' ? item.name : '';
  return {
    name: name === '' ? t('tool {0}', index + 1) : maskedStart(name, SHOWN_LENGTH, mask),
    inputSchema: { type: 'object' },
    problem,
  };
}
