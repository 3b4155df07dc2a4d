import type { MethodStatistics } from '../../messages/inspector.ts';

export type StatisticsColumn = keyof MethodStatistics;

export interface StatisticsOrder {
  column: StatisticsColumn;
  descending: boolean;
}

/** The rows in an order; what has no value comes last, equals stay as they came. */
export function orderStatistics(
  methods: readonly MethodStatistics[],
  { column, descending }: StatisticsOrder,
): readonly MethodStatistics[] {
  const sign = descending ? -1 : 1;
  return methods.toSorted((left, right) => {
    const [a, b] = [left[column], right[column]];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    if (typeof a === 'string' || typeof b === 'string') return sign * String(a).localeCompare(String(b));
    return sign * (a - b);
  });
}

/** What a click on a head makes of the order: names begin with the first, numbers with the largest. */
export function nextOrder(order: StatisticsOrder, column: StatisticsColumn): StatisticsOrder {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column !== 'server' && column !== 'method' };
}
