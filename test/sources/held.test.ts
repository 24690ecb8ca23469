import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { fileSource } from "../../src/sources/file.ts";
import { startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

describe("file source that waits for room", () => {
  it("reads the rest of a copied file in its next life when it is stopped before it had room for it", async (t) => {
    const folder = tempFolder(t);
    const log = join(folder, "a.log");
    writeFileSync(log, "one\n");
    const { spool, checkpoints } = openSpool(join(folder, "data"));
    spool.cursor("test");
    let room = Number.POSITIVE_INFINITY;
    let waiting = false;
    let read = 0;
    const source = fileSource.create(fileSource.options.parse({ paths: log, from: "start" }), {
      id: "a",
      log: silent,
      checkpoints,
      room(signal) {
        if (room-- > 0) return undefined;
        waiting = true;
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
      },
      async emit(chunk) {
        await spool.append(chunk, 1, 1, () => {});
        read++;
      },
      changed() {},
      fail(error) {
        throw error;
      },
    });
    await source.start();
    await until(() => read === 1);
    source.pause();
    appendFileSync(log, "two\n");
    copyFileSync(log, `${log}.1`);
    writeFileSync(log, "THREE\n");
    room = 1;
    source.resume();
    await until(() => waiting);
    await within(20_000, source.stop());
    await spool.close();

    const next = await startSource(join(folder, "data"), { paths: log, from: "start" });
    t.after(() => next.stop());
    await until(() => next.durable().length >= 3);
    assert.deepEqual(
      next.durable().map(({ line }) => line),
      ["one", "two", "THREE"],
    );
  });
});
