import { momentIn, wallText } from "../../lib/zones.ts";
import { el } from "../dom.ts";
import { createEdges } from "../edges.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createSelect } from "../select.ts";
import type { Range } from "./state.ts";
import type { Times } from "./times.ts";

const LAST = [300, 900, 3_600, 21_600, 86_400];
const WEEK = 604_800;

export interface RangePicker {
  readonly element: HTMLElement;
  update(range: Range): void;
}

/** Which time is shown: all, the last minutes or hours, or from one moment to another. */
export function createRangePicker(
  { t }: L10n,
  formats: Pick<Formats, "range">,
  times: Pick<Times, "zone">,
  choose: (range: Range) => void,
): RangePicker {
  const select = createSelect((value) => {
    if (value === "all") choose({ kind: "all" });
    else if (value !== "between") choose({ kind: "last", seconds: Number(value) });
    else {
      const until = Date.now();
      choose(between ?? { kind: "between", since: until - 3_600_000, until });
    }
  });
  const edges = createEdges({
    t,
    show: (ms) => wallText(ms, times.zone),
    read: (text) => momentIn(text, times.zone),
    choose: (bounds) => choose({ kind: "between", ...bounds }),
  });
  const element = el("div", { class: "range" }, select.element, edges.element);
  let between: Extract<Range, { kind: "between" }> | undefined;

  return {
    element,
    update(range) {
      if (range.kind === "between") between = range;
      select.update({
        label: t("Time range"),
        chosen: range.kind === "last" ? String(range.seconds) : range.kind,
        options: [
          { value: "all", label: t("All time") },
          ...lastOf(range).map((seconds) => ({
            value: String(seconds),
            label: t("Last {0}", formats.range(seconds)),
          })),
          { value: "between", label: t("From … until …") },
        ],
      });
      edges.update(range.kind === "between" ? range : undefined);
    },
  };
}

/** The ones to choose from, with the one that is chosen, which a saved search may have of its own. */
function lastOf(range: Range): readonly number[] {
  const all = new Set([...LAST, WEEK]);
  if (range.kind === "last") all.add(range.seconds);
  return [...all].sort((a, b) => a - b);
}
