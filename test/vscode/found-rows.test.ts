import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createFoundRows } from "../../src/vscode/found-rows.ts";

describe("rows that are looked for", () => {
  it("stand before the list's own ones, which wait for them", () => {
    const rows = createFoundRows<string>();
    assert.equal(rows.among(["browse"]), undefined);
    rows.found(["app.log"]);
    assert.deepEqual(rows.among(["watch", "browse"]), ["app.log", "watch", "browse"]);
  });

  it("come after them when they were not waited for", () => {
    const rows = createFoundRows<string>();
    rows.late();
    assert.deepEqual(rows.among(["browse"]), ["browse"]);
    rows.found(["app.log"]);
    assert.deepEqual(rows.among(["watch", "browse"]), ["watch", "browse", "app.log"]);
  });

  it("never move one that is shown, whatever comes when", () => {
    const step = fc.oneof(fc.constant("late"), fc.array(fc.string(), { maxLength: 5 }));
    fc.assert(
      fc.property(step, step, (...steps) => {
        const rows = createFoundRows<string>();
        let shown: readonly string[] = [];
        let isFound = false;
        for (const one of steps) {
          if (one === "late") rows.late();
          else if (!isFound) rows.found(one as string[]);
          isFound ||= one !== "late";
          const next = rows.among(["watch", "browse"]) ?? [];
          assert.deepEqual(next.slice(0, shown.length), shown);
          shown = next;
        }
      }),
    );
  });
});
