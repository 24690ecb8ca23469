import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Snapshot } from "../../src/model.ts";
import { type Cause, causeOf } from "../../src/webview/cause.ts";
import { file, snapshot, source } from "../vscode/snapshots.ts";
import { seriesOf, sourceSeries } from "./series.ts";
import { texts } from "./texts.ts";

type Situation = Parameters<typeof causeOf>[0];

function cause(sources: Snapshot["sources"], more: Partial<Situation> = {}): Cause | undefined {
  const situation: Situation = {
    engine: { name: "running" },
    snapshot: snapshot({ sources }),
    series: seriesOf({}),
    source: undefined,
    range: 900,
    failure: undefined,
    ...more,
  };
  return causeOf(situation, texts);
}
const remedies = (found: Cause | undefined) => found?.remedies.map(({ label }) => label);

describe("why nothing is seen", () => {
  const lines = seriesOf({ access: sourceSeries({ lines: [1] }) });

  it("is not asked while lines are seen", () => {
    assert.equal(cause([source("access")], { series: lines }), undefined);
  });

  it("is that nothing is watched: then charts are left out and two ways in are shown", () => {
    const found = cause([], { snapshot: undefined, engine: { name: "idle" } });
    assert.equal(found?.alone, true);
    assert.deepEqual(remedies(found), ["Add Log…", "Generate Sample Log"]);
    assert.equal(cause([], { series: lines })?.alone, false, "history is shown all the same");
  });

  it("tells whose figures these are, also while lines are seen", () => {
    for (const sources of [[], [source("access")]]) {
      const found = cause([], {
        snapshot: snapshot({ sources, followed: { process: 4711 } }),
        series: lines,
      });
      assert.equal(found?.title, "Followed: run by process 4711");
      assert.deepEqual([found?.kind, found?.alone], ["info", false]);
    }
  });

  it("is not told before it is known", () => {
    assert.equal(cause([], { snapshot: undefined, engine: { name: "starting" } }), undefined);
    assert.equal(cause([source("access")], { series: undefined }), undefined);
  });

  const engines = [
    ["failed", "The engine has stopped", ["Restart Engine", "Show Output"]],
    ["restarting", "The engine is restarting", ["Restart Engine", "Show Output"]],
    ["closed", "The engine has stopped", ["Show Output"]],
  ] as const;
  for (const [name, title, labels] of engines) {
    it(`is first of all an engine that is ${name}`, () => {
      const found = cause([source("a", { state: "paused" })], { engine: { name, reason: "exit code 1" } });
      assert.deepEqual([found?.title, remedies(found)], [title, labels]);
    });
  }

  it("is that the figures could not be had", () => {
    const found = cause([source("access")], { failure: "disk I/O error" });
    assert.deepEqual([found?.kind, found?.detail], ["error", "disk I/O error"]);
  });

  const states = [
    ["paused", "warning", /is paused/, "Resume"],
    ["stopped", "warning", /is stopped/, "Start"],
    ["failed", "error", /has failed/, "Start"],
    ["waiting", "info", /waits for its file/, "Add Log…"],
  ] as const;
  for (const [state, kind, title, remedy] of states) {
    it(`is a source that is ${state}, with what helps`, () => {
      const found = cause([source("access", { state })], { source: "access" });
      assert.equal(found?.kind, kind);
      assert.match(found?.title ?? "", title);
      assert.equal(remedies(found)?.[0], remedy);
    });
  }

  it("is consent that nobody gave, with the button that gives it", () => {
    const consent = ["http://db:8086", "docker logs web"];
    const found = cause([source("access", { state: "consent", consent })], { source: "access" });
    assert.match(found?.title ?? "", /^access waits for your consent$/);
    assert.match(found?.detail ?? "", /before you allow http:\/\/db:8086, docker logs web/);
    assert.deepEqual(found?.remedies, [{ label: "Allow…", command: "allow", source: "access" }]);
  });

  it("is etcd where that alone can tell what a sink is, and no file", () => {
    const found = cause([source("a", { state: "waiting", awaits: "far", reason: "waiting for etcd: …" })]);
    assert.deepEqual([found?.title, found?.detail], ["a waits for etcd", "waiting for etcd: …"]);
  });

  it("calls the only source by its name, several every log", () => {
    assert.match(cause([source("access", { state: "waiting" })])?.title ?? "", /^access waits/);
    const both = ["a", "b"].map((id) => source(id, { state: "waiting" }));
    assert.match(cause(both)?.title ?? "", /^Every log waits/);
  });

  it("leaves out empty charts while a log waits for its first line, and shows what was recorded of it", () => {
    const waiting = [source("access", { state: "waiting" })];
    assert.deepEqual([cause(waiting)?.alone, cause(waiting, { series: lines })?.alone], [true, false]);
  });

  it("is a source that is gone from the configuration", () => {
    assert.deepEqual(remedies(cause([source("a")], { source: "gone" })), ["Show All Sources"]);
  });

  it("is a span of the past without lines, with the ways out of it", () => {
    const found = cause([source("a")], { between: { from: 1_700_000_000, until: 1_700_000_300 } });
    assert.match(found?.title ?? "", /^No line from .* to /);
    assert.deepEqual(remedies(found), ["Zoom Out", "Show the last 15 min"]);
  });

  it("is a range without lines: when the last one came, and the next longer range", () => {
    const found = cause([source("a", { files: [file("/a", { lastRead: 1_700_000_000_000 })] })]);
    assert.match(found?.title ?? "", /No line in the last 15 min/);
    assert.match(found?.detail ?? "", /Nov 1\d/);
    assert.deepEqual(remedies(found), ["Show 1 hr"]);
    assert.deepEqual(remedies(cause([source("a")], { range: 2_592_000 })), []);
  });
});
