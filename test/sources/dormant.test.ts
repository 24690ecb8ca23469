import assert from "node:assert/strict";
import { appendFileSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const told = (running: RunningSource): string[] => running.durable().map(({ line }) => line);
const age = (file: string, hours: number): void => {
  const then = Date.now() / 1000 - hours * 3600;
  utimesSync(file, then, then);
};

describe("ignoreOlder", () => {
  async function run(
    t: TestContext,
    folder: string,
    options: { from?: string; ignoreOlder?: string; paths?: string },
  ): Promise<RunningSource> {
    const running = await startSource(join(folder, "data"), { paths: join(folder, "*.log"), ...options });
    t.after(running.stop);
    return running;
  }

  it("does not open files that have not changed for so long, and says so", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "old\n");
    age(file, 48);
    const running = await run(t, folder, { paths: file, from: "start", ignoreOlder: "1d" });
    await running.source.drain();
    assert.deepEqual(told(running), []);
    assert.equal(running.source.state().state, "waiting");
    assert.match(running.source.files()[0]?.reason ?? "", /ignoreOlder/);
  });

  for (const [from, read] of [
    ["start", ["old", "new"]],
    ["end", ["new"]],
  ] as const) {
    it(`reads one that changes as \`from: ${from}\` says of a file that was there`, async (t) => {
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      writeFileSync(file, "old\n");
      age(file, 48);
      const running = await run(t, folder, { from, ignoreOlder: "1d" });
      appendFileSync(file, "new\n");
      await until(() => told(running).length === read.length);
      assert.deepEqual(told(running), read);
    });
  }

  it("reads the rest of an old file of which a part was read", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "one\n");
    const first = await run(t, folder, { from: "start" });
    await first.source.drain();
    await first.stop();
    appendFileSync(file, "two\n");
    age(file, 48);
    const second = await run(t, folder, { from: "start", ignoreOlder: "1d" });
    await second.source.drain();
    assert.deepEqual(told(second), ["one", "two"]);
  });

  it("reads a file that grew although it keeps an old time", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "one\n");
    age(file, 48);
    const running = await run(t, folder, { from: "end", ignoreOlder: "1d" });
    appendFileSync(file, "two\n");
    age(file, 47);
    await running.source.drain();
    assert.deepEqual(told(running), ["two"]);
  });

  it("reads what was written to an old file in the instant before it was renamed out of sight", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "one\n");
    const first = await run(t, folder, { from: "start" });
    await first.source.drain();
    await first.stop();
    age(file, 48);
    const second = await run(t, folder, { from: "start", ignoreOlder: "1d" });
    appendFileSync(file, "two\n");
    renameSync(file, join(folder, "a.old"));
    writeFileSync(file, "three\n");
    await until(() => told(second).length === 3);
    assert.deepEqual(told(second).sort(), ["one", "three", "two"]);
  });

  it("R8: a change of ignoreOlder loses no checkpoint and reads nothing again", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    const written: string[] = [];
    for (const ignoreOlder of [undefined, "1d", "7d", "1h", undefined, "2d"]) {
      const running = await startSource(data, {
        paths: join(folder, "*.log"),
        from: "start",
        ...(ignoreOlder !== undefined && { ignoreOlder }),
      });
      await running.source.drain();
      assert.deepEqual(told(running), written);
      written.push(`line ${written.length}`);
      appendFileSync(file, `${written.at(-1)}\n`);
      await running.source.drain();
      await running.stop();
      age(file, 72);
    }
    const last = await run(t, folder, { from: "start" });
    await last.source.drain();
    assert.deepEqual(told(last), written);
    assert.equal(new Set(last.durable().map(({ generation }) => generation)).size, 1);
  });
});
