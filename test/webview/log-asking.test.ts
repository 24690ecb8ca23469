import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createChannel, type Port } from "../../src/protocol/channel.ts";
import type { Key, LogCalls } from "../../src/protocol/log-view.ts";
import { isSuperseded, Superseded } from "../../src/protocol/superseded.ts";
import { createAsking } from "../../src/webview/log/asking.ts";
import { createNote } from "../../src/webview/note.ts";

type NoCalls = Record<never, never>;

const KEY: Key = [1, 0, 1, 7];
/** Two ends of a channel that hear each other a turn later. */
function pair(): [Port, Port] {
  const heard: ((message: unknown) => void)[] = [];
  const port = (end: number): Port => ({
    post: (message: unknown) => queueMicrotask(() => heard[1 - end]?.(message)),
    listen(receive) {
      heard[end] = receive;
    },
  });
  return [port(0), port(1)];
}

/** A page whose search the other end has replaced by `now`, or not; `told` ends the wait for its answer. */
function page(now: number) {
  const [here, there] = pair();
  const asked: number[] = [];
  let begun = 1;
  let place: string | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  createChannel<NoCalls, NoCalls, Pick<LogCalls, "open">, NoCalls>(
    there,
    {
      open({ search }) {
        asked.push(search);
        if (search !== now) throw new Superseded();
      },
    },
    {},
  );
  const ask = createAsking({
    channel: createChannel<LogCalls, NoCalls, NoCalls, NoCalls>(here, {}, {}),
    searching: () => ({ begun, answered: () => promise }),
    place: () => place,
  });
  return {
    asked,
    ask,
    begin(number: number) {
      begun = number;
      resolve();
    },
    move(to: string) {
      place = to;
    },
  };
}

describe("what is asked of a search that is over", () => {
  it("is asked again of the one that has begun since, as soon as that is known", async () => {
    const view = page(2);
    const opened = view.ask("open", { key: KEY });
    await new Promise((done) => setImmediate(done));
    assert.deepEqual(view.asked, [1]);
    view.begin(2);
    await opened;
    assert.deepEqual(view.asked, [1, 2]);
  });

  it("is dropped where another place is searched now, and the user is told nothing of it", async () => {
    const view = page(2);
    const opened = view.ask("open", { key: KEY });
    view.move("es");
    view.begin(2);
    let said = false;
    const note = createNote(() => {
      said = true;
    });
    await opened.then(
      () => assert.fail("it was asked of another place"),
      (error: unknown) => {
        assert.ok(isSuperseded(error));
        note.tell(error);
      },
    );
    assert.deepEqual(view.asked, [1]);
    assert.equal(said, false);
    assert.equal(note.text, undefined);
  });

  it("is still known as such behind a second channel", async () => {
    const [here, middle] = pair();
    const [before, behind] = pair();
    type Question = { ask: [undefined, void] };
    createChannel<NoCalls, NoCalls, Question, NoCalls>(
      behind,
      {
        ask() {
          throw new Superseded();
        },
      },
      {},
    );
    const through = createChannel<Question, NoCalls, NoCalls, NoCalls>(before, {}, {});
    createChannel<NoCalls, NoCalls, Question, NoCalls>(
      middle,
      { ask: () => through.call("ask", undefined) },
      {},
    );
    const asking = createChannel<Question, NoCalls, NoCalls, NoCalls>(here, {}, {});
    await assert.rejects(asking.call("ask", undefined), (error) => isSuperseded(error));
  });
});
