import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createExpressionCheck } from "../../src/engine/expressions.ts";
import { silent } from "../../src/lib/log.ts";
import type { ApplyResult, ConfigIssue } from "../../src/protocol/engine.ts";
import { recording } from "../helpers/delivery.ts";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const CONFIG = `sources:
  good:
    paths: good.log
    parser: { type: regex, pattern: "^(?<message>.*)$" }
  bad:
    paths: bad.log
    parser:
      type: regex
      pattern: "^(?<x>(a+)+)$"
  groups:
    paths: groups.log
    multiline:
      start: "^(b|b)*c$"
sinks: {}
monitor: false
store: false
`;

const places = (issues: readonly ConfigIssue[]) =>
  issues.map(({ severity, path, line, column }) => [severity, path.join("."), line, column]);
const expected = [
  ["warning", "sources.bad.parser.pattern", 9, 7],
  ["warning", "sources.groups.multiline.start", 13, 7],
];

function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const file = join(folder, "log-monitor.yaml");
  writeFileSync(file, CONFIG);
  const log = recording();
  const running = runEngine(t, folder, {}, log);
  const told: ApplyResult[] = [];
  running.engine.onReconfigured((result) => void told.push(result));
  return { file, log, told, apply: () => running.apply({ configFile: file }), ...running.engine };
}

describe("expressions of the configuration", () => {
  it("are warned of at their place when they can run away, soon after they came into force", async (t) => {
    const { log, told, apply } = setUp(t);
    const first = await apply();
    assert.deepEqual(first.issues, [], "the start does not wait for it");
    const warned = await until(() => told.find(({ issues }) => issues.length === expected.length), {
      timeout: 30_000,
    });
    assert.deepEqual(places(warned.issues), expected);
    assert.match(
      warned.issues[0]?.message ?? "",
      /^can run away: the line "a" × 32 \+ "\\u0000" takes it more than 250 ms \(exponential\)/,
    );
    assert.equal(log.lines.filter((line) => line.includes("can run away")).length, 2);

    const again = await apply();
    assert.deepEqual(places(again.issues), expected, "what is known is told at once");
  });

  it("end with the engine while they are looked at", async (t) => {
    const { told, apply, close } = setUp(t);
    await apply();
    await close();
    assert.deepEqual(told, []);
  });

  it("that can't be looked at are left out", async () => {
    const check = createExpressionCheck(silent);
    const place = { path: ["x"], origin: "default" } as const;
    const found = await check.check([
      { pattern: "(", flags: "y", place },
      { pattern: "^(?<x>(a+)+)$", flags: "y", place },
    ]);
    assert.equal(found.length, 1);
    check.close();
  });
});
