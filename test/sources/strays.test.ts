import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, chmodSync, renameSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import { badDisk } from "../helpers/bad-disk.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const program = join(import.meta.dirname, "..", "helpers", "unreadable.ts");
const told = (running: RunningSource): string[] => running.durable().map(({ line }) => line);
const isStray = ({ reason }: { reason?: string }): boolean => /^not read to its end/.test(reason ?? "");

async function changeDevices(data: string, by: number): Promise<void> {
  const { db, spool } = openSpool(data);
  db.prepare("UPDATE generations SET device = device + ?").run(by);
  await spool.close();
}

/** A log of which a line is read, and another can't be: the disk is bad. */
async function unreadable(t: TestContext) {
  const folder = tempFolder(t);
  const [file, data] = [join(folder, "a.log"), join(tempFolder(t), "data")];
  const said: string[] = [];
  const log = { debug() {}, info() {}, warn: (text: string) => void said.push(text), error() {} };
  const disk = await badDisk(t);
  appendFileSync(file, "one\n");
  const running = await startSource(data, { paths: file, from: "start" }, log);
  t.after(running.stop);
  await running.source.drain();
  disk.spoil(file);
  appendFileSync(file, "two\n");
  await until(() => running.source.files().some(({ reason }) => /EIO/.test(reason ?? "")));
  return { file, running, disk, said };
}

describe("file source and files that were not read to their end", () => {
  it("reads on a file that was renamed after reading it failed, once it can be read", async (t) => {
    const { file, running, disk } = await unreadable(t);
    renameSync(file, `${file}.1`);
    appendFileSync(file, "three\n");
    await until(() => running.source.files().some(isStray));
    disk.mend();
    await running.source.drain();
    assert.deepEqual(told(running).sort(), ["one", "three", "two"]);
    assert.ok(!running.source.files().some(isStray));
  });

  it("says what was not read of a file that was removed after reading it failed", async (t) => {
    const { file, running, said } = await unreadable(t);
    unlinkSync(file);
    await until(() => running.source.files().some(isStray));
    await running.source.drain();
    assert.ok(
      said.includes(`${file} was removed, and 4 bytes of it were not read: they are gone`),
      `${said}`,
    );
    assert.ok(!running.source.files().some(isStray));
  });

  for (const [what, by] of [
    ["on the same device", 0],
    ["after a remount", 7],
  ] as const) {
    it(`starts although one of its files can't be read, ${what}, and reads that one once it can`, async (t) => {
      const folder = tempFolder(t);
      const data = join(tempFolder(t), "data");
      const [a, b] = [join(folder, "a.log"), join(folder, "b.log")];
      const options = { paths: join(folder, "*.log"), from: "start" as const };
      appendFileSync(a, "a 1\n");
      appendFileSync(b, "b 1\n");
      const before = await startSource(data, options);
      await before.source.drain();
      await before.stop();
      await changeDevices(data, by);
      appendFileSync(a, "a 2\n");
      appendFileSync(b, "b 2\n");
      const disk = await badDisk(t);
      disk.spoil(a);
      const after = await startSource(data, options);
      t.after(after.stop);
      await until(() => after.lines().includes("b 2"));
      assert.match(after.source.files().find(({ path }) => path === a)?.reason ?? "", /EIO/);
      disk.mend();
      await until(() => after.lines().includes("a 2"));
      assert.deepEqual(told(after).sort(), ["a 1", "a 2", "b 1", "b 2"]);
    });
  }

  it("waits at a start for a file system that is not mounted, and reads what was rotated there", async (t) => {
    const folder = tempFolder(t);
    const [file, aside] = [join(folder, "a.log"), join(tempFolder(t), "a.log")];
    const data = join(tempFolder(t), "data");
    const options = { paths: file, from: "start" as const };
    appendFileSync(file, "one\n");
    const before = await startSource(data, options);
    await before.source.drain();
    await before.stop();
    renameSync(file, aside);
    await changeDevices(data, 7);
    const without = await startSource(data, options);
    assert.match(without.source.files().find(isStray)?.reason ?? "", /may not be mounted yet/);
    assert.deepEqual(
      without.generations().map(({ ended }) => ended),
      [false],
    );
    await without.stop();
    await changeDevices(data, -7);
    appendFileSync(aside, "two\n");
    renameSync(aside, `${file}.1`);
    const after = await startSource(data, options);
    t.after(after.stop);
    await after.source.drain();
    assert.deepEqual(told(after), ["one", "two"]);
  });

  if (process.platform !== "win32") {
    it("looks again for a file that was rotated in a folder it could not look into at the start", async (t) => {
      const folder = tempFolder(t);
      chmodSync(folder, 0o777);
      const { stdout } = await promisify(execFile)(process.execPath, [program, folder], { timeout: 60_000 });
      const { reason, ended, told } = JSON.parse(stdout) as {
        reason: string;
        ended: boolean;
        told: string[];
      };
      assert.match(reason, /EACCES/);
      assert.equal(ended, false);
      assert.deepEqual(told, ["one", "two"]);
    });
  }
});

describe("file source and a renamed file that was read to its end", () => {
  for (const [how, restart] of [
    ["while it runs", false],
    ["while it is down", true],
  ] as const) {
    it(`reads what is written to it later ${how}, once`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(tempFolder(t), "data")];
      const options = { paths: file, from: "start" as const };
      appendFileSync(file, "one\n");
      let running = await startSource(data, options);
      t.after(() => running.stop());
      await running.source.drain();
      renameSync(file, `${file}.1`);
      await until(() => running.generations().every(({ ended }) => ended), { timeout: 30_000 });
      if (restart) await running.stop();
      appendFileSync(`${file}.1`, "two\n");
      if (restart) running = await startSource(data, options);
      await running.source.drain();
      await running.source.drain();
      assert.deepEqual(told(running), ["one", "two"]);
    });
  }
});
