import uPlot from "uplot";
import type { Progress } from "../../protocol/log-view.ts";
import type { Announcer } from "../announce.ts";
import { stack } from "../column.ts";
import { el, setAttribute, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { filling } from "../paint.ts";
import type { Theme } from "../theme.ts";
import { stepText, strataOf } from "./strata.ts";
import type { Times } from "./times.ts";

const HEIGHT = 72;
const AXIS = 18;
const SCALE = 48;
/** A drag shorter than this (CSS pixels) was a click. */
const CLICK = 4;

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly theme: Theme;
  readonly announcer: Announcer;
  /** A range of time was selected, ms since the epoch; undefined: zoom out. */
  readonly select: (range: { readonly since: number; readonly until: number } | undefined) => void;
}

/** How many hits when, split by level or status. */
export interface HistogramView {
  readonly element: HTMLElement;
  update(progress: Progress, split: "levels" | "statuses"): void;
  restyle(): void;
}

export function createHistogram(parts: Parts): HistogramView {
  const { l10n, formats, times, theme, announcer, select } = parts;
  const { t } = l10n;
  const canvas = el("div", { class: "canvas", "aria-hidden": "true" });
  const stage = el(
    "div",
    {
      class: "stage",
      role: "slider",
      tabindex: "0",
      "aria-label": t("Hits over time"),
      "aria-orientation": "horizontal",
    },
    canvas,
  );
  const told = el("p", { class: "told" });
  const element = el("section", { class: "histogram", "aria-label": t("Hits over time") }, stage, told);
  let progress: Progress | undefined;
  let split: "levels" | "statuses" = "levels";
  let drawn: uPlot | undefined;
  let shape = "";
  /** Steps between which a range is being selected by keyboard. */
  let cursor: number | undefined;
  let from: number | undefined;

  const strata = () => (progress ? strataOf(progress.histogram, split, l10n) : []);
  const length = () => Math.max(0, ...strata().map(({ counts }) => counts.length));

  const draw = (): void => {
    const width = canvas.clientWidth;
    if (!progress || width === 0) return;
    const { start, step } = progress.histogram;
    const layers = strata();
    const steps = length();
    // The end of the last step closes it.
    const moments = Array.from({ length: steps + 1 }, (_, i) => (start + i * step) / 1000);
    const columns = stack(layers.map(({ counts }) => [...counts, counts.at(-1) ?? 0]));
    const data: uPlot.AlignedData = [moments, ...columns];
    const next = JSON.stringify(layers.map(({ id }) => id));
    if (drawn && shape === next) drawn.setData(data);
    else {
      drawn?.destroy();
      shape = next;
      drawn = new uPlot(options(width), data, canvas);
    }
    const sum = layers.reduce((total, layer) => total + layer.sum, 0);
    setAttribute(element, "data-sum", String(sum));
    element.classList.toggle("none", steps === 0);
    tell();
  };

  const options = (width: number): uPlot.Options => {
    const axis = {
      stroke: () => theme.color("--vscode-descriptionForeground"),
      font: theme.font(),
      ticks: { show: false },
    };
    const layers = strata();
    return {
      width,
      height: HEIGHT,
      padding: [6, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max ?? 1)] } },
      axes: [
        {
          ...axis,
          size: AXIS,
          gap: 3,
          space: 80,
          grid: { show: false },
          values: (_, splits, __, ___, increment) =>
            splits.map((time) => times.axis(time * 1000, increment * 1000)),
        },
        {
          ...axis,
          size: SCALE,
          gap: 4,
          space: 22,
          grid: { stroke: () => theme.translucent("--vscode-charts-lines", 0.35), width: 1 },
          values: (_, splits) =>
            splits.map((value) => (Number.isInteger(value) ? formats.compact(value) : "")),
        },
      ],
      series: [
        {},
        ...layers.map(
          ({ label, look }): uPlot.Series => ({
            label,
            width: 0,
            points: { show: false },
            fill: ({ ctx }: uPlot) => filling(ctx, look, theme),
            ...(stepped && { paths: stepped }),
          }),
        ),
      ],
      bands: layers.slice(1).map((_, i): uPlot.Band => ({ series: [i + 2, i + 1] })),
      hooks: {
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            if (wide >= CLICK) {
              const [since, until] = [self.posToVal(left, "x"), self.posToVal(left + wide, "x")];
              choose(since * 1000, until * 1000);
            }
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [
          (self) => {
            if (!self.cursor.event) return;
            const at = self.cursor.idx;
            cursor = self.cursor.left !== undefined && self.cursor.left >= 0 ? (at ?? undefined) : undefined;
            tell();
          },
        ],
      },
    };
  };

  const choose = (since: number, until: number): void => {
    from = undefined;
    select({ since: Math.floor(since), until: Math.ceil(until) });
  };

  /** The step under the cursor, or the whole, in words. */
  const tell = (): void => {
    if (!progress) return;
    const { start, step } = progress.histogram;
    const layers = strata();
    const at = cursor !== undefined && cursor < length() ? cursor : undefined;
    const sums = layers.map(({ label, sum }) => `${label} ${formats.count(sum)}`).join(", ");
    const text =
      at === undefined
        ? t("{0} hits: {1}", formats.count(progress.count), sums)
        : `${times.stamp(start + at * step)} + ${formats.duration(step / 1000)}: ${stepText(layers, at, formats.count) || "0"}`;
    setText(told, text);
    setAttribute(stage, "aria-valuemin", "0");
    setAttribute(stage, "aria-valuemax", String(Math.max(0, length() - 1)));
    setAttribute(stage, "aria-valuenow", String(at ?? Math.max(0, length() - 1)));
    setAttribute(stage, "aria-valuetext", text);
  };

  const mark = (): void => {
    if (!drawn || !progress) return;
    const { start, step } = progress.histogram;
    const x = (place: number) => drawn?.valToPos((start + place * step) / 1000, "x") ?? 0;
    drawn.setCursor({ left: cursor === undefined ? -10 : x(cursor + 0.5), top: 0 }, false);
    const [low, high] = [Math.min(from ?? 0, cursor ?? 0), Math.max(from ?? 0, cursor ?? 0) + 1];
    const width = from === undefined ? 0 : x(high) - x(low);
    drawn.setSelect({ left: x(low), top: 0, width, height: width > 0 ? HEIGHT : 0 }, false);
  };

  stage.addEventListener("keydown", (event) => {
    if (!progress || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = length() - 1;
    const at = cursor ?? last;
    const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    const to = moves[event.key];
    if (event.key === "Enter" && cursor !== undefined) {
      const { start, step } = progress.histogram;
      const [low, high] = [Math.min(from ?? cursor, cursor), Math.max(from ?? cursor, cursor)];
      choose(start + low * step, start + (high + 1) * step);
    } else if (event.key === "Escape") {
      if (cursor === undefined) select(undefined);
      cursor = from = undefined;
    } else if (to === undefined || last < 0) return;
    else {
      from = event.shiftKey ? (from ?? at) : undefined;
      cursor = Math.min(last, Math.max(0, to));
    }
    event.preventDefault();
    mark();
    tell();
    announcer.say(told.textContent ?? "");
  });
  stage.addEventListener("dblclick", () => select(undefined));
  new ResizeObserver(() => {
    if (!drawn) draw();
    else if (canvas.clientWidth > 0 && canvas.clientWidth !== drawn.width)
      drawn.setSize({ width: canvas.clientWidth, height: HEIGHT });
  }).observe(canvas);

  return {
    element,
    update(next, nextSplit) {
      progress = next;
      split = nextSplit;
      draw();
    },
    restyle() {
      shape = "";
      draw();
    },
  };
}

const stepped: uPlot.Series.PathBuilder | undefined = uPlot.paths.stepped?.({ align: 1 });
