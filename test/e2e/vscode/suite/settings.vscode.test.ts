import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../helpers/port.ts";
import { append, clear, folder, logMonitor, remove, source, until, writeSettings } from "./window.ts";

/** Each setting is changed while a log flows: the log must not notice. */
describe("every setting", () => {
  const sources = {
    a: { type: "file", paths: ["logs/a.log"], parser: "plain", from: "start" },
  };
  let settings: Record<string, unknown> = { "logMonitor.sources": sources };
  let written = 0;
  let began: number | undefined;
  const flows = async () => {
    append("logs/a.log", `line ${++written}`);
    const { files } = await source("a", ({ lines }) => lines === written);
    assert.equal(files.length, 1);
    assert.equal((await logMonitor()).snapshot()?.startedAt, began, "the engine was not started anew");
  };
  const set = async (name: string, value: unknown) => {
    settings = { ...settings, [`logMonitor.${name}`]: value };
    if (value === undefined) delete settings[`logMonitor.${name}`];
    await writeSettings(settings);
  };
  const sinks = async () => (await logMonitor()).snapshot()?.sinks.map(({ id }) => id) ?? [];
  const kept = (name: string) => {
    const path = join(folder(), name);
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  };

  before(async () => {
    await clear();
    append("logs/a.log", `line ${++written}`);
    await writeSettings(settings);
    await source("a", ({ lines }) => lines === written);
    began = (await logMonitor()).snapshot()?.startedAt;
  });
  after(async () => {
    await clear();
    for (const name of ["logs", "out", "data"]) remove(name);
  });

  it("has a sink that is added, moved or taken away do so at once", async () => {
    await set("sinks", { out: { type: "file", path: "out/one.txt" } });
    await until(async () => (await sinks()).includes("out"), { what: "the sink" });
    await flows();
    await until(() => kept("out/one.txt").some((line) => line.includes(`line ${written}`)), {
      what: "a line",
    });
    await set("sinks", { out: { type: "file", path: "out/two.txt" } });
    await until(
      async () => (await logMonitor()).snapshot()?.sinks.some(({ target }) => target.includes("two")),
      {
        what: "the sink to move",
      },
    );
    await flows();
    await until(() => kept("out/two.txt").some((line) => line.includes(`line ${written}`)), {
      what: "a line",
    });
    assert.ok(!kept("out/one.txt").some((line) => line.includes(`line ${written}`)));
    await set("sinks", undefined);
    await until(async () => !(await sinks()).includes("out"), { what: "the sink to go" });
    await flows();
  });

  it("has the monitor answer where it says, and nowhere else", async () => {
    const [first, second] = [await freePort(), await freePort()];
    const answers = async (port: number) => {
      const response = await fetch(`http://127.0.0.1:${port}/monitor`).catch(() => undefined);
      return response ? ((await response.json()) as { HandleLine: number }).HandleLine : undefined;
    };
    await set("monitor", { port: first });
    // The engine counts all the lines of its life, whichever logs they were of.
    const count = await until(async () => answers(first), { what: "the monitor" });
    await flows();
    await until(async () => (await answers(first)) === count + 1, { what: "the count of lines" });
    await set("monitor", { port: second });
    await until(async () => (await answers(second)) === count + 1, { what: "the monitor to move" });
    await until(async () => (await answers(first)) === undefined, { what: "the old place to be given up" });
    await set("monitor", false);
    await until(async () => (await answers(second)) === undefined, { what: "the monitor to end" });
    await flows();
    await set("monitor", undefined);
  });

  it("switches the store off and on", async () => {
    await set("store", false);
    await until(async () => !(await sinks()).includes("store"), { what: "no store" });
    await flows();
    await set("store", { maxAge: "1d" });
    await until(async () => (await sinks()).includes("store"), { what: "the store" });
    await flows();
    await set("store", undefined);
  });

  it("bounds the spool", async () => {
    const bound = async () => (await logMonitor()).snapshot()?.spool.capacity;
    await set("spool", { maxBytes: "64MiB", whenFull: "dropOldest" });
    await until(async () => (await bound()) === 64 * 1024 ** 2, { what: "the bound" });
    await flows();
    await set("spool", undefined);
    await until(async () => (await bound()) === 1024 ** 3, { what: "the bound to go" });
    await flows();
  });

  it("moves the data to the folder it names, where reading begins anew", async () => {
    await set("dataDir", "data");
    await until(() => existsSync(join(folder(), "data")), { what: "the folder" });
    append("logs/a.log", `line ${++written}`);
    await source("a", ({ lines }) => lines === written);
    await set("dataDir", undefined);
  });
});
