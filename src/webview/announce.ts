import { el } from "./dom.ts";
import { paced } from "./paced.ts";

/** Says things to screen readers, politely; of many in a short time the last one. */
export interface Announcer {
  readonly element: HTMLElement;
  say(text: string): void;
}

export function createAnnouncer(): Announcer {
  const element = el("div", { class: "unseen", role: "status", "aria-live": "polite" });
  return {
    element,
    say: paced((text) => {
      element.textContent = text;
    }),
  };
}
