import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";
import { recordId } from "../../src/model.ts";
import { openReader } from "../../src/store/reader.ts";
import { openSegments } from "../../src/store/segments.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords } from "./records.ts";

const LINES = 40_000;
const segmentBytes = 2 << 20;

/** Writes on from the beginning, and says after each write how far it is. */
function startWriter(dataDir: string): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "writer.ts"), dataDir, String(segmentBytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("a store whose writer is killed", () => {
  it("holds each record once after the replay, and is readable all the while", async (t) => {
    const dataDir = tempFolder(t);
    const reader = openReader(dataDir);
    t.after(() => reader.close());
    let acknowledged = 0;
    for (const patience of [3, 9, 1]) {
      const child = startWriter(dataDir);
      let writes = 0;
      child.stdout?.on("data", (data: Buffer) => {
        const last = data.toString().trimEnd().split("\n").at(-1);
        acknowledged = Math.max(acknowledged, Number(last));
        // What was acknowledged can be read, from another process, at once.
        assert.ok(reader.count() >= Number(last));
        if (++writes >= patience) child.kill("SIGKILL");
      });
      const [, signal] = await once(child, "close");
      assert.equal(signal, "SIGKILL");
    }
    assert.ok(acknowledged > 0 && acknowledged < LINES);
    assert.ok(reader.count() >= acknowledged);
    const store = openSegments(join(dataDir, "store"), {
      maxBytes: 2 ** 30,
      maxAge: Number.POSITIVE_INFINITY,
      segmentBytes,
    });
    const all = accessRecords(LINES);
    for (let from = 0; from < LINES; from += 777) await store.write(all.slice(from, from + 777));
    store.close();
    const ids = reader.query({ limit: Number.POSITIVE_INFINITY, order: "oldest" }).map(({ id }) => id);
    assert.deepEqual(ids, all.map(recordId));
  });
});
