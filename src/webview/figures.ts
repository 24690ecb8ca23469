import type { Snapshot } from "../model.ts";
import { el, setText } from "./dom.ts";
import { type Formats, goDuration } from "./formats.ts";
import type { L10n } from "./l10n.ts";

/** The six figures of the monitor; the same as `/monitor` gives at that moment. */
export interface Figures {
  readonly element: HTMLElement;
  /** Takes the time of day in ms, for the run time. */
  update(snapshot: Snapshot | undefined, now: number): void;
}

export function createFigures({ l10n: { t }, formats }: { l10n: L10n; formats: Formats }): Figures {
  const waiting = (snapshot: Snapshot, name: string) =>
    snapshot.channels.find((channel) => channel.name === name)?.records ?? 0;
  const definitions: readonly [string, string, (snapshot: Snapshot, now: number) => string][] = [
    ["lines", t("Lines handled"), ({ totals }) => formats.count(totals.lines)],
    ["tps", t("Lines per second"), ({ tps }) => formats.compact(tps)],
    ["read", t("Read channel"), (snapshot) => formats.count(waiting(snapshot, "read"))],
    ["write", t("Write channel"), (snapshot) => formats.count(waiting(snapshot, "write"))],
    ["runtime", t("Run time"), ({ startedAt }, now) => goDuration(now - startedAt)],
    [
      "errors",
      t("Parse and write errors"),
      ({ totals }) => formats.count(totals.unparsed + totals.sinkErrors),
    ],
  ];
  const figures = definitions.map(([id, label, text]) => {
    const value = el("dd", {}, "–");
    return { element: el("div", { "data-figure": id }, el("dt", {}, label), value), value, text };
  });
  const element = el("dl", { class: "figures" }, ...figures.map((figure) => figure.element));
  return {
    element,
    update(snapshot, now) {
      for (const { element, value, text } of figures) {
        setText(value, snapshot ? text(snapshot, now) : "–");
        if (element.dataset.figure === "errors") {
          element.classList.toggle("bad", snapshot !== undefined && value.textContent !== "0");
        }
      }
    },
  };
}
