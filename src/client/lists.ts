import * as z from 'zod/mini';
import { withBroken } from './brokenItems.ts';

/** Pages of a list before we stop asking, and items in all; a server may go on for ever. */
const MAX_PAGES = 100;
const MAX_ITEMS = 100_000;

/** One page of a list, checked no further than that it is one. */
export const pageSchema = (key: string) =>
  z.looseObject({ [key]: z.array(z.unknown()), nextCursor: z.optional(z.nullable(z.string())) });

interface Page<T> {
  items: readonly T[];
  nextCursor: string | undefined;
}

/** What a checked page holds; the items are as the server wrote them. */
export function readPage<T>(page: Readonly<Record<string, unknown>>, key: string): Page<T> {
  const { [key]: items, nextCursor, _meta: meta } = page;
  return {
    // Broken ones are there too; whoever shows them says what is wrong.
    items: withBroken(items as unknown[], meta) as T[],
    nextCursor: typeof nextCursor === 'string' ? nextCursor : undefined,
  };
}

/**
 * All items of a list, page by page; a repeated cursor or the hundredth page ends it.
 * @param fetchPage asks for one page; without a cursor for the first
 * @param onCut called when there is more than we ask for
 */
export async function allPages<T>(
  fetchPage: (cursor: string | undefined) => Promise<Page<T>>,
  onCut: (pages: number) => void,
): Promise<T[]> {
  const all: T[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  let pages = 0;
  while (pages < MAX_PAGES && all.length < MAX_ITEMS) {
    const { items, nextCursor } = await fetchPage(cursor);
    pages += 1;
    // Not `push(...)`: a page may hold more items than a call takes arguments.
    for (const item of items) all.push(item);
    if (nextCursor === undefined || seen.has(nextCursor)) return all;
    seen.add(nextCursor);
    cursor = nextCursor;
  }
  onCut(pages);
  return all;
}
