import uPlot from "uplot";
import { stack } from "./column.ts";
import { filling } from "./paint.ts";
import type { Plot } from "./plot.ts";
import type { Pointer } from "./pointer.ts";
import type { Theme } from "./theme.ts";

const HEIGHT = 144;
const AXIS = 22;
/** Width of the scale at the left, and of what is kept free at the right, in CSS pixels. */
const SCALE = 58;
const MARGIN = 8;
/** Half the width of a digit of a label, in CSS pixels: on the safe side. */
const HALF_DIGIT = 3.5;
/** Top of the scale when all is zero: no rate or depth would end there. */
const FLAT = 1e-9;
/** Steps of an axis of bytes: a round number of them is not one of kilobytes. */
const POWERS_OF_TWO = Array.from({ length: 51 }, (_, power) => 2 ** power);

/** The moments at the edges of all charts, seconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface Chart {
  /** Draws the plot, unless the chart is out of sight; then it is drawn when it comes into sight. */
  update(plot: Plot, span: Span): void;
  /** Draws again with the colours of the theme as it is now. */
  restyle(): void;
}

/** A uPlot in `host`, as wide as it; its crosshair is that of all charts. */
export function createChart(
  host: HTMLElement,
  theme: Theme,
  pointer: Pointer,
  clock: (time: number, step: number) => string,
): Chart {
  let plot: Plot | undefined;
  let span: Span = { from: 0, until: 1 };
  let drawn: uPlot | undefined;
  let shape = "";
  let inSight = false;
  let stale = false;

  const draw = (): void => {
    stale = true;
    const width = host.clientWidth;
    if (!inSight || !plot || width === 0) return;
    stale = false;
    const next = JSON.stringify([plot.stacked, plot.lines.map(({ key }) => key)]);
    const data = dataOf(plot);
    if (drawn && next === shape) {
      drawn.setData(data, false);
      drawn.setScale("x", { min: span.from, max: span.until });
    } else {
      drawn?.destroy();
      shape = next;
      const current = plot;
      drawn = new uPlot(options(current, width), data, host);
    }
    follow();
  };

  const options = (current: Plot, width: number): uPlot.Options => {
    const grid = { stroke: () => theme.translucent("--vscode-charts-lines", 0.35), width: 1 };
    const axis = { stroke: () => theme.color("--vscode-descriptionForeground"), font: theme.font(), grid };
    return {
      width,
      height: HEIGHT,
      padding: [8, MARGIN, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { setScale: false, x: false, y: false },
        points: { show: !current.stacked, size: 6, width: 1 },
      },
      scales: {
        x: { time: true, auto: false, range: () => [span.from, span.until] },
        y: {
          range: (_, __, max) => [
            0,
            max === null || max <= 0 ? FLAT : (uPlot.rangeNum(0, max, 0.1, true)[1] ?? 1),
          ],
        },
      },
      axes: [
        {
          ...axis,
          size: AXIS,
          gap: 4,
          space: 70,
          ticks: { show: false },
          values: ({ width }, splits, __, ___, increment) =>
            splits.map((time) => {
              const label = clock(time, increment);
              return roomAfter(time, width, span) < label.length * HALF_DIGIT ? "" : label;
            }),
        },
        {
          ...axis,
          size: SCALE,
          gap: 4,
          space: 30,
          ticks: { show: false },
          ...(current.binary && { incrs: POWERS_OF_TWO }),
          // Of a chart that lies at zero nothing above is worth a name.
          values: ({ scales }, splits) =>
            splits.map((value) =>
              value > 0 && scales.y?.max === FLAT ? "" : (plot ?? current).drawnText(value),
            ),
        },
      ],
      series: [
        {},
        ...current.lines.map((line): uPlot.Series => {
          const stroke = () => theme.color(line.look.color);
          return {
            label: line.label,
            points: { show: current.lines.length > 0 && current.times.length < 2 },
            // The edge of an area that is empty would lie on the one below, as if that were its own.
            ...(!current.stacked && {
              stroke,
              width: theme.highContrast ? 2 : 1.5,
              dash: [...line.look.dash],
            }),
            ...(current.stacked && {
              width: 0,
              fill: ({ ctx }: uPlot) => filling(ctx, line.look, theme),
              ...(steps && { paths: steps }),
            }),
          };
        }),
      ],
      ...(current.stacked && {
        bands: current.lines.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })),
      }),
      hooks: {
        setCursor: [
          (self) => {
            if (!self.cursor.event) return;
            const at = self.cursor.idx;
            pointer.set(
              self.cursor.left !== undefined && self.cursor.left >= 0 && at !== null && at !== undefined
                ? self.data[0][at]
                : undefined,
            );
          },
        ],
      },
    };
  };

  /** Puts the crosshair where that of the others is. */
  const follow = (): void => {
    if (!drawn) return;
    const left = pointer.time === undefined ? -10 : drawn.valToPos(pointer.time, "x");
    if (drawn.cursor.left !== left) drawn.setCursor({ left, top: 0 }, false);
  };

  pointer.onChange(follow);
  new ResizeObserver(() => {
    if (!drawn) draw();
    else if (host.clientWidth > 0 && host.clientWidth !== drawn.width) {
      drawn.setSize({ width: host.clientWidth, height: HEIGHT });
      follow();
    }
  }).observe(host);
  new IntersectionObserver(
    (entries) => {
      inSight = entries.at(-1)?.isIntersecting ?? false;
      if (inSight && stale) draw();
    },
    { rootMargin: "200px" },
  ).observe(host);

  return {
    update(next, nextSpan) {
      plot = next;
      span = nextSpan;
      draw();
    },
    restyle() {
      shape = "";
      draw();
    },
  };
}

/** How far it is from a moment to the right edge of a chart, where a label would be cut off; CSS pixels. */
function roomAfter(time: number, width: number, { from, until }: Span): number {
  return ((until - time) / (until - from)) * (width - SCALE - MARGIN) + MARGIN;
}

const steps: uPlot.Series.PathBuilder | undefined = uPlot.paths.stepped?.({ align: 1 });

function dataOf({ times, lines, stacked }: Plot): uPlot.AlignedData {
  const columns = lines.map(({ drawn }) => drawn);
  return [[...times], ...(stacked ? stack(columns) : columns.map((column) => [...column]))];
}
