import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cutShort } from "../../src/engine/groups.ts";
import type { LogRecord } from "../../src/model.ts";
import { recordOf } from "../../src/remote/record.ts";
import { rowOf } from "../../src/remote/row.ts";
import { createBulkFormatter } from "../../src/sinks/elastic-documents.ts";
import { remoteIndex } from "../../src/sinks/elastic-index.ts";
import type { Nodes } from "../../src/sinks/elastic-nodes.ts";
import { accessRecord } from "../helpers/records.ts";

type Documents = "plain" | "ecs" | "topic";

const nodes: Pick<Nodes, "send"> = { send: () => Promise.reject(new Error("nothing is asked")) };

/** A record as a search finds the document that is written of it. */
function found(documents: Documents, record: LogRecord) {
  const body = createBulkFormatter({ documents }, () => "logs")([record]);
  const hit = { _index: "logs", _id: "a", _source: JSON.parse(body.toString().split("\n")[1] ?? "") };
  const { layout } = remoteIndex(nodes as Nodes, { index: "logs", documents }, "here");
  return { row: rowOf(hit, layout, []), record: recordOf(hit, layout) };
}

describe("a document as a row", () => {
  const fields = { truncated: true, n: 1 };

  it("was cut where whoever read it says so, whatever fields it has of its own", () => {
    for (const documents of ["plain", "ecs"] as const) {
      const own = found(documents, accessRecord({ raw: "the line", fields }));
      assert.equal(own.row.short, undefined);
      assert.deepEqual(own.record.fields, fields);

      const cut = found(documents, cutShort(accessRecord({ raw: "the line", fields: { n: 1 } })));
      assert.equal(cut.row.short, "the line".length);
      assert.deepEqual(cut.record.fields, { n: 1, truncated: true });
    }
  });

  it("was cut also where no parser took what was left of it", () => {
    const { row, record } = found("plain", cutShort(accessRecord({ fields: {}, error: "no end" })));
    assert.deepEqual([row.short, row.unparsed], ["the line".length, true]);
    assert.deepEqual(record.fields, { truncated: true });
  });

  it("says nothing of that in the layout of older consumers, which has no place for it", () => {
    const { row } = found("topic", cutShort(accessRecord()));
    assert.equal(row.short, undefined);
  });
});
