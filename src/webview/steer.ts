import type { Plot } from "./plot.ts";
import type { Pointer } from "./pointer.ts";
import type { Span } from "./span.ts";

/** So many steps are leapt over by PageUp and PageDown. */
const LEAP = 10;

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  preventDefault(): void;
}

interface Stage {
  addEventListener(type: "keydown" | "blur", listener: (event: Pressed) => void): void;
}

interface Wheel {
  readonly plot: () => Plot | undefined;
  /** Place of the crosshair among the steps; −1 without one. */
  readonly place: () => number;
  readonly row: () => number;
  readonly setRow: (row: number) => void;
  readonly zoom: (span: Span) => void;
  readonly zoomOut: () => void;
  /** Opens the lines of one step: when it begins and how wide it is, in seconds. */
  readonly open: (from: number, width: number) => void;
}

/**
 * Steers a chart by keyboard: arrows, PageUp, PageDown, Home and End move the crosshair, with Shift they mark a
 * span; Enter shows what is marked on all charts, or opens the lines of the step; `-` zooms out; Escape unmarks.
 */
export function steer(stage: Stage, pointer: Pointer, wheel: Wheel): void {
  /** Where marking began. */
  let anchor: number | undefined;

  const unmark = (): void => {
    anchor = undefined;
    pointer.mark(undefined);
  };

  const move = (to: number, marking: boolean): void => {
    const plot = wheel.plot();
    if (!plot || plot.times.length === 0) return;
    const { times, step } = plot;
    const at = Math.min(times.length - 1, Math.max(0, to));
    const now = pointer.time ?? times.at(-1);
    if (!marking) unmark();
    else anchor ??= times.findLast((time) => time <= (now ?? 0)) ?? times[0];
    pointer.set(times[at]);
    const [begin, end] = [times[at] ?? 0, anchor ?? 0];
    if (marking) pointer.mark({ from: Math.min(begin, end), until: Math.max(begin, end) + step });
  };

  stage.addEventListener("keydown", (event) => {
    const plot = wheel.plot();
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    // What it stood at may have left the range on the left, as ranges that go up to now do.
    const [place, from] = [wheel.place(), pointer.time === undefined ? plot.times.length : 0];
    const at = place < 0 ? from : place;
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageUp: at - LEAP,
      PageDown: at + LEAP,
      Home: 0,
      End: plot.times.length - 1,
    };
    const to = moves[event.key];
    const up = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const { span } = pointer;
    if (to !== undefined) move(to, event.shiftKey);
    else if (up !== undefined && plot.heat) {
      wheel.setRow(Math.min(plot.lines.length - 1, Math.max(0, wheel.row() + up)));
    } else if (event.key === "Enter" && span) {
      unmark();
      wheel.zoom(span);
    } else if (event.key === "Enter" && wheel.place() >= 0) {
      wheel.open(plot.times[wheel.place()] ?? 0, plot.step);
    } else if (event.key === "-") wheel.zoomOut();
    else if (event.key === "Escape" && span) unmark();
    else if (event.key === "Escape" && pointer.time !== undefined) pointer.set(undefined);
    else return;
    event.preventDefault();
  });
  stage.addEventListener("blur", () => {
    unmark();
    wheel.setRow(-1);
    pointer.set(undefined);
  });
}
