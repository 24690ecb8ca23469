import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { emptinessOf, type Remedy, type Situation } from "./empty.ts";

/** Stands where lines would be: says why there are none, and offers what helps. */
export interface EmptyPane {
  readonly element: HTMLElement;
  /** @returns what it says, to be told; undefined: nothing, as it is not shown */
  update(situation: Situation): string | undefined;
}

export function createEmptyPane(
  texts: { readonly l10n: L10n; readonly formats: Formats },
  mend: (remedy: Remedy) => void,
): EmptyPane {
  const element = el("div", { class: "empty" });
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
      if (!cause) return undefined;
      const told = [cause.title, cause.detail, cause.also].filter(Boolean).join("\n");
      remedies = cause.remedies;
      const text = JSON.stringify({ ...cause, remedies: remedies.map(({ label }) => label) });
      if (text === shown) return told;
      shown = text;
      element.replaceChildren(
        el("strong", {}, cause.title),
        el("p", {}, cause.detail),
        ...(cause.also === undefined ? [] : [el("p", {}, cause.also)]),
        el("div", { class: "remedies" }, ...cause.remedies.map(buttonOf)),
      );
      return told;
    },
  };
}
