import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { storeSink } from "../../src/sinks/store.ts";
import { openReader } from "../../src/store/reader.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords } from "../store/records.ts";

function sinkIn(dataDir: string, options: unknown = {}) {
  const context = { id: "store", log: silent, dataDir, baseDir: dataDir };
  return storeSink.create(storeSink.options.parse(options), context);
}

describe("store sink", () => {
  it("keeps each record once, also when a write is sent again after a restart", async (t) => {
    const dataDir = tempFolder(t);
    const records = accessRecords(1000);
    const first = sinkIn(dataDir);
    await first.check();
    await first.open?.(undefined);
    await first.write(records.slice(0, 600));
    await first.close();
    const second = sinkIn(dataDir);
    await second.open?.(undefined);
    await second.write(records.slice(400));
    assert.equal(second.figures().records, 1000);
    await second.close();
    const reader = openReader(dataDir);
    assert.equal(reader.count(), 1000);
    assert.equal(reader.count({ query: "status:>=500 AND path:/api/*" }), 20);
    reader.close();
  });

  it("keeps 2 GiB and 7 days unless told otherwise, in words or numbers", () => {
    const { options } = storeSink;
    assert.deepEqual(options.parse({}), { maxBytes: 2 * 1024 ** 3, maxAge: 7 * 86_400_000 });
    assert.deepEqual(options.parse({ maxBytes: "500MB", maxAge: "12h" }), {
      maxBytes: 5e8,
      maxAge: 12 * 3_600_000,
    });
    assert.deepEqual(options.parse({ maxBytes: 1e6, maxAge: 1000 }), { maxBytes: 1e6, maxAge: 1000 });
    assert.match(String(options.safeParse({ maxAge: "soon" }).error), /no duration/);
    assert.match(String(options.safeParse({ maxBytes: "big" }).error), /no size/);
    assert.ok(!options.safeParse({ maxbytes: 1 }).success);
  });

  it("says in its check that the folder can't be made", async (t) => {
    const sink = sinkIn(`${process.execPath}/below-a-file`);
    t.after(() => sink.close());
    await assert.rejects(() => sink.check());
  });
});
