import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SourceFigures } from "../../src/model.ts";
import type { Progress } from "../../src/protocol/log-view.ts";
import type { EngineStatus, Standing } from "../../src/protocol/webview.ts";
import { type Emptiness, emptinessOf, type Situation } from "../../src/webview/log/empty.ts";
import { createStandingWatch } from "../../src/webview/log/standing.ts";
import { EVERYTHING, type Filter } from "../../src/webview/log/state.ts";
import { until } from "../helpers/until.ts";
import { source } from "../vscode/snapshots.ts";
import { texts } from "./texts.ts";

const progress: Progress = {
  search: 1,
  version: 1,
  count: 0,
  scanned: 10,
  total: 10,
  done: true,
  changedFrom: null,
  levels: [],
  sources: [],
  damaged: 0,
  histogram: { start: 0, step: 1, classes: [] },
};
const store = { records: 10, bytes: 10 };
const range = { kind: "last", seconds: 60 } as const;

const standing = (
  sources: readonly SourceFigures[],
  more: Partial<Standing["snapshot"]> = { store },
): Standing => ({ engine: { name: "running" }, snapshot: { sources, ...more } });

function empty(more: Partial<Situation> = {}): Emptiness | undefined {
  const usual = { progress, filter: EVERYTHING, failure: undefined, paused: false };
  return emptinessOf({ ...usual, standing: standing([source("access")]), ...more }, texts);
}
const filtered = (filter: Partial<Filter>, more: Partial<Situation> = {}) =>
  empty({ filter: { ...EVERYTHING, ...filter }, ...more });
const remedies = (found: Emptiness | undefined) => found?.remedies.map(({ label }) => label);
/** What is told, without what it is told of. */
const words = (found: Emptiness | undefined) => [found?.title, found?.detail];

