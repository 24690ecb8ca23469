import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fatal, Partly, Rejected, RetryLater, reasonOf } from "../../src/errors.ts";
import { webhookSink } from "../../src/sinks/webhook.ts";
import { type Received, type Reply, startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { failureOf, openSink, refusals } from "../helpers/sinks.ts";

const records = [0, 1, 2].map((offset) => accessRecord({ offset, message: `m "${offset}"`, level: "warn" }));
const textOf = (request: Received | undefined): string => request?.body ?? "";

describe("the sink webhook", () => {
  it("sends whole records as NDJSON when nothing else is said", async (t) => {
    const server = await startReceiver(t);
    await (await openSink(t, webhookSink, { url: `${server.url}/in?key=a` })).write(records);
    const [request] = server.requests;
    assert.equal(`${request?.method} ${request?.path}`, "POST /in?key=a");
    assert.equal(request?.headers["content-type"], "application/x-ndjson");
    const lines = textOf(request).split("\n");
    assert.equal(lines.pop(), "", "each line has its end");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ id, message }) => [id, message]),
      records.map(({ message }, at) => [`00000000000000ff-${at}`, message]),
    );
  });

  it("fills a template of JSON: texts stay texts whatever they hold, a variable alone keeps its type", async (t) => {
    const server = await startReceiver(t);
    const body = {
      text: "${level}: ${message}",
      status: "${status}",
      tags: ["${source}", 7, { time: "${time}" }],
      none: "${missing}",
      all: "${deep}",
    };
    const sink = await openSink(t, webhookSink, { url: server.url, format: "array", body, method: "PUT" });
    await sink.write([
      accessRecord({ message: 'a"b\n', level: "error", fields: { status: 500, deep: { x: [1] } } }),
    ]);
    const [request] = server.requests;
    assert.equal(request?.method, "PUT");
    assert.equal(request?.headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(textOf(request)), [
      {
        text: 'error: a"b\n',
        status: 500,
        tags: ["access", 7, { time: "2018-03-04T13:49:52.000Z" }],
        none: null,
        all: { x: [1] },
      },
    ]);
  });

  it("gives JSON for any message and field (property)", async (t) => {
    const server = await startReceiver(t);
    const body = { a: "${message} ${x}", b: "${x}" };
    const sink = await openSink(t, webhookSink, { url: server.url, format: "object", body });
    const any = fc.string({ unit: "binary" });
    await fc.assert(
      fc.asyncProperty(any, any, async (message, x) => {
        await sink.write([accessRecord({ message, fields: { x } })]);
        assert.deepEqual(JSON.parse(textOf(server.requests.at(-1))), { a: `${message} ${x}`, b: x });
      }),
      { numRuns: 50 },
    );
  });

  it("sends lines of text, and a type of the user's own", async (t) => {
    const server = await startReceiver(t);
    const headers = { "Content-Type": "text/x-log", Authorization: "Key abc" };
    const options = { url: server.url, format: "text", body: "${source} ${message}", headers };
    await (await openSink(t, webhookSink, options)).write(records);
    const [request] = server.requests;
    assert.equal(textOf(request), 'access m "0"\naccess m "1"\naccess m "2"\n');
    assert.equal(request?.headers["content-type"], "text/x-log");
    assert.equal(request?.headers.authorization, "Key abc");
    await (await openSink(t, webhookSink, { url: server.url, format: "text" })).write(records);
    assert.equal(textOf(server.requests[1]), "the line\nthe line\nthe line\n");
  });

  it("sends one object a request, and says which were refused and which are still to be sent", async (t) => {
    const server = await startReceiver(t);
    const sink = await openSink(t, webhookSink, {
      url: server.url,
      format: "object",
      body: { at: "${offset}" },
    });
    await sink.write(records);
    assert.deepEqual(server.requests.map(textOf), ['{"at":0}', '{"at":1}', '{"at":2}']);
    server.answer = ({ body }) => (body === '{"at":1}' ? { status: 422, text: "no 1" } : 200);
    const refused = await failureOf(sink, records);
    assert.ok(refused instanceof Partly);
    assert.deepEqual([...refused.refused], [[1, `the webhook at ${server.url} answered 422: no 1`]]);
    assert.deepEqual(refused.later, []);
    server.answer = ({ body }) =>
      body === '{"at":1}' ? { status: 503, headers: { "retry-after": "4" } } : 200;
    const later = await failureOf(sink, records);
    assert.ok(later instanceof Partly);
    assert.deepEqual([later.later, later.refused.size, later.afterMs], [[1, 2], 0, 4_000]);
    server.answer = () => 503;
    assert.ok((await failureOf(sink, records)) instanceof RetryLater, "nothing was taken");
  });

  const page: Reply = {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    text: "<p>sign in</p>",
  };
  const verdicts: [reply: Reply, kind: typeof Fatal | typeof Rejected | typeof RetryLater, says: RegExp][] = [
    [{ status: 400, text: "no such field" }, Rejected, /answered 400: no such field$/],
    [422, Rejected, /answered 422$/],
    [413, Rejected, /413$/],
    [401, Fatal, /check user and password, token, or headers$/],
    [403, Fatal, /see that whoever signs in may write there$/],
    [404, Fatal, /check url$/],
    [405, Fatal, /check url$/],
    [301, Fatal, /it wants another address: check url$/],
    [408, RetryLater, /408$/],
    [429, RetryLater, /429$/],
    [500, RetryLater, /500$/],
    [page, Fatal, /a web page: check url, or say in statuses that 200 means taken$/],
  ];
  for (const [reply, kind, says] of verdicts) {
    it(`takes ${JSON.stringify(reply)} for ${kind.name}`, async (t) => {
      const server = await startReceiver(t, () => reply);
      const error = await failureOf(await openSink(t, webhookSink, { url: server.url }), records);
      assert.ok(error instanceof kind, error.stack);
      assert.match(reasonOf(error), says);
    });
  }

  it("takes a status for what the options say of it", async (t) => {
    const server = await startReceiver(t);
    const statuses = { 409: "taken", "4xx": "refuse", 503: "stop", 302: "retry" };
    const sink = await openSink(t, webhookSink, { url: server.url, statuses });
    server.answer = () => 409;
    await sink.write(records);
    for (const [status, kind] of [
      [404, Rejected],
      [503, Fatal],
      [302, RetryLater],
    ] as const) {
      server.answer = () => status;
      assert.ok((await failureOf(sink, records)) instanceof kind, String(status));
    }
  });

  it("checks without sending a record: whoever signs in, and that somebody answers", async (t) => {
    const server = await startReceiver(t, () => 405);
    const sink = await openSink(t, webhookSink, { url: server.url });
    assert.equal(
      (await sink.check())?.note,
      "it answered 405 to HEAD: whether it takes records only sending one would tell",
    );
    assert.deepEqual(
      server.requests.map(({ method }) => method),
      ["HEAD"],
    );
    server.answer = () => 401;
    await assert.rejects(sink.check(), /answered 401/);
  });

  it("never shows the address's secret part, its query or what signs in, also when the server repeats it", async (t) => {
    const server = await startReceiver(t, ({ path, headers }) => ({
      status: 400,
      text: `${path} ${headers.authorization}`,
    }));
    const url = `${server.url}/services/T0/canary-path?key=canary-query`;
    const sink = await openSink(t, webhookSink, { url, token: "canary-token" });
    const error = await failureOf(sink, records);
    assert.doesNotMatch(reasonOf(error) + sink.target, /canary/);
    assert.equal(sink.target, `${server.url}/services/***?***`);
    const closed = await openSink(t, webhookSink, { url: "http://127.0.0.1:1/canary/canary?canary" });
    assert.doesNotMatch(reasonOf(await failureOf(closed, records)), /canary/);
  });

  it("refuses options that can't be right, with what to do", () => {
    const url = "http://127.0.0.1:1";
    const said = (options: object): string => refusals(webhookSink, { url, ...options }).join("; ");
    assert.equal(said({}), "");
    assert.match(said({ body: "x" }), /^body: is a text: add format: text/);
    assert.match(said({ format: "text", body: {} }), /^body: must be a text/);
    assert.match(said({ statuses: { abc: "taken" } }), /^statuses\.abc: is no status/);
    assert.match(said({ url: "http://h/#x" }), /^url: the address ends at its query/);
  });
});
