/**
 * Draws, and finds the focus another place where what had it is gone afterwards: on the page itself no key would do anything, and Tab would begin
 * at the top again. A page that has not got the window's focus does not take it.
 */
export function withoutLosingFocus(draw: () => void, find: () => void): void {
  const focused = document.activeElement;
  draw();
  if (focused?.isConnected === false && document.activeElement === document.body && document.hasFocus()) find();
}
