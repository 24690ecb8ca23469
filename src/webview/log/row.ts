import type { Row } from "../../protocol/log-view.ts";
import { el, setAttribute, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import type { Times } from "./times.ts";
import { visible } from "./visible.ts";

/** An element that shows one record after the other. */
export interface RowElement {
  readonly element: HTMLElement;
  /** @param row undefined while it is on its way */
  update(place: number, row: Row | undefined): void;
  setActive(active: boolean): void;
}

export function createRowElement({ t }: L10n, times: Times): RowElement {
  const cell = (name: string) => el("span", { class: name, role: "gridcell" });
  const [date, clock] = [el("span", { class: "date" }), el("span")];
  const [time, level, source, message] = [cell("time"), cell("level"), cell("source"), cell("message")];
  const element = el(
    "div",
    { class: "row", role: "row", "aria-selected": "false" },
    time,
    level,
    source,
    message,
  );
  time.append(date, clock);
  let shown: Row | undefined;
  return {
    element,
    update(place, row) {
      element.dataset.place = String(place);
      element.id = `row-${place}`;
      setAttribute(element, "aria-rowindex", String(place + 2));
      if (row === shown && row) return;
      shown = row;
      setAttribute(element, "aria-busy", row ? undefined : "true");
      // A narrow view leaves the day out.
      const [day = "", hour = ""] = row ? times.stamp(row.time).split(" ") : [];
      setText(date, row ? `${day} ` : "");
      setText(clock, row ? hour : "…");
      setText(level, row?.level ?? (row?.unparsed ? t("unparsed") : ""));
      setText(source, row?.source ?? "");
      source.title = row?.source ?? "";
      setText(message, row ? visible(row.message) + (row.cut ? "…" : "") : "");
      setAttribute(element, "data-level", row?.level ?? (row?.unparsed ? "unparsed" : "none"));
    },
    setActive(active) {
      element.classList.toggle("active", active);
      setAttribute(element, "aria-selected", String(active));
    },
  };
}
