import type uPlot from "uplot";
import { filling } from "./paint.ts";
import type { Plot } from "./plot.ts";
import { runsOf } from "./runs.ts";
import type { Theme } from "./theme.ts";

/** A state that lasts for less than a pixel is seen all the same; in pixels of the canvas. */
const NARROWEST = 2;
/** Share of a strip's height that the first state takes; the last one takes all of it. */
const LOWEST = 0.35;
/** Share of a row that is left free, half of it above its strip and half below. */
const FREE = 0.18;

/**
 * Draws a strip for each line, the first at the top. States are told apart by colour, hatch and height: the worse,
 * the higher. All lie on the middle of their row, where its name stands.
 */
export function paintStrips(chart: uPlot, plot: Plot, theme: Theme): void {
  const { ctx, bbox } = chart;
  const states = plot.states ?? [];
  const fills = states.map(({ look }) => filling(ctx, look, theme));
  const x = (time: number) => Math.round(chart.valToPos(time, "x", true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const [i, { drawn }] of plot.lines.entries()) {
    const row = plot.lines.length - 1 - i;
    const [bottom, top] = [chart.valToPos(row, "y", true), chart.valToPos(row + 1, "y", true)];
    const middle = (bottom + top) / 2;
    // The worst last: of what shares a pixel it is the one that is seen.
    for (const { state, from, to } of runsOf(drawn).toSorted((a, b) => a.state - b.state)) {
      const left = x(plot.times[from] ?? 0);
      const right = x((plot.times[to - 1] ?? 0) + plot.step);
      const share = LOWEST + (1 - LOWEST) * (state / Math.max(1, states.length - 1));
      const height = (bottom - top) * (1 - FREE) * share;
      ctx.fillStyle = fills[state] ?? "";
      ctx.fillRect(left, middle - height / 2, Math.max(NARROWEST, right - left), height);
    }
  }
  ctx.restore();
}
