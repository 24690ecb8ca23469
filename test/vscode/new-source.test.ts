import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import picomatch from "picomatch";
import { judges } from "../../src/multiline/index.ts";
import { parsers } from "../../src/parsers/index.ts";
import { GROUPINGS, literalGlob, PARSERS, settingsPath, sourceId } from "../../src/vscode/new-source.ts";

describe("a new source", () => {
  for (const [path, id] of [
    ["/var/log/nginx/access.log", "access"],
    ["logs/*.log", "log"],
    ["logs/My App_v2*.ndjson", "my-app-v2"],
    ["/var/log/syslog", "syslog"],
    ["日志.log", "log"],
  ] as const) {
    it(`is called ${id} for ${path}`, () => assert.equal(sourceId(path, new Set()), id));
  }

  it("never takes an id that is taken", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(fc.constantFrom("log", "log-2", "log-3", "a", "a-2")),
        (path, ids) => {
          const taken = new Set<string>(ids);
          const id = sourceId(path, taken);
          assert.ok(!taken.has(id));
          assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        },
      ),
    );
  });

  it("means the one file by its literal glob, whatever its name", () => {
    const name = fc.string({ unit: fc.constantFrom(..."ab.*?[]{}()!+@|\\ "), minLength: 1 });
    fc.assert(
      fc.property(name, name, (path, other) => {
        const full = `/l/x${path}`;
        const { isGlob } = picomatch.scan(literalGlob(full));
        assert.equal(isGlob, false);
        assert.equal(literalGlob(full).replace(/\\(.)/g, "$1"), full);
        if (other !== path) assert.notEqual(literalGlob(other), literalGlob(path));
      }),
    );
  });

  it("can have every parser that works without options", () => {
    const plain = Object.values(parsers).filter(({ options }) => options.safeParse({}).success);
    assert.deepEqual([...PARSERS].sort(), plain.map(({ name }) => name).sort());
    assert.deepEqual([...GROUPINGS], [...judges.keys()]);
  });

  it("holds its path relative to the folder it lies in, else whole", () => {
    assert.equal(settingsPath("/w/logs/a.log", "/w"), "logs/a.log");
    assert.equal(settingsPath("/w2/a.log", "/w"), "/w2/a.log");
    assert.equal(settingsPath("/w", "/w"), "/w");
    assert.equal(settingsPath("/w/..a/x.log", "/w"), "..a/x.log");
    assert.equal(settingsPath("logs/*.log", "/w"), "logs/*.log");
    assert.equal(settingsPath("/a.log", undefined), "/a.log");
  });
});
