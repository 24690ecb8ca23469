import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Instant } from "../../src/lib/instant.ts";
import { createChannel } from "../../src/protocol/channel.ts";
import type { LiveAnswer, LogCalls, SearchAnswer } from "../../src/protocol/log-view.ts";
import { createSearching } from "../../src/webview/log/searching.ts";
import { until } from "../helpers/until.ts";

type NoCalls = Record<never, never>;
type Some = Pick<LogCalls, "search" | "live">;

/** The searches of a page, and what the other end heard and answers. */
function page(answer: (query: string) => SearchAnswer, before = "", mark = (): LiveAnswer => ({})) {
  const heard: string[] = [];
  const begun: number[] = [];
  const failures: unknown[] = [];
  const stood: (Instant | undefined)[] = [];
  let query = "";
  let sources: string[] = [];
  let accepted = before;
  const { port1, port2 } = new MessageChannel();
  const portOf = (port: MessagePort) => ({
    post: (message: unknown) => port.postMessage(message),
    listen: (receive: (message: unknown) => void) => void port.on("message", receive),
  });
  createChannel<NoCalls, NoCalls, Some, NoCalls>(
    portOf(port2),
    {
      search(request) {
        heard.push(
          `search ${[request.query, ...(request.sources ?? [])].join(" of ")}${request.upTo === undefined ? "" : ` until ${request.upTo.at}${request.upTo.mark ? ` in ${request.upTo.mark.segment}` : ""}`}`,
        );
        return answer(request.query);
      },
      live({ live }) {
        heard.push(`live ${live}`);
        return mark();
      },
    },
    {},
  );
  const searching = createSearching({
    channel: createChannel<LogCalls, NoCalls, NoCalls, NoCalls>(portOf(port1), {}, {}),
    request: (_now, paused) => ({
      query,
      sources,
      points: 10,
      ...(paused && { upTo: paused }),
    }),
    latest: () => 4711,
    stands: (paused) => void stood.push(paused),
    asked: () => (number) => void begun.push(number),
    accepted: () => accepted,
    accept(next) {
      accepted = next;
    },
    changed: () => undefined,
    fail: (error) => failures.push(error),
  });
  return {
    searching,
    heard,
    begun,
    failures,
    stood,
    get accepted() {
      return accepted;
    },
    async search(next: string, of: string[] = []) {
      query = next;
      sources = of;
      searching.search();
      const count = heard.length;
      await until(() => heard.length > count, { every: 1, what: "the search" });
    },
    close() {
      port1.close();
      port2.close();
    },
  };
}

