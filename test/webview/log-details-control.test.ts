import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Details, Key } from "../../src/protocol/log-view.ts";
import { createDetailsControl } from "../../src/webview/log/details-control.ts";

const CHOSEN: Key = [1, 0, 1, 7];
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A view whose pane of details was open, or not, before it was hidden. */
function viewOf(open: boolean, chosen: Key | undefined) {
  const asked: Key[] = [];
  const shown: string[] = [];
  const control = createDetailsControl(
    {
      pane: () => ({
        update: (record) => void shown.push(record?.id ?? "nothing"),
        fail: (reason) => void shown.push(reason),
      }),
      async details({ key }) {
        asked.push(key);
        return { id: key.join() } as Details;
      },
      chosen: () => chosen,
      search: () => 1,
      changed: () => undefined,
      leave: () => undefined,
    },
    open,
  );
  return { control, asked, shown };
}

describe("the details of a view that is seen again", () => {
  it("are asked for when the search has found what was chosen, and only once", async () => {
    const { control, asked, shown } = viewOf(true, CHOSEN);
    assert.equal(control.open, true);
    assert.deepEqual(asked, []);
    control.found();
    control.found();
    await turn();
    assert.deepEqual(asked, [CHOSEN]);
    assert.deepEqual(shown, [CHOSEN.join()]);
  });

  it("are closed where nothing was chosen, and not asked for where they were not open", async () => {
    const none = viewOf(true, undefined);
    none.control.found();
    assert.equal(none.control.open, false);
    const closed = viewOf(false, CHOSEN);
    closed.control.found();
    await turn();
    assert.deepEqual(closed.asked, []);
    closed.control.toggle();
    await turn();
    assert.deepEqual(closed.shown, [CHOSEN.join()]);
  });
});
