import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Config, SourceConfig } from "../../src/config/config.ts";
import { diffConfig } from "../../src/config/diff.ts";

const source = (id: string, path: string): SourceConfig => ({
  id,
  type: "file",
  baseDir: "/",
  options: { paths: [path] },
  parser: { name: "auto", options: {} },
  timezone: undefined,
  ignoreOffset: false,
  sinks: undefined,
  enabled: true,
});
const config = (paths: Record<string, string>): Config => ({
  sources: new Map(Object.entries(paths).map(([id, path]) => [id, source(id, path)])),
  sinks: new Map(),
  monitor: false,
  spool: { maxBytes: 1, whenFull: "block" },
  dataDir: "/data",
});
const configs = fc
  .dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.constantFrom("1", "2"))
  .map(config);

describe("diff", () => {
  it("is empty between equals, whatever the order of keys", () => {
    const reordered = config({ b: "2", a: "1" });
    const { sources, monitor, spool } = diffConfig(config({ a: "1", b: "2" }), reordered);
    assert.deepEqual([sources.added, sources.removed, sources.changed], [[], [], []]);
    assert.deepEqual([monitor, spool], [false, false]);
  });

  it("adds everything at first", () => {
    assert.deepEqual(diffConfig(undefined, config({ a: "1" })).sources.added, ["a"]);
    assert.equal(diffConfig(undefined, config({})).monitor, true);
  });

  it("puts each id into exactly one class (property)", () => {
    fc.assert(
      fc.property(configs, configs, (old, next) => {
        const { added, removed, changed, unchanged } = diffConfig(old, next).sources;
        const all = [...added, ...removed, ...changed, ...unchanged];
        assert.equal(new Set(all).size, all.length);
        assert.deepEqual(new Set(all), new Set([...old.sources.keys(), ...next.sources.keys()]));
      }),
    );
  });

  it("says what is needed to come from one to the other (property)", () => {
    fc.assert(
      fc.property(configs, configs, (old, next) => {
        const { added, removed, changed } = diffConfig(old, next).sources;
        const result = new Map(old.sources);
        for (const id of removed) result.delete(id);
        for (const id of [...added, ...changed]) result.set(id, next.sources.get(id)!);
        assert.deepEqual(new Map([...result].sort()), new Map([...next.sources].sort()));
      }),
    );
  });
});
