import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, said } from "./load.ts";

const es = { type: "elasticsearch", url: "http://127.0.0.1:9200" };
const os = { type: "opensearch", url: "http://127.0.0.1:9201" };
const out = { type: "file", path: "out" };
const a = (searchIn: unknown, more: object = {}) => ({ a: { paths: "a.log", searchIn, ...more } });

describe("where a source is searched", () => {
  it("is a sink that can be searched", async () => {
    const loaded = await load({ sources: a("es"), sinks: { es } });
    assert.deepEqual(said(loaded), []);
    assert.equal(loaded.config.sources.get("a")?.searchIn, "es");
    assert.equal((await load({ sources: a("${env:AT}"), sinks: { os } }, {}, { AT: "os" })).issues.length, 0);
  });

  it("is told to be wrong where there is no such sink, or none that can be searched; the source goes on", async () => {
    for (const [value, sinks, wanted] of [
      [
        "es",
        { out },
        /^sources.a.searchIn: there is no sink "es" to search in: define it under sinks with the type elasticsearch or opensearch$/,
      ],
      ["e", { es, os, out }, /there is no sink "e" to search in: .*, or name one of es, os$/],
      [
        "out",
        { es, out },
        /^sources.a.searchIn: what the sink "out" writes can't be searched, as it is of type file: name one of type elasticsearch or opensearch, or leave it out/,
      ],
      ["store", {}, /it is of type store: /],
    ] as const) {
      const loaded = await load({ sources: a(value), sinks });
      const [text = "", ...more] = said(loaded);
      assert.match(text, wanted);
      assert.deepEqual(more, []);
      assert.equal(loaded.issues[0]?.severity, "error");
      const source = loaded.config.sources.get("a");
      assert.ok(source && !("searchIn" in source));
      assert.deepEqual(loaded.refused, []);
    }
  });

  it("is told with all else that is wrong with the source", async () => {
    const loaded = await load({ sources: a("nosuch", { sinks: ["none"], poll: 1 }), sinks: { out } });
    const keys = said(loaded).map((text) => text.split(":")[0]);
    assert.deepEqual(keys.sort(), ["sources.a.poll", "sources.a.searchIn", "sources.a.sinks.0"]);
  });

  it("stays while its sink is refused, of which the old one goes on", async () => {
    const loaded = await load({ sources: a("es"), sinks: { es: { ...es, url: "nowhere" } } });
    assert.deepEqual(loaded.refused, ["sinks.es"]);
    assert.equal(loaded.issues.length, 1);
    assert.equal(loaded.config.sources.get("a")?.searchIn, "es");
  });
});
