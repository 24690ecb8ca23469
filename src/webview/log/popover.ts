import { setAttribute } from "../dom.ts";

/** A panel that a button opens below itself, and that a click outside or Escape closes. */
export interface Popover {
  readonly isOpen: boolean;
  open(): void;
  close(): void;
  /** It has another size. */
  place(): void;
}

/** @param opened what is done with what is in it whenever it is opened */
export function createPopover(button: HTMLElement, panel: HTMLElement, opened: () => void): Popover {
  setAttribute(panel, "popover", "auto");
  setAttribute(panel, "role", "dialog");

  const isOpen = () => panel.matches(":popover-open");
  const place = (): void => {
    const box = button.getBoundingClientRect();
    const left = Math.max(8, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 8));
    panel.style.left = `${left}px`;
    panel.style.top = `${box.bottom + 4}px`;
    panel.style.maxHeight = `${innerHeight - box.bottom - 16}px`;
  };
  const open = (): void => {
    if (isOpen()) return;
    panel.showPopover();
    opened();
    place();
  };

  // A click outside closes the panel by itself, before the button hears of it.
  let wasOpen = false;
  button.addEventListener("pointerdown", () => {
    wasOpen = isOpen();
  });
  button.addEventListener("click", () => {
    if (!wasOpen) open();
    wasOpen = false;
  });
  return {
    get isOpen() {
      return isOpen();
    },
    open,
    close: () => panel.hidePopover(),
    place,
  };
}
