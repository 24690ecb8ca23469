import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { silent } from "../../src/lib/log.ts";
import { createEngineHost } from "../../src/vscode/host.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { english } from "./snapshots.ts";

/** What a window of the editor runs, on a thread of its own. */
function openWindow(t: TestContext, folder: string) {
  const values = {
    monitor: false,
    store: false,
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { out: { type: "file", path: "out" } },
  };
  const workers: Worker[] = [];
  const host = createEngineHost({
    spawn() {
      const worker = new Worker(new URL("../../src/worker.ts", import.meta.url));
      workers.push(worker);
      return worker;
    },
    collect: () => ({
      layers: [{ origin: "workspace", baseDir: folder, values }],
      folders: [],
      trusted: true,
      dataDir: join(folder, "data"),
    }),
    log: silent,
    texts: english,
  });
  t.after(() => host.close());
  return { host, workers, follows: () => host.snapshot?.followed?.process };
}

describe("two windows on one data folder", () => {
  for (const [how, end] of [
    ["is closed", ({ host }: ReturnType<typeof openWindow>) => host.close()],
    [
      "crashes, thread and all",
      async ({ workers }: ReturnType<typeof openWindow>) => workers[0]?.terminate(),
    ],
  ] as const) {
    it(`the second shows the figures of the first, and takes over when that ${how}`, async (t) => {
      const folder = tempFolder(t);
      const log = join(folder, "a.log");
      const raws = () => recordsIn(join(folder, "out")).map(({ raw }) => raw);
      writeFileSync(log, "one\n");
      const [first, second] = [openWindow(t, folder), openWindow(t, folder)];
      await first.host.configure();
      await until(() => raws().length === 1);
      const result = await second.host.configure();
      assert.deepEqual(result.issues, []);
      assert.equal(second.follows(), process.pid);
      await until(() => second.host.snapshot?.sources[0]?.lines === 1, { what: "the figures of the first" });
      await assert.rejects(second.host.call("pause", {}), { message: /only follows it/, type: "UserError" });
      const ended = end(first);
      appendFileSync(log, "two\n");
      await ended;
      await until(
        () => second.follows() === undefined || first.follows() !== undefined || raws().length === 2,
      );
      appendFileSync(log, "three\n");
      await until(() => raws().length === 3);
      assert.deepEqual(raws(), ["one", "two", "three"]);
      await second.host.close();
    });
  }
});
