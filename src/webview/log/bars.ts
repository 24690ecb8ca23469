import uPlot from "uplot";
import { stack } from "../column.ts";
import type { Formats } from "../formats.ts";
import { filling } from "../paint.ts";
import type { Line, Plot } from "../plot.ts";
import type { Span } from "../span.ts";
import type { Theme } from "../theme.ts";
import { ceilingOf, storeysOf } from "./ceiling.ts";
import type { Times } from "./times.ts";
import { wallDate } from "./wall-date.ts";

const HEIGHT = 72;
/** Lines need room to be told apart. */
const LINES = 96;
const AXIS = 18;
/** Room (CSS pixels) right of the bars, and half of the width of a digit. */
const RIGHT = 8;
const HALF_DIGIT = 3.2;
const SCALE = 48;
/** A drag shorter than this (CSS pixels) was a click. */
const CLICK = 4;

/** What the pointer does; moments are in seconds since the epoch. */
interface Hand {
  /** A span was drawn. */
  readonly choose: (span: Span) => void;
  /** It stands over a moment; undefined: it left. */
  readonly over: (at: number | undefined) => void;
  /** It was clicked where the bar of a moment has reached a height. */
  readonly click: (at: number, height: number) => void;
}

/** The bars of a stacked plot, or the lines of another, as wide as their host. */
export interface Bars {
  update(plot: Plot): void;
  /** Where the cursor stands, and the span that is marked. */
  mark(at: number | undefined, span: Span | undefined): void;
  /** Draws again with the colours of the theme as it is now. */
  restyle(): void;
}

