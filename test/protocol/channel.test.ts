import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createChannel, type Port } from "../../src/protocol/channel.ts";

type NoCalls = Record<never, never>;
type Some = { ask: [number, number] };

/** One end of a boundary: what was posted, and a way to have it hear something. */
function boundary() {
  const posted: unknown[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const port: Port = {
    post: (message) => void posted.push(message),
    listen: (listener) => {
      receive = listener;
    },
  };
  return { port, posted, hear: (message: unknown) => receive(message) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a channel", () => {
  it("answers nothing any more when it was closed meanwhile, in words or by an error", async () => {
    const { port, posted, hear } = boundary();
    const answers: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
    const gone: Port = {
      ...port,
      post(message) {
        if (closed) throw new Error("the webview is disposed");
        port.post(message);
      },
    };
    let closed = false;
    const channel = createChannel<NoCalls, NoCalls, Some, NoCalls>(
      gone,
      { ask: () => new Promise((resolve, reject) => answers.push({ resolve, reject })) },
      {},
    );
    const [first, second] = [1, 2].map((id) => ({ kind: "call", id, name: "ask", body: id }));
    hear(first);
    hear(second);
    channel.close("the view was closed");
    closed = true;
    // Either would be a rejection that nobody handles, which fails this test.
    answers[0]?.resolve(1);
    answers[1]?.reject(new Error("too late"));
    await turn();
    assert.deepEqual(posted, []);
  });

  it("takes no answer for its own that one before it in the same place had asked for", async () => {
    const { port, posted, hear } = boundary();
    const old = createChannel<Some, NoCalls, NoCalls, NoCalls>(port, {}, {});
    old.call("ask", 1).catch(() => undefined);
    const page = createChannel<Some, NoCalls, NoCalls, NoCalls>(port, {}, {});
    const answer = page.call("ask", 2);
    const [before, now] = posted.map((message) => (message as { id: number }).id);
    hear({ kind: "answer", id: before, body: 10 });
    hear({ kind: "answer", id: now, body: 20 });
    assert.equal(await answer, 20);
  });
});
