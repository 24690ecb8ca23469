import assert from "node:assert/strict";
import { appendFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import { unavailable } from "../helpers/require.ts";
import { type Logrotate, obtainLogrotate } from "../helpers/services/logrotate.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const DIRECTIVES: Readonly<Record<string, string>> = {
  create: "create",
  copytruncate: "copytruncate",
  compress: "create compress",
  "copytruncate compress": "copytruncate compress",
  "compress delaycompress": "create compress delaycompress",
  "copytruncate compress delaycompress": "copytruncate compress delaycompress",
  dateext: "create dateext",
  "dateext compress": "create dateext compress delaycompress",
  olddir: "create olddir old createolddir",
  "olddir compress": "create olddir old createolddir compress",
  "olddir copytruncate": "copytruncate olddir old createolddir",
};

/** A log with the real logrotate, and all that was written to it. */
interface Log {
  readonly file: string;
  readonly written: string[];
  /** More than `size 1k` asks for. */
  write(): void;
  /** Nothing is written meanwhile: between copytruncate's copy and its truncation a line is lost to anyone. */
  rotate(): Promise<void>;
}

function createLog(folder: string, directives: string, logrotate: Logrotate): Log {
  const file = join(folder, "a.log");
  const config = join(folder, "rotate.conf");
  const words = directives.replace("olddir old", `olddir ${join(folder, "old")}`).split(/ (?!\/)/);
  const lines = [...words, "size 1k", "rotate 100", "missingok", "dateformat -%Y%m%d-%s"];
  writeFileSync(config, `${file} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`, { mode: 0o600 });
  const written: string[] = [];
  let second = 0;
  return {
    file,
    written,
    write() {
      const from = written.length;
      for (let at = from; at < from + 40; at++) written.push(`line ${at} ${"z".repeat(at % 60)}`);
      appendFileSync(
        file,
        written
          .slice(from)
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
    async rotate() {
      // Names by date are the same within a second, and then logrotate does not rotate. Its clock, time(2), goes in
      // ticks of the kernel: for the first milliseconds of a second it still tells the one before.
      if (directives.includes("dateext")) await until(() => Date.now() >= (second + 1) * 1000 + 100);
      const size = existsSync(file) ? statSync(file).size : 0;
      await logrotate(["-s", join(folder, "rotate.state"), config]);
      second = Math.floor(Date.now() / 1000);
      assert.ok(size > 1024 && (!existsSync(file) || statSync(file).size === 0), "logrotate did not rotate");
    },
  };
}

/** The numbers of lines as runs, so that one sees what is missing and what came twice. */
function runsOf(lines: readonly string[]): string[] {
  const runs: [number, number][] = [];
  for (const number of lines.map((line) => Number(line.split(" ")[1])).sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map((run) => run.join(" to "));
}

describe("file source under the real logrotate", { concurrency: 4 }, () => {
  let logrotate: Logrotate | undefined;
  let reason: unknown;
  before(async () => {
    logrotate = await obtainLogrotate().catch((error) => {
      reason = error;
      return undefined;
    });
  });

  /** Reads, lags, stops and starts while logrotate does its work. */
  async function live(t: TestContext, directives: string, pattern: string): Promise<void> {
    if (!logrotate) return unavailable(t, "logrotate", reason);
    const folder = tempFolder(t);
    const data = join(tempFolder(t), "data");
    const log = createLog(folder, directives, logrotate);
    let blocked: { promise: Promise<void>; resolve: () => void } | undefined;
    const start = (): Promise<RunningSource> =>
      startSource(data, { paths: join(folder, pattern), from: "start" }, undefined, {
        room: (signal) => {
          signal.addEventListener("abort", () => blocked?.resolve());
          return blocked?.promise;
        },
      });
    let running = await start();
    t.after(() => running.stop());
    const isMet = (): boolean => {
      const { ino } = statSync(log.file);
      return running
        .generations()
        .some(({ inode, path, ended }) => inode === ino && path === log.file && !ended);
    };

    // It keeps up.
    for (let round = 0; round < 3; round++) {
      log.write();
      await running.source.drain();
      await log.rotate();
      log.write();
    }
    await running.source.drain();
    // It lags: nothing is read while files are rotated away under it.
    blocked = Promise.withResolvers<void>();
    // What lies between two truncations is in its copy alone: it must lie where the pattern looks, not packed.
    const seen = pattern === "**/a.log*" || (pattern === "a.log*" && !directives.includes("olddir"));
    const kept = seen && !directives.includes("compress");
    const behind = kept || !directives.includes("copytruncate") ? 3 : 1;
    for (let round = 0; round < behind; round++) {
      log.write();
      await until(isMet);
      await log.rotate();
    }
    log.write();
    blocked.resolve();
    blocked = undefined;
    await running.source.drain();
    // It is stopped while it lags, and files are rotated while it is down.
    blocked = Promise.withResolvers<void>();
    log.write();
    await running.stop();
    blocked = undefined;
    log.write();
    await log.rotate();
    log.write();
    running = await start();
    await running.source.drain();
    log.write();
    await log.rotate();
    log.write();
    await running.source.drain();

    const records = running.durable();
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length, "an id came twice");
    for (const own of Map.groupBy(records, ({ generation }) => generation).values()) {
      const numbers = own.map(({ line }) => Number(line.split(" ")[1]));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        "the order of a file's lines changed",
      );
    }
    assert.deepEqual(runsOf(records.map(({ line }) => line)), runsOf(log.written));
  }

  for (const [name, directives] of Object.entries(DIRECTIVES)) {
    for (const pattern of ["a.log", "a.log*", "**/a.log*"]) {
      it(`reads each line of ${pattern} once: ${name}`, (t) => live(t, directives, pattern));
    }
  }
});
