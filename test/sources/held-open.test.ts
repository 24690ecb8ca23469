import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readlinkSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** The files in a folder that this process has open, by what Linux calls them: deleted ones are marked so. */
function held(folder: string): string[] {
  const links = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(join("/proc/self/fd", name));
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(`${folder}/a.log`));
}

describe("file source whose sink is blocked", () => {
  it("S13: keeps deleted files open until they are read, says how much there is to read, and lets go then", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const line = `${"z".repeat(99)}\n`;
    let blocked: PromiseWithResolvers<void> | undefined = Promise.withResolvers<void>();
    appendFileSync(file, line.repeat(10));
    const running = await startSource(
      join(tempFolder(t), "data"),
      { paths: file, from: "start" },
      undefined,
      {
        room: (signal) => {
          signal.addEventListener("abort", () => blocked?.resolve());
          return blocked?.promise;
        },
      },
    );
    t.after(running.stop);
    const rows = () => running.source.files().filter(({ reason }) => /renamed or removed/.test(reason ?? ""));
    for (let round = 1; round < 4; round++) {
      await until(() => running.source.files().some(({ reason, size }) => !reason && size === 1000));
      if (round === 2) renameSync(file, join(folder, "aside"));
      else unlinkSync(file);
      appendFileSync(file, line.repeat(10));
      await until(() => rows().length === round);
    }
    for (const { reason, size, offset } of rows()) {
      assert.equal(size - offset, 1000);
      assert.match(reason ?? "", /^renamed or removed: kept open .*; 1000 bytes of it are not read yet$/);
    }
    if (process.platform === "linux") {
      assert.equal(held(folder).filter((link) => link.endsWith(" (deleted)")).length, 2);
    }
    blocked.resolve();
    blocked = undefined;
    await running.source.drain();
    assert.equal(running.lines().length, 40);
    await until(() => rows().length === 0, { timeout: 20_000 });
    if (process.platform === "linux") assert.deepEqual(held(folder), [file]);
  });

  it("S13: says what is lost with a removed file when it is stopped before it could read it", async (t) => {
    const folder = tempFolder(t);
    const said: string[] = [];
    const log = { debug() {}, info() {}, warn: (text: string) => void said.push(text), error() {} };
    for (const name of ["removed.log", "renamed.log"]) appendFileSync(join(folder, name), "one\n");
    const running = await startSource(
      join(tempFolder(t), "data"),
      { paths: join(folder, "*.log"), from: "start" },
      log,
      { room: (signal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve())) },
    );
    await until(() => running.source.files().every(({ size }) => size === 4));
    unlinkSync(join(folder, "removed.log"));
    renameSync(join(folder, "renamed.log"), join(folder, "aside"));
    await until(() => running.source.files().filter(({ reason }) => reason).length === 2);
    await running.stop();
    assert.deepEqual(said, [
      `${join(folder, "removed.log")} was removed, and 4 bytes of it were not read: they are gone`,
    ]);
  });
});
