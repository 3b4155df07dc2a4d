import type { ListFilter } from './trafficList.ts';

/** What of a filter is changed; a member that is `undefined` is taken away. */
export type FilterChange = { [Member in keyof ListFilter]?: ListFilter[Member] | undefined };

/** A filter with a change: a member that is taken away is not there at all, as the host's check wants it. */
export function changedFilter(filter: ListFilter, change: FilterChange): ListFilter {
  const { text, heads, health, server, sort, from, to } = { ...filter, ...change };
  return {
    text: text ?? '',
    heads: heads ?? false,
    health: health ?? false,
    ...(server === undefined ? {} : { server }),
    ...(sort === undefined ? {} : { sort }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
