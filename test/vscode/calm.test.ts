import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BUSY, CALM, createCalm, READING } from "../../src/vscode/calm.ts";
import { changesBetween } from "../../src/vscode/changes.ts";
import { createOpenRows } from "../../src/vscode/open-rows.ts";
import { groupRows } from "../../src/vscode/row-groups.ts";
import { type Row, sourceRows } from "../../src/vscode/rows.ts";
import { sparkline } from "../../src/vscode/sparkline.ts";
import { english, file, snapshot, source } from "./snapshots.ts";

/** A tree whose clock the test sets: what is drawn again after each change. */
function drawn() {
  let time = 0;
  let rows: readonly Row[] = [];
  const calm = createCalm(() => time);
  return {
    calm,
    at(ms: number, ...sources: ReturnType<typeof source>[]) {
      time = ms;
      const placed = sourceRows(snapshot({ sources }), english).flatMap((row, index) => {
        const source = sources[index];
        return source ? [{ source, row }] : [];
      });
      const next = calm.settle(rows, groupRows(placed, "group", String, english));
      const changes = changesBetween(rows, next);
      rows = next;
      return changes;
    },
    text: () => rows.map(({ description }) => description).join(),
  };
}
const rate = (linesPerSecond: number, more = {}) => source("a", { linesPerSecond, ...more });

describe("a tree under figures that never rest", () => {
  it("draws rows anew for figures alone only so often, and in the end as they are", () => {
    const tree = drawn();
    tree.at(0, rate(1));
    assert.deepEqual(tree.at(1000, rate(2)), []);
    assert.equal(tree.text(), "1/s");
    assert.equal(tree.calm.due, CALM - 1000, "and asks to be looked at again then");
    assert.deepEqual(tree.at(4900, rate(3)), []);
    assert.deepEqual(tree.at(CALM, rate(3)), ["source:a"]);
    assert.equal(tree.text(), "3/s");
    assert.equal(tree.calm.due, undefined);
  });

  it("draws what is first to change after a rest at once", () => {
    const tree = drawn();
    tree.at(0, rate(1));
    assert.deepEqual(tree.at(60_000, rate(2)), ["source:a"]);
  });

  it("draws a state, a box and files that come or go at once, with the figures of then", () => {
    const tree = drawn();
    const one = [file("/1")];
    tree.at(0, rate(1));
    assert.deepEqual(tree.at(100, rate(2, { state: "paused" })), ["source:a"]);
    assert.equal(tree.text(), "paused");
    assert.deepEqual(tree.at(200, rate(2, { files: one })), ["source:a"]);
    assert.equal(tree.text(), "2/s");
    assert.deepEqual(tree.at(300, rate(9, { files: one }), source("b")), "all");
  });

  it("leaves all rows alone while a tooltip is read, and brings the tooltip up to date then", () => {
    const tree = drawn();
    const flow = (n: number) => rate(n, { files: [file("/1", { linesPerSecond: n })] });
    tree.at(0, flow(1), source("b"));
    tree.calm.read("file:a:/1");
    assert.deepEqual(tree.at(CALM, flow(2), source("b", { errors: 1 })), []);
    assert.equal(tree.calm.due, READING - CALM);
    assert.deepEqual(tree.calm.stale(), []);
    assert.deepEqual(tree.at(READING, flow(3), source("b", { errors: 1 })), ["source:a", "source:b"]);
    assert.deepEqual(tree.calm.stale(), ["file:a:/1"]);
    assert.deepEqual(tree.calm.stale(), []);
  });

  it("leaves rows alone while someone is at them, but for their states", () => {
    const tree = drawn();
    tree.at(0, rate(1), source("b"));
    for (let n = 1; n < 20; n++) {
      tree.calm.touched();
      assert.deepEqual(
        tree.at(n * (BUSY - 1), rate(n), source("b")),
        [],
        "something is done again and again",
      );
    }
    tree.calm.touched();
    const paused = source("b", { state: "paused" });
    assert.deepEqual(tree.at(20 * (BUSY - 1), rate(20), paused), ["source:b"]);
    assert.deepEqual(tree.at(21 * BUSY, rate(21), paused), ["source:a"]);
  });

  it("draws a group, and with it all its rows, for what one of them becomes only when figures are drawn", () => {
    const tree = drawn();
    const group = { group: "shop" };
    const paused = { ...group, state: "paused" } as const;
    tree.at(0, source("a", group), source("b", group));
    tree.calm.touched();
    assert.deepEqual(tree.at(1000, source("a", group), source("b", paused)), ["source:b"]);
    assert.equal(tree.text(), "0/s");
    assert.deepEqual(tree.at(CALM, source("a", group), source("b", paused)), ["group:group:shop"]);
    assert.equal(tree.text(), "0/s · paused: 1");
  });
});

describe("rows that someone opened or shut", () => {
  it("are so again after a reload, as many as are worth remembering", () => {
    let kept: unknown;
    const memento = {
      get: <T>(_key: string, otherwise: T) => (kept as T) ?? otherwise,
      async update(_key: string, value: unknown) {
        kept = JSON.parse(JSON.stringify(value));
      },
    };
    const before = createOpenRows(memento, "open");
    before.note("source:a", false);
    const after = createOpenRows(memento, "open");
    assert.deepEqual(
      ["source:a", "source:b"].map((id) => after.isOpen(id, true)),
      [false, true],
    );
    for (let n = 0; n < 600; n++) after.note(`source:${n}`, true);
    assert.equal((kept as unknown[]).length, 500);
    assert.equal(createOpenRows(memento, "open").isOpen("source:599", false), true);
  });
});

describe("the sparkline of a tooltip", () => {
  const times = Array.from({ length: 60 }, (_, at) => 1000 + at * 10);
  const none = times.map(() => null);
  const lines = times.map((_, at) => (at < 2 ? 100 : at < 4 ? 200 : at === 59 ? 20 : 0));
  const series = (sources: Record<string, readonly (number | null)[]>) => ({
    times,
    step: 10,
    sources: Object.fromEntries(Object.entries(sources).map(([id, list]) => [id, { lines: list }])) as never,
    sinks: { out: { delivered: lines, lag: none, dead: none, dropped: none, retries: none } } as never,
  });

  it("shows what came as columns, and says now, average and most", () => {
    const { picture, words } = sparkline(series({ a: lines }), { sources: ["a"] }, 1000, english);
    assert.equal(picture, `▅█${"▁".repeat(27)}▂`);
    assert.equal(words, "1 lines/s, 1 on average, 20 at most");
  });

  it("adds the sources of a group up, and takes what was not recorded for nothing", () => {
    const chart = { sources: ["a", "b", "none"] };
    const { picture, words } = sparkline(series({ a: none, b: lines }), chart, 1000, english);
    assert.equal(picture.length, 30);
    assert.equal(words, "1 lines/s, 1 on average, 20 at most");
    const empty = sparkline(series({}), chart, 1000, english);
    assert.equal(empty.picture, "▁".repeat(30));
  });

  it("shows what a sink was sent", () => {
    const { words } = sparkline(series({}), { sink: "out" }, 1000, english);
    assert.equal(words, "1 records/s, 1 on average, 20 at most");
  });
});
