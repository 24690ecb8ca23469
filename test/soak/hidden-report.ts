import { median } from "../bench/statistics.ts";
import type { Look } from "./hidden-watch.ts";
import { flatness, row } from "./report.ts";
import { riseOf } from "./watch.ts";

interface Outcome {
  readonly looks: readonly Look[];
  /** Messages of the view, or to it, while it was hidden. */
  readonly sentHidden: number;
  /** It stood where it had stood, with the same search, and told what was new. */
  readonly returned: boolean;
  readonly fresh: number;
}

const COLUMNS = ["s", "view", "lines/s", "messages"];
const HOST = ["host MiB", "handles", "threads", "CPU %", "main thread %"];
const PAGE = ["page heap MiB", "nodes", "listeners", "CPU %"];

const told = (value: number | undefined, digits = 0): string => value?.toFixed(digits) ?? "-";

export const hiddenReport = {
  head(): void {
    const all = [...COLUMNS, ...HOST, ...PAGE];
    row(all);
    row(all.map(() => "---:"));
  },
  tell({ at, view, lines, messages, host, page }: Look): void {
    row([
      ...[told(at), view, told(lines), messages],
      ...[told(host.memory), told(host.handles), told(host.threads), told(host.cpu, 1), told(host.main, 1)],
      ...[told(page.heap, 1), page.nodes, page.listeners, told(page.cpu, 1)],
    ]);
  },
  /** Prints the table for the record. @returns whether the hidden view was sent nothing, came back, and nothing grew */
  end({ looks, sentHidden, returned, fresh }: Outcome): boolean {
    const shown = looks.filter(({ view }) => view === "shown");
    const hidden = looks.filter(({ view }) => view === "hidden");
    const line = (what: string, of: (look: Look) => number | undefined, digits = 0): void => {
      const [seen, unseen] = [shown, hidden].map((some) => median(some.map((one) => of(one) ?? Number.NaN)));
      row([what, told(seen, digits), told(unseen, digits), told(riseOf(hidden, of), digits + 1)]);
    };
    console.log("");
    row(["", "shown", "hidden", "rise while hidden, from 20 % to the end"]);
    row(["---", "---:", "---:", "---:"]);
    line("lines read a second", ({ lines }) => lines);
    line("host: memory, MiB", ({ host }) => host.memory);
    line("host: handles", ({ host }) => host.handles);
    line("host: threads", ({ host }) => host.threads);
    line("host: CPU of all threads, %", ({ host }) => host.cpu, 1);
    line("host: CPU of the main thread, %", ({ host }) => host.main, 1);
    line("page: heap, MiB", ({ page }) => page.heap, 1);
    line("page: nodes", ({ page }) => page.nodes);
    line("page: listeners", ({ page }) => page.listeners);
    line("page: CPU, %", ({ page }) => page.cpu, 1);
    const growth = [
      flatness(
        hidden,
        ({ host }) => host.memory,
        ({ host }) => host.handles,
      ),
      flatness(
        hidden,
        ({ page }) => page.heap,
        () => 0,
      ),
    ];
    const grew = growth.includes("IT GREW");
    const sent = sentHidden === 0 ? "the hidden view was sent nothing" : `IT WAS SENT ${sentHidden} MESSAGES`;
    const back = returned ? `came back as it was, with ${fresh} new lines` : "DID NOT COME BACK AS IT WAS";
    console.log(`\n${sent}; it ${back}; ${grew ? "IT GREW" : growth[0]}`);
    return sentHidden === 0 && returned && !grew;
  },
};
