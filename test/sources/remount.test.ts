import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { appendFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const program = join(import.meta.dirname, "..", "helpers", "remount.ts");
/** A user's own mounts, where the kernel allows them. */
const SPACE = ["unshare", "--user", "--map-root-user", "--mount"];
const hasSpaces = spawnSync(SPACE[0] ?? "", [...SPACE.slice(1), "true"]).status === 0;
const told = (running: RunningSource): string[] => running.durable().map(({ line }) => line);

/** Gives all that is known of files other device numbers, as a remount does. */
async function otherDevices(data: string): Promise<void> {
  const { db, spool } = openSpool(data);
  db.prepare("UPDATE generations SET device = device + 7").run();
  await spool.close();
}

describe("file source after a remount", () => {
  it("I15: goes on in files whose device number is another, those read to their end too", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    const options = { paths: join(folder, "a.log*"), from: "start" as const };
    appendFileSync(file, "line 0\n");
    for (let round = 1; round < 4; round++) {
      const before = await startSource(data, options);
      await before.source.drain();
      renameSync(file, `${file}.${round}`);
      appendFileSync(file, `line ${round}\n`);
      await before.source.drain();
      await before.stop();
      await otherDevices(data);
    }
    const after = await startSource(data, options);
    t.after(after.stop);
    appendFileSync(file, "line 4\n");
    await after.source.drain();
    assert.deepEqual(told(after), ["line 0", "line 1", "line 2", "line 3", "line 4"]);
    assert.equal(new Set(after.durable().map(({ generation }) => generation)).size, 4);
  });

  it("I15: takes a file of the same inode number on another device for another if its bytes differ", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    appendFileSync(file, "line 0\n");
    const before = await startSource(data, { paths: file, from: "start" });
    await before.source.drain();
    await before.stop();
    const { db, spool } = openSpool(data);
    db.prepare("UPDATE generations SET device = device + 7, fingerprint = 'another'").run();
    await spool.close();
    const after = await startSource(data, { paths: file, from: "start" });
    t.after(after.stop);
    await after.source.drain();
    assert.deepEqual(told(after), ["line 0", "line 0"]);
  });

  if (hasSpaces) {
    it("I15: goes on when the folder is mounted anew, while it reads and while it is down", async (t) => {
      const [command = "", ...rest] = [...SPACE, process.execPath, program, tempFolder(t)];
      const { stdout } = await promisify(execFile)(command, rest, { timeout: 60_000 });
      const found = JSON.parse(stdout) as { devices: number; inodes: number };
      assert.deepEqual(found, {
        devices: 3,
        inodes: 1,
        lines: ["line 0", "line 1", "line 2"],
        generations: 1,
      });
    });
  }
});
