/** Which of `count` things in a row a key goes to from `current`; nothing when the key is not for that. `page` is what Page Up and Down skip. */
export function nextIndex(
  key: string,
  current: number,
  count: number,
  direction: 'horizontal' | 'vertical',
  page = 0,
): number | undefined {
  const wanted = target(key, current, count, direction, page);
  return wanted === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, wanted));
}

function target(
  key: string,
  current: number,
  count: number,
  direction: 'horizontal' | 'vertical',
  page: number,
): number | undefined {
  switch (key) {
    case direction === 'vertical' ? 'ArrowDown' : 'ArrowRight':
      return current + 1;
    case direction === 'vertical' ? 'ArrowUp' : 'ArrowLeft':
      return current - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'PageDown':
      return page === 0 ? undefined : current + page;
    case 'PageUp':
      return page === 0 ? undefined : current - page;
    default:
      return undefined;
  }
}
