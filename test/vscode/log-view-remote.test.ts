import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEmitter } from "../../src/lib/events.ts";
import type { RemoteTold } from "../../src/protocol/remote.ts";
import { isSuperseded } from "../../src/protocol/superseded.ts";
import type { EngineState } from "../../src/vscode/engine-host.ts";
import { createSearcher, placed } from "../../src/vscode/log-view-remote.ts";
import { sink, snapshot, source } from "./snapshots.ts";

/** The two ends that a view's questions can go to, which write down what they are asked. */
function setUp(answer: () => object | Promise<object> = () => ({})) {
  const asked: string[] = [];
  const told = createEmitter<RemoteTold>();
  const states = createEmitter<EngineState>();
  const heard: string[] = [];
  const searcher = createSearcher(
    {
      call: async (name) => {
        asked.push(`thread ${name}`);
        return (await answer()) as never;
      },
      listen: () => ({ dispose: () => asked.push("thread ends") }),
    },
    {
      call: async (_name, argument) => {
        asked.push(`engine ${(argument as { name: string }).name}`);
        return (await answer()) as never;
      },
      onRemote: told.listen,
      onState: states.listen,
    },
  );
  const listening = searcher.listen(1, {
    progress: () => heard.push("progress"),
    facets: () => heard.push("facets"),
    failed: ({ reason }) => heard.push(reason),
  });
  const search = (request: object) => searcher.call("search", { view: 1, dataDir: "/data", request });
  const ask = () => searcher.call("rows", { view: 1, request: {} });
  return { asked, heard, told, states, searcher, listening, search, ask };
}

describe("where a log view's questions go", () => {
  it("is the query thread, until a search names a sink, and again after one that names none", async () => {
    const { asked, search, ask, searcher } = setUp();
    await search({ query: "" });
    await ask();
    await search({ query: "", index: "es" });
    await ask();
    assert.equal(searcher.remote, true);
    await searcher.call("lines", { file: "a", offset: 0 } as never);
    await search({ query: "" });
    await ask();
    assert.deepEqual(asked, [
      "thread search",
      "thread rows",
      "engine search",
      "thread close",
      "engine rows",
      "thread lines",
      "thread search",
      "engine close",
      "thread rows",
    ]);
  });

  it("is where the last search is that has begun, however late another place answers", async () => {
    const late = Promise.withResolvers<object>();
    const answers: (object | Promise<object>)[] = [{}, late.promise];
    const { asked, search, ask, searcher } = setUp(() => answers.shift() ?? {});
    await search({ query: "" });
    const left = search({ query: "", index: "es" });
    await search({ query: "" });
    late.resolve({});
    await assert.rejects(left, (error) => isSuperseded(error));
    assert.equal(searcher.remote, false);
    await ask();
    assert.deepEqual(asked, [
      "thread search",
      "engine search",
      "thread search",
      "engine close",
      "thread rows",
    ]);
  });

  it("closes nothing in a place that is asked for again meanwhile", async () => {
    const late = Promise.withResolvers<object>();
    const answers: (object | Promise<object>)[] = [{}, {}, late.promise];
    const { asked, search, searcher } = setUp(() => answers.shift() ?? {});
    await search({ query: "" });
    const there = search({ query: "", index: "es" });
    const here = search({ query: "" });
    await there;
    assert.equal(searcher.remote, true);
    late.resolve({});
    await here;
    assert.equal(searcher.remote, false);
    assert.deepEqual(asked, ["thread search", "engine search", "thread search", "engine close"]);
  });

  it("answers from a place as soon as that has begun, whether or not the other has heard of its end", async () => {
    const never = new Promise<object>(() => undefined);
    const died = () => Promise.reject(new Error("it died"));
    const answers = [() => ({}), () => ({}), () => never, () => ({}), died];
    const { asked, search, searcher } = setUp(() => answers.shift()?.() ?? {});
    await search({ query: "" });
    await search({ query: "", index: "es" });
    assert.equal(searcher.remote, true);
    await search({ query: "" });
    assert.equal(searcher.remote, false);
    await search({ query: "", index: "es" });
    assert.deepEqual(asked.slice(1), [
      "engine search",
      "thread close",
      "thread search",
      "engine close",
      "engine search",
      "thread close",
    ]);
  });

  it("stays where it was when the query of another place has a problem", async () => {
    const { asked, search, ask } = setUp(() => ({ problem: { reason: "no", column: 0 } }));
    await search({ query: "(", index: "es" });
    await ask();
    assert.deepEqual(asked, ["engine search", "thread rows"]);
  });

  it("hears of its own view's search alone, and that the engine ended", async () => {
    const { heard, told, states, search, listening, asked } = setUp();
    const failed = (view: number): RemoteTold => ({
      name: "failed",
      told: { view, search: 1, reason: `of ${view}` },
    });
    told.fire(failed(1));
    await search({ index: "es" });
    told.fire(failed(2));
    told.fire(failed(1));
    states.fire({ name: "running" });
    states.fire({ name: "restarting", reason: "it died" });
    assert.deepEqual(heard, ["of 1", "it died"]);
    listening.dispose();
    told.fire(failed(1));
    assert.deepEqual(heard, ["of 1", "it died"]);
    assert.deepEqual(asked.slice(-2), ["thread ends", "engine close"]);
  });
});

describe("where a log view searches that is opened for a source", () => {
  const now = {
    snapshot: snapshot({
      sources: [source("app", { searchIn: "es" }), source("web", { searchIn: "gone" }), source("plain")],
      sinks: [sink("es", { type: "elasticsearch" })],
    }),
  };

  it("is where its source says, as long as that can be searched", () => {
    assert.deepEqual(placed(now, { source: "app", query: "x" }), { source: "app", query: "x", index: "es" });
    for (const target of [{}, { source: "web" }, { source: "plain" }, { source: "none" }])
      assert.deepEqual(placed(now, target), target);
    assert.deepEqual(placed({ snapshot: undefined }, { source: "app" }), { source: "app" });
  });
});
