import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Progress, Row } from "../../src/protocol/log-view.ts";
import { createMarks } from "../../src/webview/log/marks.ts";
import { EVERYTHING, type Filter } from "../../src/webview/log/state.ts";
import { texts } from "./texts.ts";

const AT = 1_700_000_000_000;
const row = (seconds: number) => ({ time: AT + seconds * 1000, nanos: 0 }) as Row;

function marksFor(progress: Partial<Progress>, filter: Filter = EVERYTHING) {
  const marks = createMarks({ ...texts, filter: () => filter, moment: Date.now });
  marks.update({
    ...{ search: 1, version: 1, count: 9, scanned: 0, total: 0, done: true, changedFrom: null, levels: [] },
    ...{ sources: [], damaged: 0, histogram: { start: 0, step: 3_600_000, classes: [[9]] } },
    ...progress,
  });
  return marks;
}

describe("the marks between lines", () => {
  it("tell what went for its age from what went to make room", () => {
    const first = (progress: Partial<Progress>) => marksFor(progress).above(0, row(0), undefined);
    assert.equal(first({}), undefined);
    assert.equal(first({ removed: 1200 }), "1,200 older lines of all logs were removed to make room");
    assert.equal(
      first({ removed: 1200, aged: 1200 }),
      "1,200 older lines of all logs were removed for their age",
    );
    assert.equal(
      first({ removed: 1200, aged: 200 }),
      "1,000 older lines of all logs were removed to make room · 200 older lines of all logs were removed for their age",
    );
    assert.equal(marksFor({ removed: 5 }).above(1, row(0), row(0)), undefined);
  });

  it("tell what was removed wherever the search would have reached it", () => {
    const told = (filter: Partial<Filter>, oldest: number | undefined) =>
      marksFor({ removed: 5, ...(oldest !== undefined && { oldest }) }, { ...EVERYTHING, ...filter }).above(
        0,
        row(0),
        undefined,
      ) !== undefined;
    const between = { range: { kind: "between", since: AT - 1000, until: AT + 1000 } } as const;
    assert.equal(told(between, AT), true);
    assert.equal(told(between, AT - 1000), false);
    assert.equal(told(between, undefined), false);
    const last = { range: { kind: "last", seconds: 60 } } as const;
    assert.equal(told(last, Date.now()), true);
    assert.equal(told(last, Date.now() - 70_000), false);
    // What was cleared from the view nobody looks for.
    assert.equal(told({ cleared: { at: AT + 1 } }, AT), false);
    assert.equal(told({ cleared: { at: AT - 1 } }, AT), true);
    assert.equal(
      marksFor({ removed: 5, oldest: AT }, { ...EVERYTHING, ...between }).above(1, row(0), row(0)),
      undefined,
    );
  });

  it("tell what was given up where it was, each line once, by sink", () => {
    const marks = marksFor({
      drops: [
        { time: AT - 5_000, sinks: [["influx", 1]] },
        { time: AT + 1_000, sinks: [["influx", 1_000]] },
        {
          time: AT + 1_500,
          sinks: [
            ["influx", 200],
            ["loki", 3],
          ],
        },
        { time: AT + 9_000, sinks: [["influx", 7]] },
      ],
    });
    assert.equal(
      marks.above(0, row(0), undefined),
      "Lines were given up here because the spool was full: influx lacks 1",
    );
    assert.equal(marks.above(1, row(0.5), row(0)), undefined);
    assert.equal(
      marks.above(2, row(2), row(0.5)),
      "Lines were given up here because the spool was full: influx lacks 1,200, loki lacks 3",
    );
    // Of a line whose neighbour is not there yet it is not known what lies between.
    assert.equal(marks.above(7, row(9), undefined), undefined);
  });
});
