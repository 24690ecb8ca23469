import { el, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { parseMoment, type Reference } from "./moments.ts";
import { createPopover } from "./popover.ts";
import type { Times } from "./times.ts";

interface Parts {
  readonly l10n: L10n;
  readonly times: Times;
  readonly reference: () => Reference;
  readonly go: (at: number) => void;
}

/** A time is written, and the line at it is shown. */
export interface GoTo {
  readonly button: HTMLElement;
  readonly panel: HTMLElement;
  open(): void;
}

export function createGoTo({ l10n: { t }, times, reference, go }: Parts): GoTo {
  const title = t("Go to time… (Ctrl+G)");
  const button = el("vscode-toolbar-button", { icon: "watch", label: title, title, "data-act": "goto" });
  const input = el("input", {
    type: "text",
    class: "search",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "14:32",
    "aria-label": t("Time to go to"),
    "aria-describedby": "go-to-meant",
  });
  const meant = el("p", { class: "hint", id: "go-to-meant", role: "status" });
  const examples = el(
    "p",
    { class: "hint" },
    t(
      "14:32 on the day of the line, -5m or +1h from it, 2026-03-04 14:32, with a zone, or seconds since 1970",
    ),
  );
  const panel = el(
    "div",
    { class: "options", "aria-label": title },
    el("section", {}, input, meant, examples),
  );
  const moment = () => parseMoment(input.value, reference());
  const draw = (): void => {
    const at = moment();
    const written = input.value.trim() !== "";
    input.setAttribute("aria-invalid", String(written && at === undefined));
    setText(meant, at !== undefined ? times.full(at, 0) : written ? t("This is no time") : "");
  };
  const popover = createPopover(button, panel, () => {
    input.select();
    input.focus();
    draw();
  });
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const at = moment();
    if (at === undefined) return;
    popover.close();
    go(at);
  });
  return { button, panel, open: popover.open };
}