describe("the searches of a log view", () => {
  it("are over their failure when one has begun, and the thread that searches anew hears of a pause", async (t) => {
    const view = page(() => ({}));
    t.after(view.close);
    view.searching.pause();
    await view.search("a");
    await until(() => view.heard.length === 3, { every: 1, what: "the pause" });
    assert.deepEqual(view.heard, ["live false", "search a until 4711", "live false"]);
    view.searching.failed({ reason: "the thread ended" });
    assert.equal(view.searching.failure, "the thread ended");
    assert.equal(view.searching.retry, true);
    await view.search("a");
    await until(() => view.searching.begun === 2, { every: 1, what: "the search" });
    assert.equal(view.searching.failure, undefined);
    assert.equal(view.searching.retry, false);
    await until(() => view.heard.length === 5, { every: 1, what: "the pause" });
    assert.equal(view.heard.at(-1), "live false");
    view.searching.pause();
    // What was searched for ended where the view was paused.
    await until(() => view.heard.length === 7, { every: 1, what: "the end of the pause" });
    assert.deepEqual(view.heard.slice(-2), ["live true", "search a"]);
    view.searching.pause();
    view.searching.pause();
    await until(() => view.heard.length === 9, {
      every: 1,
      what: "a pause in which nothing is searched for",
    });
    assert.deepEqual(view.heard.slice(-2), ["live false", "live true"]);
    assert.deepEqual(view.failures, []);
  });

  it("are paused, and no longer, from a moment on that is told, and the next one tells what of", async (t) => {
    const view = page(() => ({}));
    t.after(view.close);
    const since = { at: 300 };
    view.searching.stand(since);
    assert.equal(view.searching.paused, since);
    await view.search("a");
    await until(() => view.heard.length === 3, { every: 1, what: "the pause" });
    assert.deepEqual(view.heard, ["live false", "search a until 300", "live false"]);
    view.searching.stand(since);
    view.searching.stand(undefined);
    await view.search("a");
    await until(() => view.heard.length === 5, { every: 1, what: "the end of the pause" });
    assert.deepEqual(view.heard.slice(-2), ["live true", "search a"]);
  });

  it("leave the one before in force where a query is wrong, or the next can't be begun", async (t) => {
    const view = page((query) => {
      if (query === "dead") throw new Error("the thread ended");
      return query === "(" ? { problem: { reason: "not closed", column: 0 } } : {};
    });
    t.after(view.close);
    await view.search("a");
    await until(() => view.searching.settled, { every: 1, what: "the search" });
    await view.search("(");
    await until(() => view.searching.problem, { every: 1, what: "the problem" });
    assert.equal(view.searching.retry, true);
    await view.search("dead");
    await until(() => view.searching.failure, { every: 1, what: "the failure" });
    assert.match(view.searching.failure ?? "", /the thread ended/);
    assert.equal(view.searching.begun, 1);
    assert.equal(view.searching.settled, false);
    await view.search("b");
    await until(() => view.searching.settled, { every: 1, what: "the search" });
    assert.deepEqual(view.begun, [1, 4]);
    assert.equal(view.searching.retry, false);
  });

  it("search for the query that was accepted last where the one that is written is wrong", async (t) => {
    const view = page((query) => (query === "(" ? { problem: { reason: "not closed", column: 0 } } : {}));
    t.after(view.close);
    const { searching } = view;
    await view.search("a");
    await until(() => searching.settled, { every: 1, what: "the search" });
    searching.recovered();
    assert.equal(view.accepted, "a");
    // What is shown is what is searched for already.
    await view.search("(");
    await until(() => searching.problem, { every: 1, what: "the problem" });
    await searching.answered();
    assert.deepEqual(view.heard, ["search a", "search ("]);
    // A control narrows it: the query in force is searched for so, and what is written stays marked.
    await view.search("(", ["app"]);
    await searching.answered();
    assert.deepEqual(view.heard.slice(2), ["search ( of app", "search a of app"]);
    assert.deepEqual(view.begun, [1, 4]);
    assert.equal(searching.settled, true);
    assert.equal(searching.query, "a");
    assert.deepEqual(searching.problem, { reason: "not closed", column: 0 });
    assert.equal(searching.retry, true);
    searching.recovered();
    assert.equal(view.accepted, "a");
    await view.search("b");
    await searching.answered();
    assert.deepEqual([searching.query, searching.problem, searching.retry], ["b", undefined, false]);
    assert.deepEqual(view.failures, []);
  });

  it("begin with the accepted one when the view comes back with a wrong one, or with all lines", async (t) => {
    const answer = (query: string) =>
      query.startsWith("(") ? { problem: { reason: "not closed", column: 0 } } : {};
    const hidden = page(answer, "a");
    t.after(hidden.close);
    await hidden.search("(");
    await hidden.searching.answered();
    assert.deepEqual([hidden.heard, hidden.begun], [["search (", "search a"], [2]]);
    assert.ok(hidden.searching.problem);
    // The place that is searched now may refuse that, too.
    const moved = page(answer, "(a");
    t.after(moved.close);
    await moved.search("(");
    await moved.searching.answered();
    assert.deepEqual([moved.heard, moved.begun], [["search (", "search (a", "search "], [3]]);
    assert.equal(moved.searching.failure, undefined);
  });

  it("say why nothing is shown where all lines are refused as well", async (t) => {
    const view = page(() => ({ problem: { reason: "no such index" } }));
    t.after(view.close);
    await view.search("a");
    await view.searching.answered();
    assert.deepEqual([view.heard, view.begun], [["search a", "search "], []]);
    assert.equal(view.searching.failure, "no such index");
  });

  it("go back to the accepted one where an index refuses a query after it was asked", async (t) => {
    const view = page(() => ({}));
    t.after(view.close);
    const { searching } = view;
    await view.search("a");
    await searching.answered();
    searching.recovered();
    await view.search("/^b/");
    await searching.answered();
    searching.failed({ reason: "^ stands there", column: 1 });
    await searching.answered();
    assert.deepEqual(view.heard, ["search a", "search /^b/", "search a"]);
    assert.deepEqual([searching.problem, searching.query], [{ reason: "^ stands there", column: 1 }, "a"]);
    searching.recovered();
    // One that found something before it failed leaves what it found.
    await view.search("/slow/");
    await searching.answered();
    searching.recovered();
    searching.failed({ reason: "too long", column: 0 });
    await searching.answered();
    assert.deepEqual([searching.query, view.accepted], ["/slow/", "/slow/"]);
    assert.equal(view.heard.length, 4);
    assert.deepEqual(view.failures, []);
  });

  it("pass over why one failed that another has replaced, and keep why the next did until it has begun", async (t) => {
    const view = page(() => ({}));
    t.after(view.close);
    const { searching } = view;
    await view.search("a");
    await searching.answered();
    searching.recovered();
    const next = view.search("a", ["app"]);
    searching.failed({ search: 2, reason: "no server" });
    assert.equal(searching.failure, undefined);
    await next;
    await searching.answered();
    assert.deepEqual([searching.begun, searching.failure], [2, "no server"]);
    searching.recovered();
    await view.search("b");
    await searching.answered();
    assert.equal(searching.query, "b");
    searching.failed({ search: 2, reason: "of the one before" });
    assert.equal(searching.failure, undefined);
    searching.failed({ search: 3, reason: "of this one" });
    assert.equal(searching.failure, "of this one");
    // Nobody is left to search.
    await view.search("c");
    await searching.answered();
    searching.failed({ reason: "the thread ended" });
    assert.equal(searching.failure, "the thread ended");
  });

  it("end where the store stood when the view was paused, also where that is told later, and was searched anew", async (t) => {
    let segment = 0;
    const view = page(
      () => ({}),
      "",
      () => ({ mark: { segment: ++segment, files: [] } }),
    );
    t.after(view.close);
    const { searching } = view;
    await view.search("a");
    await searching.answered();
    searching.pause();
    assert.equal(searching.paused?.mark, undefined);
    await view.search("b");
    await searching.answered();
    const paused = { at: 4711, mark: { segment: 1, files: [] } };
    assert.deepEqual([searching.paused, await searching.mark()], [paused, paused.mark]);
    await view.search("c");
    await searching.answered();
    await until(() => view.heard.length === 6, { every: 1, what: "the pause" });
    assert.deepEqual(view.heard, [
      "search a",
      "live false",
      "search b until 4711 in 1",
      "live false",
      "search c until 4711 in 1",
      "live false",
    ]);
    assert.deepEqual(view.stood, [{ at: 4711 }, paused]);
    searching.pause();
    await searching.answered();
    assert.equal(searching.paused, undefined);
    // Of a view that goes on, it is asked each time.
    assert.notEqual((await searching.mark())?.segment, 1);
    assert.deepEqual(view.failures, []);
  });

  it("end where the one stood that had begun by then, if the view was paused before that was known", async (t) => {
    let segment = 0;
    const view = page(
      () => ({}),
      "",
      () => ({ mark: { segment: ++segment, files: [] } }),
    );
    t.after(view.close);
    const asked = view.search("a");
    view.searching.pause();
    await asked;
    await until(() => view.stood.length === 3, { every: 1, what: "the second mark" });
    assert.equal(view.searching.paused?.mark?.segment, 2);
  });
});
