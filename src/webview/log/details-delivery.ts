import { sinkText } from "../../protocol/fate.ts";
import type { Fate } from "../../protocol/log-details.ts";
import { el, icon } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { visible } from "./visible.ts";

const SIGNS: Record<Fate["state"], string> = {
  waiting: "clock",
  paused: "debug-pause",
  consent: "lock",
  delivered: "pass",
  leftOut: "circle-slash",
  dead: "error",
  resending: "sync",
  damaged: "warning",
  unsure: "question",
  earlier: "history",
  notRouted: "circle-slash",
};

/** What may be otherwise a moment later. */
export function mayChange(fates: readonly Fate[]): boolean {
  return fates.some(
    ({ state }) => state === "waiting" || state === "paused" || state === "consent" || state === "resending",
  );
}

/** What became of a record at each sink. */
export function deliveryOf(fates: readonly Fate[], { t }: L10n): readonly Node[] {
  if (fates.length === 0)
    return [el("p", {}, t("There is no sink: the record is in the store of the log view alone."))];
  const words = (message: string, ...args: (string | number)[]) => t(message, ...args);
  return [
    el(
      "ul",
      { class: "fates", "aria-label": t("Delivery") },
      ...fates.map((fate) =>
        el(
          "li",
          { "data-state": fate.state },
          icon(SIGNS[fate.state]),
          el("strong", {}, visible(fate.sink)),
          el("span", {}, visible(sinkText(fate, words))),
        ),
      ),
    ),
  ];
}
