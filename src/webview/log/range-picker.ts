import { el } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { rangeName } from "../ranges.ts";
import { createSelect } from "../select.ts";
import type { Range } from "./state.ts";
import type { Times } from "./times.ts";
import { momentIn, wallText } from "./zones.ts";

const LAST = [300, 900, 3_600, 21_600, 86_400];
const DAY = 86_400;
const WEEK = 604_800;

export interface RangePicker {
  readonly element: HTMLElement;
  update(range: Range): void;
}

/** Which time is shown: all, the last minutes or hours, or from one moment to another. */
export function createRangePicker(
  { t }: L10n,
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
  const moment = (label: string) => el("input", { type: "datetime-local", step: "1", "aria-label": label });
  const [since, until] = [moment(t("From")), moment(t("Until"))];
  const custom = el("span", { class: "between" }, since, "–", until);
  const element = el("div", { class: "range" }, select.element, custom);
  let between: Extract<Range, { kind: "between" }> | undefined;

  const take = (): void => {
    const [from, end] = [momentIn(since.value, times.zone), momentIn(until.value, times.zone)];
    if (from !== undefined && end !== undefined && from < end)
      choose({ kind: "between", since: from, until: end });
  };
  since.addEventListener("change", take);
  until.addEventListener("change", take);

  return {
    element,
    update(range) {
      if (range.kind === "between") between = range;
      const last = (seconds: number) =>
        t("Last {0}", seconds > DAY && seconds % DAY === 0 ? `${seconds / DAY} d` : rangeName(seconds));
      select.update({
        label: t("Time range"),
        chosen: range.kind === "last" ? String(range.seconds) : range.kind,
        options: [
          { value: "all", label: t("All time") },
          ...lastOf(range).map((seconds) => ({ value: String(seconds), label: last(seconds) })),
          { value: "between", label: t("From … until …") },
        ],
      });
      custom.hidden = range.kind !== "between";
      if (range.kind !== "between") return;
      for (const [input, time] of [
        [since, range.since],
        [until, range.until],
      ] as const) {
        // Writing what stands there would move the caret of one who writes.
        const value = wallText(time, times.zone);
        if (input.value !== value && document.activeElement !== input) input.value = value;
      }
    },
  };
}

/** The ones to choose from, with the one that is chosen, which a saved search may have of its own. */
function lastOf(range: Range): readonly number[] {
  const all = new Set([...LAST, WEEK]);
  if (range.kind === "last") all.add(range.seconds);
  return [...all].sort((a, b) => a - b);
}
