import { RAW_LIMIT } from '../../../messages/inspector.ts';
import { isJson } from '../../shared/jsonScan.ts';
import { type JsonRow, type JsonTree, SHORT_STRING } from '../../shared/jsonTree.ts';
import { decodeBase64, type MediaType, mediaTypeOf } from './mediaType.ts';

/** What is worth showing apart from the tree: a text that a line of the tree cannot show well, or bytes. */
export type Preview =
  | { kind: 'text'; text: string; isMarkdown: boolean; isJson: boolean }
  | { kind: 'bytes'; bytes: Uint8Array<ArrayBuffer>; type: MediaType | undefined; claimed: string | undefined };

/** Shorter texts that are base64 by chance are words. */
const LEAST_BASE64 = 24;
/** Base64 in lines of one length, as mail has it. */
const WRAPPED = /^(?:[\w+/-]{60,80}\r?\n)+[\w+/-]*={0,2}\s*$/;
/** Bytes of an image or sound that are handed to the browser. */
export const MEDIA_LIMIT = 2_000_000;

/** Looks at the value of a row: a content block of MCP is what is in it. Nothing where the tree shows all there is. */
export function previewOf(tree: JsonTree, row: JsonRow): Preview | undefined {
  if (row.kind === 'string') return textPreview(tree.string(row.at) ?? '', undefined, false);
  if (row.kind !== 'object' || row.slice !== undefined) return undefined;
  return blockPreview(tree, row.at) ?? embeddedPreview(tree, row.at);
}

function embeddedPreview(tree: JsonTree, at: number): Preview | undefined {
  const embedded = tree.member(at, 'resource') ?? tree.member(at, 'content');
  return embedded === undefined ? undefined : blockPreview(tree, embedded);
}

function blockPreview(tree: JsonTree, at: number): Preview | undefined {
  const read = (key: string): string | undefined => {
    const member = tree.member(at, key);
    return member === undefined ? undefined : tree.string(member);
  };
  const mimeType = read('mimeType');
  const type = read('type');
  const encoded = type === 'image' || type === 'audio' ? read('data') : read('blob');
  if (encoded !== undefined) return textPreview(encoded, mimeType, true);
  const text = type === 'text' || read('uri') !== undefined ? read('text') : undefined;
  return text === undefined ? undefined : textPreview(text, mimeType, true);
}

function textPreview(text: string, mimeType: string | undefined, isBlock: boolean): Preview | undefined {
  const encoded = WRAPPED.test(text) ? text.replace(/\s+/g, '') : text;
  const bytes = isBase64Like(encoded) ? decodeBase64(encoded) : undefined;
  const type = bytes === undefined ? undefined : mediaTypeOf(bytes);
  // A long hash or token is base64 as well: without a known beginning, only a block says that it is meant so.
  const isMeant = type !== undefined || text.startsWith('data:') || (isBlock && mimeType?.startsWith('text/') !== true);
  if (bytes !== undefined && isMeant) return { kind: 'bytes', bytes, type, claimed: mimeType };
  if (!isBlock && text.length <= SHORT_STRING && !text.includes('\n')) return undefined;
  const isMarkdown = mimeType === 'text/markdown' || looksLikeMarkdown(text);
  // To indent a longer one takes half a second.
  const mayBeJson = text.length <= RAW_LIMIT && /^\s*[[{]/.test(text);
  return { kind: 'text', text, isMarkdown, isJson: mayBeJson && isJson(text) };
}

function isBase64Like(text: string): boolean {
  return text.length >= LEAST_BASE64 && !/[\s"{]/.test(text.slice(0, 200));
}

/** A heading, a list, a fence or a link near the beginning. */
function looksLikeMarkdown(text: string): boolean {
  return /^(?:#{1,6} \S|[-*] \S|\d{1,3}\. \S|```)|\*\*[^*\n]{1,200}\*\*|\]\([^)\n]{1,200}\)/m.test(text.slice(0, 5000));
}
