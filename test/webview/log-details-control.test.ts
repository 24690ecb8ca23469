import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Details, Key } from "../../src/protocol/log-view.ts";
import { createDetailsControl } from "../../src/webview/log/details-control.ts";

const CHOSEN: Key = [1, 0, 1, 7];
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A view whose pane of details was open, or not, before it was hidden. */
function viewOf(open: boolean, chosen: Key | undefined, coming = Promise.resolve(chosen), focused = true) {
  const asked: Key[] = [];
  const shown: string[] = [];
  let left = 0;
  let now = chosen;
  void coming.then((key) => {
    now = key ?? now;
  });
  const control = createDetailsControl(
    {
      pane: () => ({
        update: (record) => void shown.push(record?.id ?? "nothing"),
        fail: (reason) => void shown.push(reason),
        focused,
      }),
      async details({ key }) {
        asked.push(key);
        return { id: key.join() } as Details;
      },
      chosen: () => now,
      whenChosen: () => coming,
      search: () => 1,
      changed: () => undefined,
      leave: () => void left++,
    },
    open,
  );
  return { control, asked, shown, left: () => left };
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

  it("are closed where nothing was chosen, whoever types goes on typing, and are not asked for where they were not open", async () => {
    const none = viewOf(true, undefined);
    none.control.found();
    await turn();
    assert.deepEqual([none.control.open, none.left()], [false, 1]);
    const elsewhere = viewOf(true, undefined, Promise.resolve(undefined), false);
    elsewhere.control.found();
    await turn();
    assert.deepEqual([elsewhere.control.open, elsewhere.left()], [false, 0]);
    const closed = viewOf(false, CHOSEN);
    closed.control.found();
    await turn();
    assert.deepEqual(closed.asked, []);
    closed.control.toggle();
    await turn();
    assert.deepEqual(closed.shown, [CHOSEN.join()]);
  });
});

describe("the details of a row that has yet to come", () => {
  it("are opened once it has come: the key that was pressed on it is not lost", async () => {
    const coming = Promise.withResolvers<Key | undefined>();
    const { control, shown } = viewOf(false, undefined, coming.promise);
    control.toggle();
    assert.equal(control.open, false);
    coming.resolve(CHOSEN);
    await turn();
    assert.equal(control.open, true);
    assert.deepEqual(shown, [CHOSEN.join()]);
  });

  it("are those of the row that is chosen next, at once, as by Enter and an arrow key", async () => {
    const coming = Promise.withResolvers<Key | undefined>();
    const { control, asked } = viewOf(false, CHOSEN, coming.promise);
    control.toggle();
    control.choose(CHOSEN);
    assert.equal(control.open, true);
    control.toggle();
    coming.resolve(undefined);
    await turn();
    assert.deepEqual([control.open, asked], [false, [CHOSEN]]);
  });

  it("are not opened where the key was pressed once more, or where no row comes", async () => {
    const coming = Promise.withResolvers<Key | undefined>();
    const twice = viewOf(false, undefined, coming.promise);
    twice.control.toggle();
    twice.control.toggle();
    coming.resolve(CHOSEN);
    const none = viewOf(false, undefined);
    none.control.toggle();
    await turn();
    assert.deepEqual([twice.control.open, none.control.open], [false, false]);
    assert.deepEqual([twice.shown, none.shown], [[], []]);
  });

  it("stay open when the search has found all there is", async () => {
    const coming = Promise.withResolvers<Key | undefined>();
    const { control } = viewOf(true, undefined, coming.promise);
    control.found();
    coming.resolve(CHOSEN);
    await turn();
    assert.equal(control.open, true);
  });
});
