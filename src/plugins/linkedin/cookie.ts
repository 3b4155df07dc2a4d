/** Characters of the shortest `li_at` cookie seen; one that is shorter was most likely not copied in full. */
export const SHORTEST_COOKIE = 110;

/** The value alone, whatever was pasted: `li_at=…`, a line of cookies, quotes, spaces and line breaks around and in it. */
export function normalizeCookie(pasted: string): string {
  const named = /(?:^|[^\w-])li_at["'\s]*[=:]([^;]*)/i.exec(pasted);
  const [value = ''] = (named?.[1] ?? pasted).split(';');
  return value.replace(/[\s"'`\u2018\u2019\u201c\u201d\u200b\ufeff]/g, '');
}
