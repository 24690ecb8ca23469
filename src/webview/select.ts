import { el, setAttribute } from "./dom.ts";
import type { Choice } from "./plot.ts";

/** A drop-down that is there only when there is something to choose. */
export interface Select {
  readonly element: HTMLElement;
  update(choice: Choice | undefined): void;
}

export function createSelect(choose: (value: string) => void): Select {
  const element = el("vscode-single-select", {});
  // The arrow is a picture without a name: screen readers would tell of it.
  element.updateComplete.then(() => {
    for (const arrow of element.shadowRoot?.querySelectorAll("svg") ?? [])
      setAttribute(arrow, "aria-hidden", "true");
  });
  let shown = "";
  element.addEventListener("change", () => choose(element.value));
  return {
    element,
    update(choice) {
      element.hidden = !choice || choice.options.length < 2;
      if (!choice || element.hidden) return;
      setAttribute(element, "label", choice.label);
      const options = JSON.stringify(choice.options.map(({ value, label }) => [value, label]));
      // Rebuilding the options closes the list under the reader's hand.
      if (options !== shown) {
        shown = options;
        element.replaceChildren(
          ...choice.options.map(({ value, label }) =>
            el("vscode-option", { value, selected: value === choice.chosen }, label),
          ),
        );
      }
      if (element.value !== choice.chosen) element.value = choice.chosen;
    },
  };
}
