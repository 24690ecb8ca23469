import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Longer than a fingerprint. */
const linesOf = (day: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `line ${n} of ${day}, as long as most lines of a log are`);
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("a log that is truncated between being found and being read", () => {
  for (const copied of [true, false]) {
    const how = copied
      ? "and its first lines from the copy that was made of them"
      : "though its first lines are gone";
    it(`I9: has each line read once when it is truncated again, ${how}`, async (t) => {
      const folder = tempFolder(t);
      const log = join(folder, "a.log");
      const [first, second, third] = ["monday", "tuesday", "wednesday"].map((day) => linesOf(day, 60));
      writeFileSync(log, textOf(first!));
      const room = Promise.withResolvers<void>();
      let full = true;
      const running = await startSource(
        join(folder, "data"),
        { paths: `${log}*`, from: "start" },
        undefined,
        { room: () => (full ? room.promise : undefined) },
      );
      t.after(() => running.stop());
      assert.equal(running.generations().length, 1);
      if (copied) copyFileSync(log, `${log}.1`);
      truncateSync(log, 0);
      appendFileSync(log, textOf(second!.slice(0, 40)));
      full = false;
      room.resolve();
      await until(() => running.lines().includes(second![39]!), { what: "the second day" });

      appendFileSync(log, textOf(second!.slice(40)));
      copyFileSync(log, `${log}.2`);
      truncateSync(log, 0);
      appendFileSync(log, textOf(third!));
      const wanted = [...(copied ? first! : []), ...second!, ...third!].toSorted();
      await until(() => running.lines().length >= wanted.length, {
        what: () => `${wanted.length} lines, not ${running.lines().length}`,
      });
      // Whoever took a copy for a file of its own would read it by now, or at the next look.
      appendFileSync(log, "the end\n");
      await until(() => running.lines().includes("the end"), { what: "the end" });
      assert.deepEqual(running.lines().toSorted(), [...wanted, "the end"].toSorted());
    });
  }
});
