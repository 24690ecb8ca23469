/**
 * Draws, and gives the focus to something else where what had it is gone or hidden since: on nothing, no key of the
 * page would do anything.
 * @param take gives it there
 */
export function keepFocus(draw: () => void, take: () => void): void {
  const held = document.activeElement;
  draw();
  if (!held || held === document.body || !document.hasFocus()) return;
  const now = document.activeElement;
  // What is hidden has the focus until the page is painted.
  const lost = now === held ? !held.checkVisibility({ visibilityProperty: true }) : now === document.body;
  if (lost) take();
}
