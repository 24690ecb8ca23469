import assert from "node:assert/strict";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openReader } from "../../src/store/reader.ts";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const START = Date.UTC(2026, 2, 4, 13, 49, 52);
/** Whose clock is ahead of the others' (ms), as it is set and as it is. */
const AHEAD = { right: [0, 0], early: ["2.5s", 2500], late: ["-40ms", -40] } as const;
const NAMES = ["right", "early", "late"] as const;

describe("logs of machines whose clocks differ", () => {
  it("stand in their true order, also from the moment on at which that is set", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    const { engine, apply } = runEngine(t, folder);
    const configure = (corrected: boolean) =>
      apply({
        sources: Object.fromEntries(
          NAMES.map((name) => {
            const more = corrected ? { clockAhead: AHEAD[name][0] } : {};
            return [
              name,
              { type: "file", paths: `logs/${name}.log`, parser: "json", from: "start", ...more },
            ];
          }),
        ),
        sinks: {},
        store: true,
        monitor: false,
      });
    let [moment, written] = [START, 0];
    /** One line after the other, 30 ms apart, each log in its turn; as the clock of each machine has it. */
    const write = (): string[] =>
      Array.from({ length: 60 }, (_, i) => {
        moment += 30;
        written++;
        const name = NAMES[(i * 7) % 3] ?? "right";
        const time = new Date(moment + AHEAD[name][1]).toISOString();
        appendFileSync(
          join(folder, "logs", `${name}.log`),
          `${JSON.stringify({ time, msg: `event ${written}` })}\n`,
        );
        return `event ${written}`;
      });
    const stored = async (): Promise<string[]> => {
      await until(() => engine.snapshot().store?.records === written, { what: "all records" });
      const reader = openReader(join(folder, "data"));
      try {
        return [...reader.iterate({ order: "oldest" })].map(({ message }) => message);
      } finally {
        reader.close();
      }
    };
    await configure(false);
    const first = write();
    assert.notDeepEqual(await stored(), first);
    await configure(true);
    moment += 10_000;
    const second = write();
    assert.deepEqual((await stored()).slice(first.length), second);
  });

  it("are refused a difference that is none", async (t) => {
    const folder = tempFolder(t);
    const { apply } = runEngine(t, folder);
    const result = await apply({ sources: { a: { paths: "a.log", clockAhead: "soon" } } });
    assert.match(JSON.stringify(result), /clockAhead/);
  });
});
