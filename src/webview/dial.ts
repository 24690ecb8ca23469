import { setAttribute } from "./dom.ts";
import type { Plot } from "./plot.ts";
import type { Span } from "./span.ts";
import { nameOf, stepText, summaryOf, type Texts } from "./summary.ts";

interface Standing {
  readonly plot: Plot;
  readonly span: Span;
  /** Place of the crosshair among the steps; −1 without one. */
  readonly place: number;
  /** The row of a heat map; −1: none. */
  readonly row: number;
}

/** What a chart is to a screen reader: a slider over its time, whose value is the step under the crosshair. */
export interface Dial {
  update(standing: Standing): void;
}

/** @param stage what takes the keys that move the crosshair */
export function createDial(stage: HTMLElement, texts: Texts): Dial {
  let seen: Plot | undefined;
  let told = "";
  return {
    update({ plot, span, place, row }) {
      const focused = document.activeElement === stage;
      const { times, choice } = plot;
      const [first = 0, last = 0] = [times[0], times.at(-1)];
      // The crosshair is that of all charts: of those that nobody is at the whole is told.
      const at = focused ? place : -1;
      const now = times[at];
      const next = JSON.stringify([now, row, choice?.chosen, Math.round(span.until - span.from)]);
      const moved = next !== told || !focused;
      // What changes while a slider has the focus is read out: the whole does each second, a step that is over never.
      if (moved ? next === told && plot === seen : now === undefined) return;
      told = next;
      seen = plot;
      const text = now === undefined ? summaryOf(plot, texts) : stepText(plot, at, row, texts);
      setAttribute(stage, "aria-valuetext", text);
      if (!moved) return;
      setAttribute(stage, "aria-label", nameOf(plot));
      setAttribute(stage, "aria-valuemin", String(first));
      setAttribute(stage, "aria-valuemax", String(last));
      setAttribute(stage, "aria-valuenow", String(now ?? last));
    },
  };
}
