import { el, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import type { Filter } from "./state.ts";
import type { Times } from "./times.ts";

interface Parts {
  readonly l10n: L10n;
  readonly times: Times;
  readonly filter: () => Filter;
  /** Time of the newest line that is shown, in ms since the epoch; undefined: none is. */
  readonly newest: () => number | undefined;
  readonly apply: (filter: Filter) => void;
}

/** What was written up to now is no longer shown; nothing is deleted, and one key brings it back. */
export interface Clearing {
  readonly button: HTMLElement;
  /** Says since when, and offers to take it back. */
  readonly bar: HTMLElement;
  clear(): void;
  undo(): void;
  update(filter: Filter): void;
}

export function createClearing({ l10n: { t }, times, filter, newest, apply }: Parts): Clearing {
  const label = t("Clear view, delete nothing (Ctrl+L)");
  const button = el("vscode-toolbar-button", { icon: "eraser", label, title: label, "data-act": "clear" });
  const text = el("span");
  const back = el("vscode-button", { secondary: true }, t("Show them again (Ctrl+Z)"));
  const bar = el("div", { class: "full cleared", role: "status" }, text, back);
  const api: Clearing = {
    button,
    bar,
    clear: () => apply({ ...filter(), cleared: (newest() ?? Date.now()) + 1 }),
    undo() {
      if (filter().cleared !== undefined) apply({ ...filter(), cleared: undefined });
    },
    update({ cleared }) {
      bar.hidden = cleared === undefined;
      if (cleared !== undefined) setText(text, t("Lines up to {0} are cleared", times.stamp(cleared - 1)));
    },
  };
  button.addEventListener("click", api.clear);
  back.addEventListener("click", api.undo);
  return api;
}
