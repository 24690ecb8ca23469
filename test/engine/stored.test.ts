import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { letterLine, readLetter } from "../../src/engine/letter.ts";
import { fromStore } from "../../src/engine/stored.ts";
import { silent } from "../../src/lib/log.ts";
import { recordId } from "../../src/model.ts";
import { storeSink } from "../../src/sinks/store.ts";
import { CUT } from "../../src/store/own-id.ts";
import { openReader } from "../../src/store/reader.ts";
import { accessRecord } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("records that are taken from the store to be sent again", () => {
  it("are known as cut short by a mark of the store, not by a field that logs have too", async (t) => {
    const dataDir = tempFolder(t);
    const options = { id: "store", dataDir, baseDir: dataDir, log: silent };
    const sink = storeSink.create(storeSink.options.parse({}), options);
    const truncated = { truncated: true };
    const sent = [
      accessRecord({ offset: 1, fields: truncated, cut: true }),
      accessRecord({ offset: 2, fields: truncated }),
    ];
    await sink.write(sent);
    await sink.close();
    const reader = openReader(dataDir);
    t.after(() => reader.close());
    const stored = [...reader.iterate({ order: "oldest" })];
    assert.deepEqual(
      stored.map(({ fields }) => fields),
      [{ ...truncated, [CUT]: true }, truncated],
    );
    const again = stored.map(fromStore({ sources: new Map() }));
    assert.deepEqual(
      again.map(({ cut, fields }) => [cut, fields]),
      [
        [true, truncated],
        [undefined, truncated],
      ],
    );
  });

  it("have the ids that they were sent with, also those that brought one with them", async (t) => {
    const dataDir = tempFolder(t);
    const sink = storeSink.create(storeSink.options.parse({}), {
      id: "store",
      dataDir,
      baseDir: dataDir,
      log: silent,
    });
    const sent = [
      accessRecord({ offset: 1 }),
      accessRecord({ offset: 2, id: "0123456789abcdef-7k" }),
      accessRecord({ offset: 3, id: "fedcba9876543210-0" }),
    ];
    await sink.write(sent);
    await sink.close();
    const reader = openReader(dataDir);
    t.after(() => reader.close());
    const toRecord = fromStore({ sources: new Map() });
    const again = [...reader.iterate({ order: "oldest" })]
      .map((stored) => readLetter(letterLine({ record: toRecord(stored), reason: "again" }, "s", "now")))
      .sort((a, b) => a.offset - b.offset);
    const shown = (records: typeof sent) =>
      records.map((record) => [recordId(record), record.origin.key, record.offset, record.fields]);
    assert.deepEqual(shown(again), shown(sent));
  });
});