export function createBars(
  host: HTMLElement,
  {
    theme,
    times,
    formats,
    ...hand
  }: Hand & { readonly theme: Theme; readonly times: Times; readonly formats: Formats },
): Bars {
  let plot: Plot | undefined;
  let drawn: uPlot | undefined;
  let shape = "";
  let marked: { readonly at: number | undefined; readonly span: Span | undefined } | undefined;
  let dragged = false;
  let drawing = false;

  const draw = (): void => {
    const width = host.clientWidth;
    if (!plot || width === 0) return;
    const data = dataOf(plot);
    const next = JSON.stringify(plot.lines.map(({ key }) => key));
    const had = shape === next ? drawn : undefined;
    if (!had) {
      drawn?.destroy();
      shape = next;
    }
    const bars = had ?? new uPlot(options(plot, width), data, host);
    drawn = bars;
    // At once, so that what is marked goes where it stands now; and what is under its place of before is not pointed at.
    drawing = true;
    bars.batch(() => had?.setData(data));
    drawing = false;
    follow();
  };

  const options = ({ lines, stacked }: Plot, width: number): uPlot.Options => {
    const axis = {
      stroke: () => theme.color("--vscode-descriptionForeground"),
      font: theme.font(),
      ticks: { show: false },
    };
    return {
      width,
      tzDate: (seconds) => wallDate(seconds, times.zone),
      height: stacked ? HEIGHT : LINES,
      padding: [6, RIGHT, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: !stacked, size: 6, width: 1 },
        drag: { x: true, y: false, setScale: false },
      },
      scales: {
        x: { time: true, ...(!stacked && { range: () => spanOf(plot) }) },
        y: { range: (_, min, max) => (stacked ? [0, ceilingOf(max ?? 1)] : scaleOf(min ?? 0, max ?? 0)) },
      },
      axes: [
        {
          ...axis,
          size: AXIS,
          gap: 3,
          space: 80,
          grid: { show: false },
          values: ({ width, scales: { x } }, splits, __, ___, increment) =>
            splits.map((time) => {
              const label = times.axis(time * 1000, increment * 1000);
              const { min = time, max = time } = x ?? {};
              const rest = max > min ? ((max - time) / (max - min)) * (width - SCALE - RIGHT) : width;
              // What has no room would be cut off.
              return rest + RIGHT < label.length * HALF_DIGIT ? "" : label;
            }),
        },
        {
          ...axis,
          size: SCALE,
          gap: 4,
          space: 22,
          grid: { stroke: () => theme.translucent("--vscode-charts-lines", 0.35), width: 1 },
          ...(stacked && { splits: (_, __, ___, max) => storeysOf(max) }),
          values: (_, splits) => splits.map(formats.compact),
        },
      ],
      series: [{}, ...lines.map(stacked ? barsOf : lineOf)],
      ...(stacked && { bands: lines.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })) }),
      hooks: {
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            dragged = wide >= CLICK;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (dragged)
              hand.choose({ from: self.posToVal(left, "x"), until: self.posToVal(left + wide, "x") });
          },
        ],
        setCursor: [
          (self) => {
            if (!self.cursor.event || (drawing && marked?.at !== undefined)) return;
            const { left = -1 } = self.cursor;
            if (!drawing && !marked?.span) marked = undefined;
            hand.over(left >= 0 ? self.posToVal(left, "x") : undefined);
          },
        ],
        ready: [
          ({ over }) => {
            over.addEventListener("mousedown", () => {
              dragged = false;
            });
            over.addEventListener("click", ({ clientX, clientY, detail }) => {
              // The second click of a double click is none of its own: by then another bar may be there.
              if (dragged || !drawn || detail > 1) return;
              const { left, top } = over.getBoundingClientRect();
              hand.click(drawn.posToVal(clientX - left, "x"), drawn.posToVal(clientY - top, "y"));
            });
          },
        ],
      },
    };
  };

  const barsOf = ({ label, look }: Line): uPlot.Series => ({
    label,
    width: 0,
    points: { show: false },
    fill: ({ ctx }: uPlot) => filling(ctx, look, theme),
    ...(stepped && { paths: stepped }),
  });

  const lineOf = ({ label, look }: Line): uPlot.Series => {
    const stroke = () => theme.color(look.color);
    return {
      label,
      stroke,
      width: theme.highContrast ? 2 : 1.5,
      dash: [...look.dash],
      // No line leads to a step whose neighbours have no value.
      points: { show: false, filter: (self, place) => alone(self.data[place] ?? []), size: 5, fill: stroke },
    };
  };

  const follow = (): void => {
    if (!drawn || !marked) return;
    const x = (time: number) => drawn?.valToPos(time, "x") ?? 0;
    const { at, span } = marked;
    drawn.setCursor({ left: at === undefined ? -10 : x(at), top: 0 }, false);
    const [left, right] = span ? [x(span.from), x(span.until)] : [0, 0];
    drawn.setSelect({ left, top: 0, width: right - left, height: span ? drawn.over.clientHeight : 0 }, false);
  };

  new ResizeObserver(() => {
    if (!drawn) draw();
    else if (host.clientWidth > 0 && host.clientWidth !== drawn.width)
      drawn.setSize({ width: host.clientWidth, height: drawn.height });
  }).observe(host);

  return {
    update(next) {
      plot = next;
      draw();
    },
    mark(at, span) {
      marked = at === undefined && !span && !marked ? undefined : { at, span };
      follow();
      if (at === undefined && !span) marked = undefined;
    },
    restyle() {
      shape = "";
      draw();
    },
  };
}

function dataOf({ lines, times, step, stacked }: Plot): uPlot.AlignedData {
  if (!stacked) return [times.map((time) => time + step / 2), ...lines.map(({ drawn }) => [...drawn])];
  // The end of the last step closes it.
  const moments = [...times, (times.at(-1) ?? 0) + step];
  return [moments, ...stack(lines.map(({ drawn }) => [...drawn, drawn.at(-1) ?? 0]))];
}

/** From the first step to the end of the last. */
function spanOf(plot: Plot | undefined): [from: number, until: number] {
  const { times = [], step = 1 } = plot ?? {};
  return [times[0] ?? 0, (times.at(-1) ?? 0) + step];
}

/** Zero is always to be seen. */
function scaleOf(min: number, max: number): [low: number, high: number] {
  if (min === 0 && max === 0) return [0, 1];
  const [low, high] = uPlot.rangeNum(Math.min(0, min), Math.max(0, max), 0.1, true);
  return [low ?? 0, high ?? 1];
}

/** Places of values between gaps. */
function alone(column: ArrayLike<number | null | undefined>): number[] {
  const is = (at: number) => typeof column[at] === "number";
  return Array.from(column, (_, at) => at).filter((at) => is(at) && !is(at - 1) && !is(at + 1));
}

const stepped: uPlot.Series.PathBuilder | undefined = uPlot.paths.stepped?.({ align: 1 });
