import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Names that every object has. */
const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];

const sourcesIn = (file: string): string[] => recordsIn(file).map(({ source }) => source);

describe("sources and sinks with names that objects have", () => {
  for (const format of ["settings", "yaml", "json"]) {
    it(`work like any other, from ${format}`, async (t) => {
      const folder = tempFolder(t);
      for (const name of NAMES) writeFileSync(join(folder, `${name}.log`), "one\n");
      const sources = NAMES.map(
        (name) => `"${name}": { "paths": "${name}.log", "parser": "plain", "from": "start" }`,
      );
      const sinks = NAMES.map((name) => `"${name}": { "type": "file", "path": "out-${name}" }`);
      const text = `{ "monitor": false, "store": false, "sources": { ${sources} }, "sinks": { ${sinks} } }`;
      const file = join(folder, `config.${format}`);
      writeFileSync(file, text);
      const { engine, apply } = runEngine(t, folder);
      const { issues, added } = await apply(format === "settings" ? JSON.parse(text) : { configFile: file });
      assert.deepEqual(issues, []);
      const ids = NAMES.flatMap((name) => [`sources.${name}`, `sinks.${name}`]);
      assert.deepEqual(added.toSorted(), ids.toSorted());
      for (const name of NAMES) {
        const out = join(folder, `out-${name}`);
        await until(() => sourcesIn(out).length === NAMES.length);
        assert.deepEqual(sourcesIn(out).toSorted(), NAMES.toSorted());
      }
      const { undelivered, sinks: left } = await engine.drain(60_000);
      assert.equal(undelivered, 0);
      assert.deepEqual(Object.keys(left).toSorted(), NAMES.toSorted());
      const now = Math.ceil(Date.now() / 1000);
      const figures = () => engine.series({ from: now - 60, to: now + 60, points: 200 }).sources;
      await until(() => Object.keys(figures()).length === NAMES.length);
      for (const [name, { lines }] of Object.entries(figures())) {
        assert.ok(NAMES.includes(name));
        assert.equal(
          lines.reduce((sum: number, count) => sum + (count ?? 0), 0),
          1,
          name,
        );
      }
    });
  }
});
