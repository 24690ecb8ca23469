import type { Cause, Remedy } from "./cause.ts";
import { el, icon } from "./dom.ts";

const ICONS: Record<Cause["kind"], string> = { error: "error", warning: "warning", info: "info" };

/** The strip that says why nothing is seen, with the buttons that help. */
export interface Notice {
  readonly element: HTMLElement;
  update(cause: Cause | undefined): void;
}

export function createNotice(apply: (remedy: Remedy) => void): Notice {
  // Always in the page: a live region that comes with its text is not read out.
  const element = el("div", { class: "notices", role: "status" });
  let shown = "";
  return {
    element,
    update(cause) {
      const next = JSON.stringify(cause ?? null);
      if (next === shown) return;
      shown = next;
      if (!cause) {
        element.replaceChildren();
        return;
      }
      const buttons = cause.remedies.map((remedy, i) => {
        const button = el("vscode-button", { secondary: i > 0 }, remedy.label);
        button.addEventListener("click", () => apply(remedy));
        return button;
      });
      element.replaceChildren(
        el(
          "div",
          { class: `notice ${cause.alone ? "alone" : ""}`, "data-kind": cause.kind },
          !cause.alone && icon(ICONS[cause.kind]),
          el("div", { class: "words" }, el("strong", {}, cause.title), el("p", {}, cause.detail)),
          el("div", { class: "remedies" }, ...buttons),
        ),
      );
    },
  };
}
