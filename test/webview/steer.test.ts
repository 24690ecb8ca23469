import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Plot } from "../../src/webview/plot.ts";
import { createPointer } from "../../src/webview/pointer.ts";
import type { Span } from "../../src/webview/span.ts";
import { steer } from "../../src/webview/steer.ts";

const STEP = 2;
const COUNT = 30;

/** A chart of COUNT steps from a time on, which goes on as a live range does. */
function chart() {
  const stage = new EventTarget();
  const pointer = createPointer();
  const zoomed: Span[] = [];
  let from = 1000;
  const times = () => Array.from({ length: COUNT }, (_, i) => from + i * STEP);
  steer(stage as unknown as Parameters<typeof steer>[0], pointer, {
    plot: () => ({ times: times(), step: STEP, lines: [] }) as unknown as Plot,
    place: () => times().findLastIndex((time) => pointer.time !== undefined && time <= pointer.time),
    row: () => -1,
    setRow: () => undefined,
    zoom: (span) => void zoomed.push(span),
    zoomOut: () => undefined,
    open: () => undefined,
  });
  return {
    pointer,
    zoomed,
    times,
    press: (key: string, shiftKey = false) =>
      stage.dispatchEvent(Object.assign(new Event("keydown"), { key, shiftKey })),
    goOn: (steps: number) => {
      from += steps * STEP;
    },
  };
}

describe("the crosshair of a chart", () => {
  it("begins at the newest step, and goes from step to step", () => {
    const { pointer, press, times } = chart();
    press("ArrowLeft");
    assert.equal(pointer.time, times().at(-1));
    press("ArrowLeft");
    assert.equal(pointer.time, times().at(-2));
    press("Home");
    assert.equal(pointer.time, times()[0]);
  });

  it("goes on from the oldest step where its own has left the range", () => {
    const { pointer, press, times, goOn } = chart();
    press("Home");
    goOn(3);
    press("ArrowRight");
    assert.equal(pointer.time, times()[1]);
  });

  it("marks from the oldest step where its own has left the range, and not from 1970", () => {
    const { press, times, zoomed, goOn } = chart();
    press("Home");
    goOn(3);
    press("ArrowRight", true);
    press("ArrowRight", true);
    press("Enter");
    const [first = 0, , third = 0] = times();
    assert.deepEqual(zoomed, [{ from: first, until: third + STEP }]);
  });
});
