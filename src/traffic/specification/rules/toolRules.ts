import { t } from '@vscode/l10n';
import type { ToolSchemas } from '../toolBook.ts';
import { clip, has, type JsonObject } from '../json.ts';
import { schemaProblem } from '../schemaCheck.ts';
import type { Rule, Violation } from '../rule.ts';
import type { Subject } from '../subject.ts';

const TOOLS = 'MCP 2025-11-25, Tools';

/** Calls of tools, against what the tools say of themselves. */
export const toolRules: readonly Rule[] = [
  {
    id: 'tools.arguments',
    // The server has to refuse them, so it is no breach to send them.
    severity: 'warning',
    section: `${TOOLS}, Calling Tools`,
    on: 'message',
    message: (tool = '', place = '', keyword = '') =>
      t('The arguments do not fit the “inputSchema” of “{0}” at {1} ({2}).', tool, place, keyword),
    check: ({ rpc, conversation, message }) => {
      const name = rpc?.params?.['name'];
      if (rpc?.kind !== 'request' || rpc.method !== 'tools/call' || message.direction !== 'sent') return false;
      if (typeof name !== 'string') return false;
      return against(conversation.tools.get(name), 'inputSchema', rpc.params?.['arguments'] ?? {}, name);
    },
  },
  {
    id: 'tools.structuredContent',
    severity: 'error',
    section: `${TOOLS}, Output Schema`,
    revisions: { from: '2025-06-18' },
    on: 'message',
    message: (tool = '', place = '', keyword = '') =>
      t('The “structuredContent” does not fit the “outputSchema” of “{0}” at {1} ({2}).', tool, place, keyword),
    check: (subject) => {
      const result = resultOfCall(subject);
      const name = subject.request?.tool ?? '';
      // What a failure has to say need not fit.
      if (!has(result, 'structuredContent') || result?.['isError'] === true) return false;
      return against(subject.conversation.tools.get(name), 'outputSchema', result?.['structuredContent'], name);
    },
  },
  {
    id: 'tools.noStructuredContent',
    severity: 'error',
    section: `${TOOLS}, Output Schema`,
    revisions: { from: '2025-06-18' },
    on: 'message',
    message: (tool = '') => t('“{0}” has an “outputSchema”, but its result has no “structuredContent”.', tool),
    check: (subject) => {
      const result = resultOfCall(subject);
      const name = subject.request?.tool ?? '';
      if (result === undefined || result['isError'] === true || has(result, 'structuredContent')) return false;
      return subject.conversation.tools.get(name)?.outputSchema !== undefined && [clip(name)];
    },
  },
  {
    id: 'tools.content',
    severity: 'warning',
    section: 'MCP 2025-11-25, Schema Reference, CallToolResult',
    on: 'message',
    message: () => t('The result of a call must have “content”, be it an empty list.'),
    check: (subject) => {
      const result = resultOfCall(subject);
      return result !== undefined && !has(result, 'content');
    },
  },
];

/** A complete result: neither a task nor a question. */
function resultOfCall({ rpc, request }: Subject): JsonObject | undefined {
  const result = request?.method === 'tools/call' ? rpc?.result : undefined;
  if (result === undefined || has(result, 'task')) return undefined;
  return (result['resultType'] ?? 'complete') === 'complete' ? result : undefined;
}

function against(
  schemas: ToolSchemas | undefined,
  which: 'inputSchema' | 'outputSchema',
  value: unknown,
  tool: string,
): Violation {
  const schema = schemas?.[which];
  if (schemas === undefined || schema === undefined) return false;
  try {
    const problem = schemaProblem(schema, value);
    return problem !== undefined && [clip(tool), problem.pointer, problem.keyword];
  } catch {
    // It cannot be used, or takes too long: once is enough.
    delete schemas[which];
    return false;
  }
}
