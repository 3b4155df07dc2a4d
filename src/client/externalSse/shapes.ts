import { isRecord } from '../../base/isRecord.ts';

/** The revision that servers without a version of their own count as: the one that the dialect grew up beside. */
const OLDEST_VERSION = '2024-11-05';
/** Kinds of content that MCP knows; an object with another `type` is a tool's own data. */
const BLOCK_TYPES = new Set<unknown>(['text', 'image', 'audio', 'resource', 'resource_link']);

type Result = Record<string, unknown>;

/** MCP's result of `initialize`, completed where the server said less. */
export function initializeResult(said: unknown, serverInfo: Result): Result {
  const given = isRecord(said) ? said : {};
  return {
    ...given,
    protocolVersion: typeof given['protocolVersion'] === 'string' ? given['protocolVersion'] : OLDEST_VERSION,
    capabilities: isRecord(given['capabilities']) ? given['capabilities'] : { tools: {} },
    serverInfo,
  };
}

/** MCP's result of `tools/list`: some servers answer with the tools alone, and call a tool's schema `input_schema`. */
export function listResult(said: unknown): Result {
  if (Array.isArray(said)) return { tools: said.map(toTool) };
  if (!isRecord(said)) return { tools: said };
  return Array.isArray(said['tools']) ? { ...said, tools: said['tools'].map(toTool) } : said;
}

/** MCP's result of `tools/call`: some servers answer with the content alone, or with the tool's own data. */
export function callResult(said: unknown): Result {
  if (Array.isArray(said) && said.every(isBlock)) return { content: said };
  if (isBlock(said)) return { content: [said] };
  if (isRecord(said)) {
    const { content } = said;
    if (Array.isArray(content) || 'structuredContent' in said) return said;
    if (typeof content === 'string' || isBlock(content)) return { ...said, content: callResult(content)['content'] };
  }
  return { content: [{ type: 'text', text: typeof said === 'string' ? said : JSON.stringify(said) }] };
}

function toTool(said: unknown): unknown {
  if (!isRecord(said)) return said;
  const { input_schema: snakeCase, ...tool } = said;
  const schema = tool['inputSchema'] ?? snakeCase ?? {};
  return { ...tool, inputSchema: isRecord(schema) ? { type: 'object', ...schema } : schema };
}

function isBlock(value: unknown): boolean {
  return isRecord(value) && BLOCK_TYPES.has(value['type']);
}
