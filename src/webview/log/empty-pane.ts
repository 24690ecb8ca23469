import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { emptinessOf, type Remedy, type Situation } from "./empty.ts";

/** Stands where lines would be: says why there are none, and offers what helps. */
export interface EmptyPane {
  readonly element: HTMLElement;
  update(situation: Situation): void;
}

export function createEmptyPane(
  texts: { readonly l10n: L10n; readonly formats: Formats },
  mend: (remedy: Remedy) => void,
): EmptyPane {
  const element = el("div", { class: "empty", role: "status" });
  let shown = "";
  /** What the buttons do now: another thing for another search, by the same words. */
  let remedies: readonly Remedy[] = [];

  const buttonOf = ({ label }: Remedy, i: number): HTMLElement => {
    const button = el("vscode-button", { secondary: i > 0 }, label);
    button.addEventListener("click", () => {
      const remedy = remedies[i];
      if (remedy) mend(remedy);
    });
    return button;
  };

  return {
    element,
    update(situation) {
      const cause = emptinessOf(situation, texts);
      element.hidden = !cause;
      // It stays while it is hidden: the same written anew would be read out anew, as with each key of a query.
      if (!cause) return;
      remedies = cause.remedies;
      const text = JSON.stringify({ ...cause, remedies: remedies.map(({ label }) => label) });
      if (text === shown) return;
      shown = text;
      element.replaceChildren(
        el("strong", {}, cause.title),
        el("p", {}, cause.detail),
        ...(cause.also === undefined ? [] : [el("p", {}, cause.also)]),
        el("div", { class: "remedies" }, ...cause.remedies.map(buttonOf)),
      );
    },
  };
}
