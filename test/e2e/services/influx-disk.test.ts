import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, apis, appendAccess, assertPoints, influxdb, quiet, sinkOf } from "./influx.ts";

/** A small file system of its own, which goes with the test; undefined where none may be mounted. */
function smallDisk(t: TestContext): string | undefined {
  const mounted: string[] = [];
  // Before the folder it lies in is removed.
  t.after(() => {
    for (const folder of mounted) spawnSync("umount", ["-l", folder]);
  });
  const folder = join(tempFolder(t), "disk");
  mkdirSync(folder);
  const done =
    process.platform === "linux" &&
    spawnSync("mount", ["-t", "tmpfs", "-o", "size=192m", "tmpfs", folder]).status === 0;
  if (!done) {
    t.skip("a small disk can't be mounted here: that takes root on Linux");
    return undefined;
  }
  mounted.push(folder);
  return folder;
}

const free = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

describe("the sink influxdb, when InfluxDB's disk is full", () => {
  for (const [name, sink] of Object.entries(apis)) {
    it(`loses nothing and doubles nothing until there is room again, by ${name}`, async (t) => {
      const disk = smallDisk(t);
      if (!disk) return;
      const influx = await influxdb(t, { own: true, dataDir: join(disk, "influx") });
      if (!influx) return;
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      const { engine, apply } = runEngine(t, folder);
      const lines = appendAccess(file, 2000, 1);
      await apply({ ...quiet, sources: access, sinks: { influx: sink(influx) } });
      await until(() => sinkOf(engine).delivered === lines.length);

      const ballast = join(disk, "ballast");
      // In pieces: the last of them finds less room than it wants.
      const pieces: Buffer[] = [];
      for (let size = free(disk); size > 0; size = Math.floor(size / 2)) pieces.push(Buffer.alloc(size, 1));
      for (const [at, piece] of pieces.entries()) {
        try {
          writeFileSync(`${ballast}.${at}`, piece);
        } catch {
          // Full.
        }
      }
      assert.ok(free(disk) < 8192, `${free(disk)} bytes are left`);
      lines.push(...appendAccess(file, 30_000, 2));
      await until(() => sinkOf(engine).state === "retrying" && sinkOf(engine).breaker.state === "open", {
        timeout: 30_000,
        what: "the sink to notice",
      });
      assert.match(sinkOf(engine).lastError ?? "", /InfluxDB answered [45]\d\d: .*(no space left|disk)/i);
      for (const at of pieces.keys()) rmSync(`${ballast}.${at}`, { force: true });
      // The writer of its log keeps the error for good (bufio of Go): InfluxDB itself must be started again.
      await influx.stop();
      await influx.start();
      await engine.resetSink({ sink: "influx" });
      await until(() => sinkOf(engine).lagRecords === 0 && sinkOf(engine).delivered >= lines.length, {
        timeout: 90_000,
        what: () => `all lines to be delivered: ${JSON.stringify(sinkOf(engine))}`,
      });
      const { delivered, dead, dropped, state, breaker } = sinkOf(engine);
      assert.deepEqual(
        { delivered, dead, dropped, state, breaker: breaker.state },
        { delivered: lines.length, dead: 0, dropped: 0, state: "running", breaker: "closed" },
      );
      await assertPoints(influx, lines);
    });
  }
});
