import { t } from '@vscode/l10n';
import { displayText } from '../../base/displayText.ts';
import type { CallToolResult } from '../../client/externalMcpClient.ts';
import { IMAGE_TYPES, type ResultBlock } from '../../messages/toolCall.ts';

/** Characters of one block that are sent to the page; the whole result opens in an editor. */
const BLOCK_LIMIT = 500_000;
/** Content blocks that are sent to the page; a remark behind them tells how many more there are. */
const MAX_BLOCKS = 200;

type Block = CallToolResult['content'][number];

/** A result as the page shows it: text stays text, pictures only of types without scripts, links only named. */
export function resultBlocks(result: CallToolResult): ResultBlock[] {
  const blocks = result.content.slice(0, MAX_BLOCKS).map(toBlock);
  if (result.structuredContent !== undefined)
    blocks.push({ type: 'other', title: t('Structured content'), json: cut(pretty(result.structuredContent)) });
  const more = result.content.length - MAX_BLOCKS;
  if (more > 0) {
    const text = t('{0} more content blocks; open the result in an editor to see them.', more);
    blocks.push({ type: 'text', text, json: false });
  }
  return blocks;
}

function toBlock(block: Block): ResultBlock {
  switch (block.type) {
    case 'text':
      return textBlock(block.text);
    case 'image':
      if (IMAGE_TYPES.includes(block.mimeType) && block.data.length <= BLOCK_LIMIT) {
        const { mimeType, data } = block;
        return { type: 'image', mimeType, data, size: Math.floor((data.length * 3) / 4) };
      }
      return { type: 'other', title: displayText(block.mimeType, 80), json: cut(pretty(block)) };
    case 'resource_link': {
      const link = { type: 'link', uri: displayText(block.uri, 2000), name: displayText(block.name, 200) } as const;
      return block.description === undefined ? link : { ...link, description: displayText(block.description, 500) };
    }
    default:
      return { type: 'other', title: displayText(block.type, 80), json: cut(pretty(block)) };
  }
}

function textBlock(text: string): ResultBlock {
  if (text.length <= BLOCK_LIMIT && /^\s*[{[]/.test(text)) {
    try {
      return { type: 'text', text: pretty(JSON.parse(text)), json: true };
    } catch {
      // It only looked like JSON.
    }
  }
  return { type: 'text', text: cut(text), json: false };
}

/** JSON over several lines. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2) ?? 'null';
}

/** The beginning of a text that is too long for the page, and how much is missing. */
export function cut(text: string): string {
  if (text.length <= BLOCK_LIMIT) return text;
  return `${text.slice(0, BLOCK_LIMIT)}\n… ${t('{0} more characters; open the result in an editor to see them.', text.length - BLOCK_LIMIT)}`;
}
