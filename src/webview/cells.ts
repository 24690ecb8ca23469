import type uPlot from "uplot";
import type { Plot } from "./plot.ts";
import { signPen } from "./sign.ts";
import type { Theme } from "./theme.ts";

/** How strong a cell of each class is; the classes are told apart by their height too where contrast is wanted. */
const STRENGTHS = [0.2, 0.4, 0.6, 0.8, 1] as const;
const COLOR = "--vscode-charts-blue";

/** Where the classes of a heat map begin: counts from the first of a class on are drawn in its strength. */
export function classesOf(plot: Plot): readonly number[] {
  let most = 0;
  for (const { drawn } of plot.lines) for (const count of drawn) most = Math.max(most, count ?? 0);
  // By the logarithm: a few slow ones among thousands are what is looked for.
  const starts = STRENGTHS.map((_, i) => Math.round(most ** (i / STRENGTHS.length)));
  return [...new Set(starts)].filter((start) => start <= most);
}

function strengthOf(index: number, classes: number): number {
  return STRENGTHS[STRENGTHS.length - classes + index] ?? 1;
}

/** Draws the cells of a plot into its chart. */
export function paintCells(chart: uPlot, plot: Plot, theme: Theme): void {
  const { ctx, bbox } = chart;
  const classes = classesOf(plot);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  const colors = classes.map((_, i) => theme.translucent(COLOR, strengthOf(i, classes.length)));
  const edges = plot.lines.map((_, row) => [
    chart.valToPos(row, "y", true),
    chart.valToPos(row + 1, "y", true),
  ]);
  for (const [at, time] of plot.times.entries()) {
    const left = Math.round(chart.valToPos(time, "x", true));
    const right = Math.round(chart.valToPos(time + plot.step, "x", true));
    for (const [row, { drawn }] of plot.lines.entries()) {
      const count = drawn[at] ?? 0;
      if (count <= 0) continue;
      const place = classes.findLastIndex((start) => count >= start);
      ctx.fillStyle = colors[place] ?? "";
      const [bottom = 0, top = 0] = edges[row] ?? [];
      const height = bottom - top;
      const share = theme.highContrast ? (place + 1) / classes.length : 1;
      ctx.fillRect(
        left,
        bottom - height * share,
        Math.max(1, right - left - 1),
        Math.max(1, height * share - 1),
      );
    }
  }
  ctx.restore();
}

/** Draws the sign of one class for the legend. */
export function drawCell(canvas: HTMLCanvasElement, index: number, classes: number, theme: Theme): void {
  const pen = signPen(canvas, [14, 10]);
  if (!pen) return;
  const share = theme.highContrast ? (index + 1) / classes : 1;
  pen.fillStyle = theme.translucent(COLOR, strengthOf(index, classes));
  pen.fillRect(0, canvas.height * (1 - share), canvas.width, canvas.height * share);
}
