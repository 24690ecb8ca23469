import type { Row } from "../../protocol/log-view.ts";
import { el, icon, setAttribute, setIcon, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { fieldOf, textOf } from "./columns.ts";
import type { Clock } from "./display.ts";
import type { Folds } from "./folds.ts";
import { secondsBetween } from "./gaps.ts";
import type { Painter } from "./paint.ts";
import type { Times } from "./times.ts";
import { visible, visibleLines } from "./visible.ts";

/** All that cells are drawn with. */
export interface Look {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly painter: Painter;
  readonly folds: Folds;
  readonly clock: () => Clock;
  /** The colour of a source, as the stylesheet calls it. */
  readonly tone: (source: string) => string | undefined;
  /** What stands for it where its name has no room; undefined while there is one source alone. */
  readonly letters: (source: string) => string | undefined;
}

export interface Cell {
  readonly id: string;
  readonly element: HTMLElement;
  /** @param before the line above, where it is known */
  draw(row: Row | undefined, before: Row | undefined): void;
}

export function createCell(id: string, look: Look): Cell {
  const name = fieldOf(id);
  const element = el("span", { role: "gridcell", class: name === undefined ? id : "value" });
  const content = el("span");
  const titled = (text: string): void => {
    look.painter.paint(content, text);
    setAttribute(element, "title", text === "" ? undefined : visible(text));
  };
  if (name !== undefined || id === "level" || id === "source") element.append(content);
  if (name !== undefined) return { id, element, draw: (row) => titled(row ? textOf(row, name) : "") };
  const { t } = look.l10n;
  switch (id) {
    case "time":
      return { id, element, draw: timeIn(element, look) };
    case "level":
      return {
        id,
        element,
        draw: (row) => setText(content, row?.level ?? (row?.unparsed ? t("unparsed") : "")),
      };
    case "source":
      return {
        id,
        element,
        draw(row) {
          titled(row?.source ?? "");
          setAttribute(element, "data-source", row && look.tone(row.source));
        },
      };
    default:
      return { id, element, draw: messageIn(element, look) };
  }
}

function timeIn(cell: HTMLElement, { times, formats, clock }: Look): Cell["draw"] {
  // A narrow view leaves the day out.
  const [date, time] = [el("span", { class: "date" }), el("span")];
  cell.append(date, time);
  return (row, before) => {
    const stamp = row ? times.stamp(row.time) : "";
    const [day = "", hour = ""] = stamp.split(" ");
    const how = clock();
    setText(date, row && how === "absolute" ? `${day} ` : "");
    setAttribute(cell, "title", how === "absolute" ? undefined : stamp);
    if (!row) setText(time, "…");
    else if (how === "absolute") setText(time, hour);
    else if (how === "relative") setText(time, times.ago(row.time, Date.now()));
    else setText(time, before ? `+${formats.duration(secondsBetween(before, row))}` : "");
  };
}

function messageIn(cell: HTMLElement, { l10n: { t }, formats, painter, folds }: Look): Cell["draw"] {
  const sign = icon("chevron-right");
  const twisty = el("button", { type: "button", class: "twisty", tabindex: "-1", "data-do": "fold" }, sign);
  const text = el("span", { class: "text" });
  const rest = el("span", { class: "rest folded", "data-do": "fold", title: t("Unfold (Right)") });
  const short = el("span", { class: "rest" });
  const cut = el("button", { type: "button", class: "cut", tabindex: "-1", "data-do": "details" });
  cell.append(twisty, text, rest, cut);
  short.title = t("It was longer than the bounds of its source");
  return (row) => {
    const lines = row?.lines ?? 1;
    const open = row !== undefined && folds.isOpen(row);
    const { text: whole, more, failure } = (row && folds.textOf(row)) ?? { text: "", more: 0 };
    twisty.hidden = lines === 1;
    setAttribute(twisty, "aria-expanded", lines === 1 ? undefined : String(open));
    setAttribute(twisty, "aria-label", open ? t("Fold (Left)") : t("Unfold (Right)"));
    setIcon(sign, open ? "chevron-down" : "chevron-right");
    cell.classList.toggle("open", open);
    const [first = ""] = lines > 1 ? whole.split(/\r?\n/, 1) : [whole];
    painter.paint(text, open ? whole.trimEnd() : first, open ? visibleLines : visible);
    if (row?.short !== undefined) {
      setText(short, t("cut short when it was read: {0} are kept", formats.bytes(row.short)));
      cell.append(short);
    } else short.remove();
    rest.hidden = lines === 1 || open;
    setText(rest, rest.hidden ? "" : lines === 2 ? t("+1 line") : t("+{0} lines", formats.count(lines - 1)));
    cut.hidden = more === 0 || (lines > 1 && !open);
    const beyond = formats.count(more);
    const lost = failure !== undefined && t("… {0} more characters could not be read", beyond);
    setText(
      cut,
      cut.hidden ? "" : lost || (more === 1 ? t("… 1 more character") : t("… {0} more characters", beyond)),
    );
    setAttribute(cut, "title", failure ?? cut.textContent);
  };
}
