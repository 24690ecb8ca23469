import uPlot from "uplot";
import { paintCells } from "./cells.ts";
import { stack } from "./column.ts";
import { marksOf } from "./marks.ts";
import { filling } from "./paint.ts";
import { inRows, type Plot } from "./plot.ts";
import type { Pointer } from "./pointer.ts";
import type { Span } from "./span.ts";
import { paintStrips } from "./strips.ts";
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

/** A drag of fewer CSS pixels is a click. */
const CLICK = 4;

interface Hand {
  /** The pointer marked out a span, in seconds since the epoch. */
  readonly choose: (from: number, until: number) => void;
  /** The row of a heat map that the pointer is over; −1: none. */
  readonly row: (row: number) => void;
}

export interface Chart {
  /** Draws the plot, unless the chart is out of sight; then it is drawn when it comes into sight. */
  update(plot: Plot, span: Span): void;
  /** Draws again with the colours of the theme as it is now. */
  restyle(): void;
  /** What is drawn, at its full resolution; undefined before there is any room. */
  picture(): HTMLCanvasElement | undefined;
}

/** A uPlot in `host`, as wide as it; its crosshair is that of all charts. */
export function createChart(
  host: HTMLElement,
  theme: Theme,
  pointer: Pointer,
  tick: (time: number, step: number) => string,
  hand: Hand,
): Chart {
  let plot: Plot | undefined;
  let span: Span = { from: 0, until: 1 };
  let drawn: uPlot | undefined;
  let shape = "";
  let inSight = false;
  let stale = false;
  /** What is marked is not the pointer's own doing. */
  let following = false;

  const draw = (anyway = false): void => {
    stale = true;
    const width = host.clientWidth;
    if (!(inSight || anyway) || !plot || width === 0) return;
    stale = false;
    const { heat, stacked, axis, lines } = plot;
    const next = heat ? "heat" : JSON.stringify([stacked, axis?.steps, lines.map(({ key }) => key)]);
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
    const rows = inRows(current);
    const axis = { stroke: () => theme.color("--vscode-descriptionForeground"), font: theme.font(), grid };
    return {
      width,
      height: HEIGHT,
      padding: [8, MARGIN, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { setScale: false, x: true, y: false, dist: CLICK },
        points: { show: !current.stacked && !rows, size: 6, width: 1 },
      },
      scales: {
        x: { time: true, auto: false, range: () => [span.from, span.until] },
        y: {
          range: (_, __, max) => [
            0,
            rows && plot
              ? plot.lines.length
              : max === null || max <= 0
                ? FLAT
                : (uPlot.rangeNum(0, max, 0.1, true)[1] ?? 1),
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
              const label = tick(time, increment);
              return roomAfter(time, width, span) < label.length * HALF_DIGIT ? "" : label;
            }),
        },
        {
          ...axis,
          size: SCALE,
          gap: 4,
          space: 30,
          ticks: { show: false },
          // A line through a strip would look as if it were its own.
          ...(current.states && { grid: { show: false } }),
          ...(current.binary && { incrs: POWERS_OF_TWO }),
          ...(current.axis && { incrs: [...current.axis.steps] }),
          ...(rows && { splits: () => marksOf(plot ?? current).map(({ at }) => at) }),
          // Of a chart that lies at zero nothing above is worth a name.
          values: ({ scales }, splits) =>
            rows
              ? marksOf(plot ?? current).map(({ text }) => text)
              : splits.map((value) =>
                  value > 0 && scales.y?.max === FLAT ? "" : valueText(plot ?? current, value),
                ),
        },
      ],
      series: [
        {},
        ...(rows ? [{ show: false }] : []),
        ...(rows ? [] : current.lines).map((line): uPlot.Series => {
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
              // A step may be narrower than a pixel: rounded, a peak of one step would come and go.
              pxAlign: 0,
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
        drawClear: rows
          ? [(self) => plot && (plot.states ? paintStrips : paintCells)(self, plot, theme)]
          : [],
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            if (wide < CLICK) return;
            hand.choose(self.posToVal(left, "x"), self.posToVal(left + wide, "x"));
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [
          (self) => {
            if (!self.cursor.event) return;
            const at = self.cursor.idx;
            const { left = -1, top = -1 } = self.cursor;
            hand.row(current.heat && left >= 0 ? Math.floor(self.posToVal(top, "y")) : -1);
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
    const { span: marked } = pointer;
    if (!marked && !following) return;
    following = marked !== undefined;
    const [begin, end] = marked
      ? [drawn.valToPos(marked.from, "x"), drawn.valToPos(marked.until, "x")]
      : [0, 0];
    drawn.setSelect(
      { left: begin, top: 0, width: end - begin, height: marked ? drawn.over.clientHeight : 0 },
      false,
    );
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
    picture() {
      if (!drawn || stale) draw(true);
      return drawn?.ctx.canvas;
    },
  };
}

/** How far it is from a moment to the right edge of a chart, where a label would be cut off; CSS pixels. */
function roomAfter(time: number, width: number, { from, until }: Span): number {
  return ((until - time) / (until - from)) * (width - SCALE - MARGIN) + MARGIN;
}

/** What stands beside a value of the scale. */
const valueText = (plot: Plot, value: number): string => (plot.axis?.text ?? plot.drawnText)(value);

const steps: uPlot.Series.PathBuilder | undefined = uPlot.paths.stepped?.({ align: 1 });

function dataOf(plot: Plot): uPlot.AlignedData {
  const { times, step, lines, stacked } = plot;
  // The crosshair stands in the middle of a cell.
  if (inRows(plot)) return [times.map((time) => time + step / 2), times.map(() => null)];
  const columns = lines.map(({ drawn }) => drawn);
  return [[...times], ...(stacked ? stack(columns) : columns.map((column) => [...column]))];
}
