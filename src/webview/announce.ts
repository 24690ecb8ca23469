import { el } from "./dom.ts";

/** A wait between two announcements, in ms: a key held down must not make a screen reader stammer. */
const PAUSE = 600;

/** Says things to screen readers, politely; of many in a short time the last one. */
export interface Announcer {
  readonly element: HTMLElement;
  say(text: string): void;
}

export function createAnnouncer(): Announcer {
  const element = el("div", { class: "unseen", role: "status", "aria-live": "polite" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = "";
  return {
    element,
    say(text) {
      next = text;
      if (timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        element.textContent = next;
      }, PAUSE);
    },
  };
}
