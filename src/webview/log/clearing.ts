import type { Mark } from "../../lib/instant.ts";
import { el, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { type Filter, latestOf } from "./state.ts";
import type { Times } from "./times.ts";

interface Parts {
  readonly l10n: L10n;
  readonly times: Times;
  readonly filter: () => Filter;
  /** Time of the newest line that is shown, in ms since the epoch; undefined: none is. */
  readonly newest: () => number | undefined;
  /** Up to where the store is shown, if that is known. */
  readonly mark: () => Promise<Mark | undefined>;
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

export function createClearing({ l10n: { t }, times, filter, newest, mark, apply }: Parts): Clearing {
  const label = t("Clear view, delete nothing (Ctrl+L)");
  const button = el("vscode-toolbar-button", { icon: "eraser", label, title: label, "data-act": "clear" });
  const text = el("span");
  const back = el("vscode-button", { secondary: true }, t("Show them again (Ctrl+Z)"));
  const bar = el("div", { class: "full cleared", role: "status" }, text, back);
  const api: Clearing = {
    button,
    bar,
    clear() {
      const now = Date.now();
      const at = latestOf(newest() ?? now, now) + 1;
      void mark().then((mark) => apply({ ...filter(), cleared: { at, mark } }));
    },
    undo() {
      if (filter().cleared !== undefined) apply({ ...filter(), cleared: undefined });
    },
    update({ cleared }) {
      bar.hidden = cleared === undefined;
      if (cleared !== undefined) setText(text, t("Lines up to {0} are cleared", times.stamp(cleared.at - 1)));
    },
  };
  button.addEventListener("click", api.clear);
  back.addEventListener("click", api.undo);
  return api;
}
