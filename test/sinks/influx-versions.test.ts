import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Partly, Rejected, RetryLater, reasonOf } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import { influxdbSink } from "../../src/sinks/influxdb.ts";
import { type Received, type Reply, startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { failureOf, openSink, refusals } from "../helpers/sinks.ts";
import { tempFolder } from "../helpers/temp.ts";

const json = (status: number, body: object): Reply => ({
  status,
  headers: { "content-type": "application/json" },
  text: JSON.stringify(body),
});
/** What InfluxDB 3 answers when it took all lines but these, counted from 1. */
const partial = (lines: readonly [number: number, message: string, shown?: string][]): Reply =>
  json(400, {
    error: "partial write of line protocol occurred",
    data: lines.map(([line_number, error_message, original_line]) => ({
      line_number,
      error_message,
      ...(original_line !== undefined && { original_line }),
    })),
  });
const record = (offset: number, value: string | number = offset) =>
  accessRecord({ offset, fields: { path: "/x", value } });

describe("the sink influxdb with version 3", () => {
  const native = (url: string) => ({
    url,
    version: 3,
    database: "logs",
    token: "t0ken",
    tags: {},
    fields: { value: "value" },
  });

  it("writes line protocol in nanoseconds to the native endpoint, packed when asked to", async (t) => {
    const server = await startReceiver(t);
    const sink = await openSink(t, influxdbSink, { ...native(server.url), gzip: true });
    await sink.write(Array.from({ length: 40 }, (_, at) => record(at)));
    const [request] = server.requests;
    assert.equal(
      `${request?.method} ${request?.path}`,
      "POST /api/v3/write_lp?db=logs&precision=nanosecond&accept_partial=true",
    );
    assert.equal(request?.headers.authorization, "Bearer t0ken");
    assert.equal(request?.headers["content-encoding"], "gzip");
    const lines = (request?.body ?? "").split("\n");
    assert.equal(lines.length, 40);
    for (const line of lines) assert.match(line, /^nginx_log value=\d+ \d{19}$/);
    assert.equal(sink.target, `${server.url} database logs`);
  });

  it("buries the lines that the server names, each with its reason, and takes the others for taken", async (t) => {
    const server = await startReceiver(t);
    const sink = await openSink(t, influxdbSink, native(server.url));
    // The second record has nothing to write, and a line end within a text is none between lines.
    const records = [
      record(0),
      accessRecord({ error: "unparsed" }),
      record(2, "two\nlines"),
      record(3),
      record(4),
    ];
    server.answer = () =>
      partial([
        [2, "type conflict", 'nginx_log value="two'],
        [4, "too old"],
      ]);
    const error = await failureOf(sink, records);
    assert.ok(error instanceof Partly, reasonOf(error));
    assert.deepEqual(error.later, []);
    assert.deepEqual(
      [...error.refused],
      [
        [2, "InfluxDB refused the line: type conflict"],
        [4, "InfluxDB refused the line: too old"],
      ],
    );
  });

  const unclear: [what: string, reply: Reply][] = [
    ["names a line that was not sent", partial([[9, "bad"]])],
    ["shows another line", partial([[1, "bad", "cpu usage=1"]])],
    ["names none", json(400, { error: "parsing failed for write_lp endpoint", data: { line_number: 1 } })],
  ];
  for (const [what, reply] of unclear) {
    it(`has the delivery look for the culprit where the answer ${what}`, async (t) => {
      const server = await startReceiver(t, () => reply);
      const sink = await openSink(t, influxdbSink, native(server.url));
      const error = await failureOf(sink, [record(0), record(1)]);
      assert.ok(error instanceof Rejected && error.indices === undefined, reasonOf(error));
    });
  }

  it("checks who writes and where, and needs nothing to be written for it", async (t) => {
    const server = await startReceiver(t, () => json(400, { error: "no lines" }));
    const sink = await openSink(t, influxdbSink, native(server.url));
    await sink.check();
    server.answer = () => json(401, { error: "no" });
    await assert.rejects(Promise.resolve(sink.check()), /answered 401/);
  });

  it("says which setting is wrong", async (t) => {
    const server = await startReceiver(t, () => json(401, { error: "the request was not authenticated" }));
    const sink = await openSink(t, influxdbSink, native(server.url));
    assert.match(reasonOf(await failureOf(sink, [record(0)])), /answered 401: .*: check token$/);
    server.answer = () => ({ status: 404, text: "404 page not found" });
    assert.match(
      reasonOf(await failureOf(sink, [record(0)])),
      /does not answer like InfluxDB .*: check url or version$/,
    );
  });
});

describe("the sink influxdb with createDatabase", () => {
  const options = (url: string) => ({
    url,
    user: "u",
    password: "canary",
    database: 'lo"gs',
    createDatabase: true,
  });
  const isQuery = ({ path }: Received): boolean => path.startsWith("/query?");

  it("creates the database before the first write", async (t) => {
    const server = await startReceiver(t, (request) =>
      isQuery(request) ? json(200, { results: [{}] }) : 204,
    );
    const sink = await openSink(t, influxdbSink, options(server.url));
    await sink.write([accessRecord()]);
    const [first, second] = server.requests;
    assert.equal(`${first?.method} ${first?.path.split("?")[0]}`, "POST /query");
    const query = new URLSearchParams(first?.path.split("?")[1]).get("q");
    assert.equal(query, 'CREATE DATABASE "lo\\"gs"');
    assert.match(first?.headers.authorization ?? "", /^Basic /);
    assert.match(second?.path ?? "", /^\/write\?db=lo%22gs&precision=ns$/);
  });

  it("writes all the same where the user may not create it, because it may be there", async (t) => {
    const server = await startReceiver(t, (request) => (isQuery(request) ? json(403, { error: "no" }) : 204));
    const warned: string[] = [];
    const log = { ...silent, warn: (message: string) => warned.push(message) };
    const sink = await openSink(t, influxdbSink, options(server.url), { log });
    await sink.write([accessRecord()]);
    assert.match(warned[0] ?? "", /create the database lo"gs, or let createDatabase have an administrator/);
  });

  it("creates it anew when it was dropped, and has the records sent again", async (t) => {
    const server = await startReceiver(t, () => json(200, { results: [{}] }));
    const sink = await openSink(t, influxdbSink, options(server.url));
    server.answer = (request) =>
      isQuery(request) ? json(200, { results: [{}] }) : json(404, { error: 'database not found: "lo"gs"' });
    const error = await failureOf(sink, [accessRecord()]);
    assert.ok(error instanceof RetryLater);
    assert.match(error.message, /had no database lo"gs: it was created$/);
    assert.equal(server.requests.filter(isQuery).length, 2);
  });

  it("passes on what InfluxQL says with 200", async (t) => {
    const server = await startReceiver(t, () => json(200, { results: [{ error: "invalid name" }] }));
    const warned: string[] = [];
    const log = { ...silent, warn: (message: string) => warned.push(message) };
    await openSink(t, influxdbSink, options(server.url), { log });
    assert.match(
      warned[0] ?? "",
      /can't create the database lo"gs: invalid name: correct its name, or create it yourself$/,
    );
  });
});

describe("the sink influxdb", () => {
  it("folds a tag that has too many values, and tells how many", async (t) => {
    const server = await startReceiver(t);
    const options = { url: server.url, database: "d", maxTagValues: 2, tags: { Path: "path" } };
    const dataDir = tempFolder(t);
    const write = async (paths: readonly string[]): Promise<string[]> => {
      const sink = await openSink(t, influxdbSink, options, { dataDir });
      const own = (path: string, offset: number) =>
        accessRecord({ offset, fields: { ...accessRecord().fields, path } });
      await sink.write(paths.map(own));
      const folded = paths.length - (sink.notes?.().folded ?? 0);
      const body = server.requests.at(-1)?.body ?? "";
      const tags = body.split("\n").map((line) => /Path=(\S+)/.exec(line)?.[1] ?? "");
      assert.equal(tags.filter((tag) => tag !== "_other").length, folded);
      return tags;
    };
    assert.deepEqual(await write(["/a", "/b", "/c", "/c", "/c", "/a"]), [
      "/a",
      "/b",
      "_other",
      "_other",
      "_other",
      "/a",
    ]);
    assert.deepEqual(await write(["/c", "/b"]), ["_other", "/b"], "so does the next run");
  });

  it("never shows password or token, also when the server repeats them", async (t) => {
    const server = await startReceiver(t, ({ headers }) =>
      json(400, { error: `bad ${headers.authorization} canary` }),
    );
    const v1 = { dsn: `${server.url}@u@canary@db@s` };
    const all = [
      v1,
      { url: server.url, org: "o", bucket: "b", token: "canary" },
      { url: server.url, version: 3, database: "d", token: "canary" },
    ];
    for (const options of all) {
      const sink = await openSink(t, influxdbSink, options);
      const shown = reasonOf(await failureOf(sink, [accessRecord()])) + sink.target;
      assert.doesNotMatch(shown, /canary/);
      assert.ok(!shown.includes(Buffer.from("u:canary").toString("base64")), shown);
    }
  });

  it("refuses options of another version, with what to do", () => {
    const url = "http://127.0.0.1:8086";
    const said = (options: object): string => refusals(influxdbSink, options).join("; ");
    assert.equal(said({ url, version: 3, database: "d", token: "t" }), "");
    assert.equal(said({ url, version: 1, database: "d" }), "");
    assert.equal(said({ url, version: 2, bucket: "b", org: "o" }), "");
    assert.match(said({ url, version: 3, bucket: "b", org: "o" }), /bucket: does not go with version 3/);
    assert.match(said({ url, version: 3, database: "d", user: "u" }), /user: does not go with version 3/);
    assert.match(said({ url, version: 2, database: "d" }), /version: version 2 needs bucket and org/);
    assert.match(
      said({ url, bucket: "b", org: "o", createDatabase: true }),
      /createDatabase: goes with InfluxDB 1.x alone/,
    );
  });
});