describe("why a log view shows no line", () => {
  it("is not told while lines are seen, or may be found yet", () => {
    assert.equal(empty({ progress: { ...progress, count: 1 } }), undefined);
    assert.equal(empty({ progress: { ...progress, done: false } }), undefined);
    assert.equal(empty({ progress: undefined }), undefined);
  });

  const hiding = [
    [{ query: "level:error" }, "the search", "Clear the search"],
    [{ levels: ["fatal"] }, "the levels", "Show all levels"],
    [{ sources: ["access"] }, "the sources", "Show all sources"],
    [{ range }, "the time range", "Show all time"],
    [{ cleared: { at: 1 } }, "what was cleared", "Show cleared lines"],
  ] as const;
  for (const [filter, what, offer] of hiding)
    it(`is ${what}, and only that is taken back`, () => {
      const found = filtered({ query: "kept", ...filter });
      const alone = filtered(filter);
      assert.deepEqual(words(alone), ["No line fits", `Left out by ${what}.`]);
      assert.deepEqual(remedies(alone), [offer]);
      assert.deepEqual(alone?.remedies[0], { label: offer, filter: { ...EVERYTHING, ...without(filter) } });
      if ("query" in filter) return;
      assert.deepEqual(remedies(found), ["Clear the search", offer, "Clear all"]);
      const kept = { ...EVERYTHING, query: "kept", ...without(filter) };
      assert.deepEqual(found?.remedies[1], { label: offer, filter: kept });
      assert.deepEqual(found?.remedies[2], { label: "Clear all", filter: EVERYTHING });
    });

  it("is a field that no line has, and another is offered that may be meant", () => {
    const missing = [{ name: "statsu", near: "status", query: "status:404 z:1" }, { name: "z" }];
    const found = filtered(
      { query: "statsu:404 z:1", range },
      { progress: { ...progress, missing }, found: {} },
    );
    assert.equal(
      found?.also,
      "No line here has the field statsu: did you mean status? No line here has the field z.",
    );
    assert.deepEqual(remedies(found), [
      "Search for status:404 z:1",
      "Clear the search",
      "Show all time",
      "Clear all",
    ]);
    const meant = { ...EVERYTHING, range, query: "status:404 z:1" };
    assert.deepEqual(found?.remedies[0], { label: "Search for status:404 z:1", filter: meant });
    const long = { name: "statsu", near: "status", query: `status:404 ${"z".repeat(30)}` };
    const of = filtered({ query: "x" }, { progress: { ...progress, missing: [long] }, found: {} });
    assert.equal(remedies(of)?.[0], "Search for status:…");
    // Another search is on its way.
    assert.equal(filtered({ query: "y" }, { progress: { ...progress, missing } })?.also, undefined);
    const failed = standing([source("access", { state: "stopped" })]);
    const both = filtered(
      { query: "z:1" },
      { progress: { ...progress, missing }, standing: failed, found: {} },
    );
    assert.match(both?.also ?? "", /has the field z\. access is stopped/);
  });

  it("is the pause, which ends", () => {
    const found = empty({ paused: true });
    assert.deepEqual(words(found), ["No line fits", "Left out by the pause."]);
    assert.deepEqual(found?.remedies, [{ label: "Go On", resume: true }]);
    assert.deepEqual(remedies(filtered({ query: "x" }, { paused: true })), ["Clear the search", "Go On"]);
  });

  it("is no filter where nothing is kept at all", () => {
    const none = { progress: { ...progress, total: 0 } };
    const found = filtered({ query: "x", levels: ["fatal"] }, none);
    assert.equal(found?.title, "No line is kept yet");
    assert.deepEqual(remedies(found), ["Add Log…", "Open Dashboard"]);
    // Those of other times are not counted.
    assert.equal(filtered({ range }, none)?.detail, "Left out by the time range.");
  });

  it("is that nothing is watched, also when that is why nothing can be searched", () => {
    const idle: Standing = { engine: { name: "idle" } };
    for (const found of [
      empty({ standing: standing([]) }),
      empty({ standing: idle, failure: "No log is watched yet: use Add Log… first." }),
    ]) {
      assert.deepEqual(words(found), [
        "No log is watched yet",
        "Choose a log file; its lines are shown here as they are written.",
      ]);
      assert.deepEqual(remedies(found), ["Add Log…", "Generate Sample Log"]);
      assert.deepEqual(found?.remedies[0], { label: "Add Log…", command: "addLog" });
    }
  });

  const faults: readonly [Partial<SourceFigures>, string, string][] = [
    [{ state: "failed", reason: "EACCES: permission denied" }, "access has failed", "Start"],
    [{ state: "paused" }, "access is paused", "Resume"],
    [{ state: "stopped" }, "access is stopped", "Start"],
    [{ state: "waiting" }, "access waits for its file", "Add Log…"],
    [{ state: "consent", consent: ["tcp://host:1"] }, "access waits for your consent", "Allow…"],
    [{ awaits: "sink" }, "access waits for etcd", "Show Output"],
  ];
  for (const [figures, title, offer] of faults)
    it(`is that ${title}`, () => {
      const found = empty({ standing: standing([source("access", figures)]) });
      assert.equal(found?.title, title);
      assert.equal(remedies(found)?.[0], offer);
      // Beside a filter that also may be why.
      const both = filtered({ range }, { standing: standing([source("access", figures)]) });
      assert.equal(both?.title, "No line fits");
      if (figures.state === "waiting") assert.equal(both?.also, undefined);
      else {
        assert.ok(both?.also?.startsWith(title), both?.also);
        assert.deepEqual(remedies(both)?.slice(0, 2), ["Show all time", offer]);
      }
    });

  it("is the fault of the one source that is looked at, not of others", () => {
    const two = standing([source("access", { state: "failed", reason: "EACCES" }), source("other")]);
    assert.equal(empty({ standing: two })?.title, "No line is kept yet");
    assert.equal(filtered({ sources: ["access"] }, { standing: two })?.also, "access has failed: EACCES");
    assert.equal(filtered({ sources: ["other"] }, { standing: two })?.also, undefined);
  });

  it("is that the store is off", () => {
    const found = empty({ standing: standing([source("access")], {}) });
    assert.equal(found?.title, "The embedded store is off");
    assert.deepEqual(found?.remedies[0], { label: "Open Configuration", command: "configure" });
  });

  for (const name of ["failed", "restarting", "closed"] as const)
    it(`is the engine that is ${name}, and not what the search says of it`, () => {
      const engine: EngineStatus = { name, reason: "out of memory" };
      const found = empty({ failure: "the thread ended", standing: { engine } });
      assert.equal(found?.detail, "out of memory");
      assert.ok(remedies(found)?.includes("Show Output"));
    });

  it("is a remote index that holds nothing, whatever the sources of this computer do", () => {
    const failed = standing([source("access", { state: "failed" })]);
    const found = empty({ index: "elastic", standing: failed });
    assert.equal(found?.title, "The index has no line yet");
    assert.deepEqual(remedies(found), ["Try Again"]);
    const both = filtered({ query: "x" }, { index: "elastic", standing: failed });
    assert.deepEqual([both?.also, remedies(both)], [undefined, ["Clear the search"]]);
  });

  it("may be seen in the index that its source names, or here when that can't be asked", () => {
    const named = standing([source("access", { searchIn: "es" }), source("other")]);
    const label = "Search in es";
    const found = filtered({ sources: ["access"] }, { standing: named });
    assert.deepEqual(found?.remedies.at(-1), { label, index: "es" });
    for (const sources of [undefined, ["other"], ["access", "other"]])
      assert.ok(!remedies(filtered({ sources }, { standing: named }))?.includes(label));
    const failed = empty({ index: "es", failure: "can't be reached", standing: named });
    assert.deepEqual(remedies(failed), ["Try Again", "Show Output", "Search on this computer"]);
    assert.deepEqual(failed?.remedies[2], { label: "Search on this computer", index: undefined });
  });

  it("is a search that failed: the same can be tried again", () => {
    const filter = { ...EVERYTHING, query: "level:error" };
    const found = empty({ filter, failure: "the thread ended" });
    assert.deepEqual(words(found), ["The lines can't be read", "the thread ended"]);
    assert.deepEqual(found?.remedies[0], { label: "Try Again", filter });
  });
});

describe("how the engine stands", () => {
  it("is asked only while it is wanted, and an engine that runs again is searched", async () => {
    let engine: EngineStatus = { name: "idle" };
    let [asked, changed, revived] = [0, 0, 0];
    const watch = createStandingWatch({
      ask: async () => {
        asked++;
        return { engine };
      },
      changed: () => void changed++,
      revived: () => void revived++,
    });
    watch.want(false);
    assert.equal(asked, 0);
    watch.want(true);
    watch.want(true);
    await until(() => changed === 1, { every: 1, what: "the first answer" });
    assert.deepEqual([asked, watch.now], [1, { engine }]);
    engine = { name: "running" };
    await until(() => revived === 1, { every: 5, what: "that it runs" });
    watch.want(false);
    assert.equal(watch.now, undefined);
    assert.equal(asked, 2);
  });
});

function without(filter: object): Partial<Filter> {
  return Object.fromEntries(Object.keys(filter).map((name) => [name, EVERYTHING[name as keyof Filter]]));
}
