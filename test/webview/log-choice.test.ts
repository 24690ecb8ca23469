import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Key } from "../../src/protocol/log-view.ts";
import { type Choice, come, whenCome } from "../../src/webview/log/choice.ts";

const [KEY, OTHER]: readonly [Key, Key] = [
  [1, 0, 0, 0],
  [2, 0, 0, 0],
];
const LONG = 60_000;

describe("what is to be done with the row that is chosen", () => {
  const chosen = (key?: Key): Choice => ({ row: { place: 3, key }, column: undefined });

  it("is done with that row at once, and with none where none is chosen", async () => {
    assert.equal(await whenCome(chosen(KEY)), KEY);
    assert.equal(await whenCome({ row: undefined, column: undefined }), undefined);
  });

  it("waits for a row that has yet to come: a key that was pressed on it is not lost", async () => {
    const choice = chosen();
    const key = whenCome(choice, LONG);
    assert.ok(choice.row);
    come(choice.row, KEY);
    assert.equal(await key, KEY);
    assert.equal(await whenCome(choice), KEY);
  });

  it("is all done once the row has come, whatever waits for it", async () => {
    const choice = chosen();
    const keys = [whenCome(choice, LONG), whenCome(choice, LONG)];
    assert.ok(choice.row);
    come(choice.row, KEY);
    assert.deepEqual(await Promise.all(keys), [KEY, KEY]);
  });

  it("is done with no other row that was chosen since", async () => {
    const choice = chosen();
    const first = choice.row;
    assert.ok(first);
    const key = whenCome(choice, LONG);
    choice.row = { place: 4, key: OTHER };
    come(first, KEY);
    assert.equal(await key, undefined);
  });

  it("is given up where the row does not come", async () => {
    assert.equal(await whenCome(chosen(), 10), undefined);
  });
});
