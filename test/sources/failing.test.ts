import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { recording } from "../helpers/delivery.ts";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

describe("a file that fails while it is read", () => {
  it("is not tried again at every change of it, and is after some seconds", async (t) => {
    const folder = tempFolder(t);
    const log = join(folder, "a.log");
    writeFileSync(log, "one\n");
    let broken = true;
    let tries = 0;
    const said = recording();
    const running = await startSource(join(folder, "data"), { paths: [log], from: "start" }, said, {
      room() {
        tries++;
        if (broken) throw new Error("EIO: i/o error, read");
        return undefined;
      },
    });
    t.after(() => running.stop());
    const [row] = await until(() => {
      const files = running.source.files();
      return files[0]?.state === "failed" ? files : undefined;
    });
    assert.equal(row?.reason, "EIO: i/o error, read");
    const began = performance.now();
    while (performance.now() - began < 2_000) {
      appendFileSync(log, "more\n");
      await delay(20);
    }
    assert.equal(tries, 1);
    assert.equal(said.lines.filter((line) => line.includes("reading failed")).length, 1);
    broken = false;
    const again = (): boolean => {
      appendFileSync(log, "more\n");
      return running.lines().length > 0;
    };
    await until(again, { timeout: 30_000, what: "another try" });
    assert.equal(running.lines()[0], "one");
  });
});
