import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { rowsRequest } from "../../src/protocol/log-requests.ts";
import { MOST_FIELDS } from "../../src/protocol/log-view.ts";
import {
  type Column,
  fieldColumn,
  fieldsOf,
  INITIAL_COLUMNS,
  moved,
  NARROWEST,
  narrowed,
  readColumns,
  resized,
  toggled,
  trackOf,
  WIDEST,
} from "../../src/webview/log/columns.ts";

const idsOf = (columns: readonly Column[]) => columns.map(({ id }) => id);

describe("columns of the list", () => {
  it("are the usual ones for what is not understood", () => {
    for (const kept of [undefined, null, 7, {}, [], [{}], [{ id: "what" }], [{ id: "field:" }]])
      assert.deepEqual(readColumns(kept), INITIAL_COLUMNS);
    assert.deepEqual(readColumns([{ id: "message" }, { id: "field:a", width: 1e9 }, { id: "message" }]), [
      { id: "message" },
      { id: "field:a", width: WIDEST },
    ]);
  });

  it("have no field that rows can't be asked for by its name", () => {
    const [long, longer] = [fieldColumn("n".repeat(1000)), fieldColumn("n".repeat(1001))];
    assert.deepEqual(idsOf(readColumns([{ id: longer }, { id: long }])), [long]);
    const request = { search: 1, from: 0, count: 1 };
    assert.ok(rowsRequest.safeParse({ ...request, fields: fieldsOf([{ id: long }]) }).success);
    assert.ok(!rowsRequest.safeParse({ ...request, fields: fieldsOf([{ id: longer }]) }).success);
  });

  it("are never none, twice the same, or of more fields than are fetched", () => {
    const id = fc.oneof(
      fc.constantFrom("time", "level", "source", "message"),
      fc.integer({ min: 0, max: 30 }).map((n) => fieldColumn(`f${n}`)),
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant("toggle"), id, to: fc.constant(0) }),
      fc.record({ kind: fc.constant("move"), id, to: fc.integer({ min: -3, max: 40 }) }),
      fc.record({ kind: fc.constant("resize"), id, to: fc.integer({ min: -50, max: 500 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let columns = INITIAL_COLUMNS;
        for (const { kind, id, to } of steps) {
          const before = idsOf(columns);
          if (kind === "toggle") columns = toggled(columns, id);
          else if (kind === "move") columns = moved(columns, id, to);
          else columns = resized(columns, id, to);
          if (kind !== "toggle") assert.deepEqual([...idsOf(columns)].sort(), [...before].sort());
          assert.ok(columns.length > 0);
          assert.equal(new Set(idsOf(columns)).size, columns.length);
          assert.ok(fieldsOf(columns).length <= MOST_FIELDS);
          assert.ok(columns.every(({ width = NARROWEST }) => width >= NARROWEST && width <= WIDEST));
          assert.deepEqual(readColumns(JSON.parse(JSON.stringify(columns))), columns);
          assert.equal(trackOf(columns).tracks.match(/1fr/g)?.length, 1);
        }
      }),
    );
  });

  it("come to where they are looked for: fields before the message, the usual ones in their order", () => {
    const some = toggled(toggled(INITIAL_COLUMNS, fieldColumn("status")), "source");
    assert.deepEqual(idsOf(some), ["time", "level", "field:status", "message"]);
    assert.deepEqual(idsOf(toggled(some, "source")), ["time", "level", "field:status", "source", "message"]);
    assert.deepEqual(idsOf(toggled(toggled(some, "time"), "time")), idsOf(some));
  });

  it("leave the message the room of a narrow view", () => {
    assert.deepEqual(idsOf(narrowed(INITIAL_COLUMNS)), ["time", "level", "message"]);
    assert.deepEqual(idsOf(narrowed([{ id: "source" }])), ["source"]);
  });
});
