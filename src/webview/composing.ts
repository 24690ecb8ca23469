/** What browsers call a key that an input method has taken for itself. */
const TAKEN = 229;

/**
 * Keeps keys of an input method from a page: Enter that commits what is being written, Escape that gives it up and
 * arrows that choose a word are no keys of the page, also where they come under their names.
 */
export function ignoreComposing(page: Pick<EventTarget, "addEventListener">): void {
  page.addEventListener(
    "keydown",
    (event) => {
      const { isComposing, keyCode } = event as Event & { isComposing?: boolean; keyCode?: number };
      if (isComposing || keyCode === TAKEN) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
