import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const told = (running: RunningSource): string[] =>
  running
    .durable()
    .map(({ line }) => line)
    .sort();
const write = (file: string, ...lines: string[]): void => {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, lines.map((line) => `${line}\n`).join(""));
};
/** Turns a link to another target, as deployments do: at once. */
const turn = (link: string, target: string): void => {
  symlinkSync(target, `${link}.new`);
  renameSync(`${link}.new`, link);
};
/** Also on a machine that has much else to do. */
const soon = { timeout: 30_000 };
/** Less than until the sweep, which looks at each file every 20 s. */
const byEvent = { timeout: 10_000 };

describe("file source where places change", () => {
  for (const pattern of ["current/log/a.log", "current/log/*.log", "*/log/*.log"]) {
    it(`R6: follows ${pattern} through a folder link that is turned, and what was there to its end`, async (t) => {
      const folder = tempFolder(t);
      const [one, two] = [join(folder, "releases", "1", "log"), join(folder, "releases", "2", "log")];
      write(join(one, "a.log"), "line 0");
      write(join(two, "a.log"), "line 1");
      symlinkSync("releases/1", join(folder, "current"));
      const running = await startSource(join(folder, "data"), {
        paths: join(folder, pattern),
        exclude: [join(folder, "releases", "**")],
        from: "start",
      });
      t.after(running.stop);
      await until(() => told(running).length === 1);
      turn(join(folder, "current"), "releases/2");
      await until(() => told(running).length === 2, soon);
      write(join(one, "a.log"), "line 2");
      await until(() => told(running).length === 3, soon);
      // Long after the reader stopped looking by itself, only an event tells of these.
      for (let at = 3; at < 6; at++) {
        await new Promise((resolve) => setTimeout(resolve, at === 3 ? 4_500 : 0));
        write(join(two, "a.log"), `line ${at}`);
        await until(() => told(running).length === at + 1, byEvent);
      }
      assert.deepEqual(
        told(running),
        Array.from({ length: 6 }, (_, at) => `line ${at}`),
      );
    });
  }

  it("R6: follows a file link that is turned by events alone", async (t) => {
    const folder = tempFolder(t);
    const link = join(folder, "current.log");
    write(join(folder, "logs", "1"), "line 0");
    write(join(folder, "logs", "2"), "line 1");
    symlinkSync("logs/1", link);
    const running = await startSource(join(folder, "data"), { paths: link, from: "start" });
    t.after(running.stop);
    await until(() => told(running).length === 1);
    turn(link, "logs/2");
    await until(() => told(running).length === 2, soon);
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    write(join(folder, "logs", "2"), "line 2");
    await until(() => told(running).length === 3, byEvent);
  });

  it("R6: takes a file that an editor saves over another for a new one, again and again", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, "line 0");
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => told(running).length === 1);
    for (let at = 1; at < 6; at++) {
      write(`${file}~`, `line ${at}`);
      renameSync(`${file}~`, file);
      await until(() => told(running).length === at + 1, soon);
    }
  });

  it("finds what comes in a folder that is made later, and its parents too", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "var", "log", "app", "a.log");
    const running = await startSource(join(folder, "data"), { paths: join(folder, "var/log/app/*.log") });
    t.after(running.stop);
    mkdirSync(join(folder, "var"));
    await until(() => running.source.state().state === "waiting");
    write(file, "line 0");
    await until(() => told(running).length === 1, soon);
    write(join(folder, "var/log/app/b.log"), "line 1");
    await until(() => told(running).length === 2, soon);
  });

  it("finds what comes in a folder that goes and comes, three times", async (t) => {
    const folder = tempFolder(t);
    const logs = join(folder, "deep", "logs");
    write(join(logs, "a.log"), "line 0");
    const running = await startSource(join(folder, "data"), { paths: join(logs, "*.log"), from: "start" });
    t.after(running.stop);
    for (let at = 1; at < 4; at++) {
      await until(() => told(running).length === 2 * at - 1, soon);
      rmSync(at === 2 ? dirname(logs) : logs, { recursive: true });
      await until(() => ![...running.source.files()].some(({ reason }) => reason === undefined), soon);
      write(join(logs, "a.log"), `line ${2 * at - 1}`);
      await until(() => told(running).length === 2 * at, soon);
      write(join(logs, "b.log"), `line ${2 * at}`);
    }
    await until(() => told(running).length === 7, soon);
  });

  it("follows files without any event when it is told to poll", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, "line 0");
    const running = await startSource(join(folder, "data"), { paths: file, from: "start", poll: true });
    t.after(running.stop);
    await until(() => told(running).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    write(file, "line 1");
    await until(() => told(running).length === 2, soon);
    renameSync(file, `${file}.1`);
    write(`${file}.1`, "line 2");
    write(file, "line 3");
    await until(() => told(running).length === 4, soon);
    assert.deepEqual(told(running), ["line 0", "line 1", "line 2", "line 3"]);
  });

  it("I21: reads a file, its link, and the same file in a linked folder once", async (t) => {
    const folder = tempFolder(t);
    write(join(folder, "logs", "a.log"), "line 0");
    symlinkSync("a.log", join(folder, "logs", "b.log"));
    symlinkSync("logs", join(folder, "linked"));
    const running = await startSource(join(folder, "data"), {
      paths: join(folder, "*", "*.log"),
      from: "start",
    });
    t.after(running.stop);
    writeFileSync(join(folder, "logs", "a.log"), "line 1\n", { flag: "a" });
    await running.source.drain();
    assert.deepEqual(told(running), ["line 0", "line 1"]);
  });
});
