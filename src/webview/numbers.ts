import { coarsen, totalOf } from "./column.ts";
import { el, setAttribute } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import type { Plot } from "./plot.ts";

/** More rows than this are more than anyone reads: steps are put together. */
const ROWS = 60;

/** The numbers of a chart as a table, newest first, with a row of totals. */
export interface Numbers {
  readonly element: HTMLElement;
  update(plot: Plot): void;
}

export function createNumbers(
  id: string,
  { l10n: { t }, formats }: { readonly l10n: L10n; readonly formats: Formats },
): Numbers {
  const caption = el("caption", { id: `numbers-${id}` });
  const head = el("thead");
  const foot = el("tbody", { class: "total" });
  const body = el("tbody");
  const table = el("table", {}, caption, head, foot, body);
  const element = el(
    "div",
    { class: "numbers", tabindex: "0", role: "region", "aria-labelledby": `title-${id} numbers-${id}` },
    table,
  );

  const row = (name: string, values: readonly (number | null)[], text: (value: number) => string) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      ...values.map((value) => el("td", {}, value === null ? "–" : text(value))),
    );

  return {
    element,
    update(plot) {
      const { times, step, lines, total, toldText } = plot;
      const size = Math.max(1, Math.ceil(times.length / ROWS));
      const width = formats.duration(size * step);
      caption.textContent = t("{0}; one row covers {1}", plot.toldUnit, width);
      const labels = lines.map(({ label }) => el("th", { scope: "col", class: "heading number" }, label));
      head.replaceChildren(el("tr", {}, el("th", { scope: "col", class: "heading" }, t("From")), ...labels));
      const columns = lines.map(({ told }) => coarsen(told, size, total));
      const rows = columns[0]?.map((_, i) => i) ?? [];
      const offset = rows.length * size - times.length;
      body.replaceChildren(
        ...rows.toReversed().map((i) => {
          const begin = times[Math.max(0, i * size - offset)] ?? 0;
          return row(
            formats.clock(begin, step),
            columns.map((column) => column[i] ?? null),
            toldText,
          );
        }),
      );
      const name = plot.totalName ?? { sum: t("Total"), max: t("Highest"), last: t("Now") }[total];
      const totals = lines.map(({ told }) => totalOf(told, total));
      foot.replaceChildren(row(name, totals, toldText));
      // Exact values for programs that read the page, whatever the language writes numbers like.
      for (const [i, cell] of [...foot.querySelectorAll("td")].entries()) {
        setAttribute(cell, "data-value", String(totals[i] ?? ""));
      }
    },
  };
}
