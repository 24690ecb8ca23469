import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { z } from "zod";
import { Fatal, Rejected, RetryLater, reasonOf } from "../../src/errors.ts";
import { lokiSink } from "../../src/sinks/loki.ts";
import { runEngine } from "../helpers/engine.ts";
import { type Received, type Reply, startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { failureOf, openSink, refusals } from "../helpers/sinks.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Of the documented body alone, nothing else. */
const push = z.strictObject({
  streams: z.array(
    z.strictObject({
      stream: z
        .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().min(1).max(2048))
        .refine((labels) => Object.keys(labels).length > 0),
      values: z
        .array(
          z.union([
            z.tuple([z.string().regex(/^\d{19}$/), z.string()]),
            z.tuple([z.string().regex(/^\d{19}$/), z.string(), z.record(z.string(), z.string())]),
          ]),
        )
        .min(1),
    }),
  ),
});
type Push = z.output<typeof push>;

/**
 * What Loki does with a push: takes the lines that it may, and answers 400 with a reason when there were others.
 * Lines of the same time, labels and text are one.
 */
function strictLoki(oldest = 0n): { entries: Map<string, string>; answer(request: Received): Reply } {
  const entries = new Map<string, string>();
  const answer = ({ method, path, headers, body }: Received): Reply => {
    if (method !== "POST" || path !== "/loki/api/v1/push") return { status: 404, text: "404 page not found" };
    if (headers["content-type"] !== "application/json") return { status: 400, text: "unknown content type" };
    const { streams } = push.parse(JSON.parse(body));
    if (streams.length === 0)
      return { status: 422, text: "error at least one valid stream is required for ingestion" };
    let old = "";
    for (const { stream, values } of streams) {
      for (const [time, line] of values) {
        const labels = JSON.stringify(stream);
        if (BigInt(time) < oldest) old = `entry for stream '${labels}' has timestamp too old: ${time}`;
        else entries.set(`${labels} ${time} ${line}`, line);
      }
    }
    return old === "" ? 204 : { status: 400, text: `${old}\n` };
  };
  return { entries, answer };
}

const bodyOf = (request: Received | undefined): Push => push.parse(JSON.parse(request?.body ?? ""));

describe("the sink loki", () => {
  it("sends records in streams by their labels, in order, with nanoseconds", async (t) => {
    const loki = await startReceiver(t, strictLoki().answer);
    const sink = await openSink(t, lokiSink, { url: `${loki.url}/` });
    const time = Date.UTC(2026, 2, 4);
    const at = (offset: number, level: "info" | "error") =>
      accessRecord({ offset, level, raw: `line "${offset}" ü\n`, time, nanos: 7, precision: "ns" });
    await sink.write([at(0, "info"), at(10, "error"), at(20, "info")]);
    const [request] = loki.requests;
    const nanos = `${time}000007`;
    assert.deepEqual(bodyOf(request), {
      streams: [
        {
          stream: { job: "log-monitor", source: "access", level: "info" },
          values: [
            [nanos, 'line "0" ü\n'],
            [nanos, 'line "20" ü\n'],
          ],
        },
        {
          stream: { job: "log-monitor", source: "access", level: "error" },
          values: [[nanos, 'line "10" ü\n']],
        },
      ],
    });
    assert.equal(sink.target, loki.url);
  });

  it("L10: tells equal lines of one second apart, which Loki would take for one", async (t) => {
    const { entries, answer } = strictLoki();
    const loki = await startReceiver(t, answer);
    const sink = await openSink(t, lokiSink, { url: loki.url });
    const records = [0, 9, 18].map((offset) => accessRecord({ offset, raw: "the same" }));
    await sink.write(records);
    await sink.write(records);
    assert.equal(entries.size, 3, "and a replay adds none");
  });

  it("fills labels and metadata, leaves empty ones out, and keeps a stream from having none", async (t) => {
    const loki = await startReceiver(t, strictLoki().answer);
    const options = {
      url: loki.url,
      labels: { method: "${method}", deep: "${a.b}" },
      metadata: { path: "${path}", id: "${id}", none: "${missing}" },
      line: "message",
    };
    const sink = await openSink(t, lokiSink, options);
    await sink.write([
      accessRecord({ message: "hello" }),
      accessRecord({ fields: { a: { b: "x".repeat(5_000) } } }),
      accessRecord({ fields: {} }),
    ]);
    const { streams } = bodyOf(loki.requests[0]);
    assert.deepEqual(
      streams.map(({ stream }) => stream),
      [{ method: "GET" }, { deep: "x".repeat(600) }, { source: "access" }],
    );
    assert.deepEqual(streams[0]?.values[0]?.slice(1), ["hello", { path: "/foo", id: "00000000000000ff-0" }]);
    assert.deepEqual(streams[2]?.values[0]?.[2], { id: "00000000000000ff-0" });
  });

  it("sends tenant, sign-in, further headers and packed bodies", async (t) => {
    const loki = await startReceiver(t, strictLoki().answer);
    const sink = await openSink(t, lokiSink, {
      url: loki.url,
      tenant: "team-a",
      user: "me",
      password: "päss:word",
      headers: { "X-Extra": "1" },
      gzip: true,
      line: "json",
    });
    await sink.write(Array.from({ length: 50 }, (_, offset) => accessRecord({ offset })));
    const { headers } = loki.requests[0] ?? assert.fail();
    assert.equal(headers["x-scope-orgid"], "team-a");
    assert.equal(headers.authorization, `Basic ${Buffer.from("me:päss:word").toString("base64")}`);
    assert.equal(headers["x-extra"], "1");
    assert.equal(headers["content-encoding"], "gzip");
    const line = bodyOf(loki.requests[0]).streams[0]?.values[3]?.[1] ?? "";
    assert.equal(JSON.parse(line).id, "00000000000000ff-3");
    assert.equal(sink.target, `${loki.url} tenant team-a`);
  });

  const verdicts: [what: string, reply: Reply, kind: typeof Fatal | typeof Rejected, says: RegExp][] = [
    [
      "too old lines",
      { status: 400, text: "entry too far behind" },
      Rejected,
      /answered 400: entry too far behind$/,
    ],
    ["no tenant", { status: 401, text: "no org id\n" }, Fatal, /no org id: set tenant$/],
    ["a wrong password", 401, Fatal, /answered 401: check user and password, token, or headers$/],
    ["a wrong address", { status: 404, text: "404 page not found" }, Fatal, /: check url$/],
    [
      "a web page",
      { status: 200, headers: { "content-type": "text/html" }, text: "<p>" },
      Fatal,
      /web page: check url$/,
    ],
    [
      "a moved server",
      { status: 302, headers: { location: "/x" } },
      Fatal,
      /wants another address: check url$/,
    ],
    ["a push that is too large", 413, Rejected, /answered 413$/],
  ];
  for (const [what, reply, kind, says] of verdicts) {
    it(`names what to do about ${what}`, async (t) => {
      const loki = await startReceiver(t, () => reply);
      const error = await failureOf(await openSink(t, lokiSink, { url: loki.url }), [accessRecord()]);
      assert.ok(error instanceof kind, error.stack);
      assert.match(reasonOf(error), says);
      assert.equal((error as Rejected).tooLarge ?? false, reply === 413);
    });
  }

  it("waits when Loki has no room, as long as it asks for", async (t) => {
    const loki = await startReceiver(t);
    const sink = await openSink(t, lokiSink, { url: loki.url });
    for (const [status, after] of [
      [429, "7"],
      [500, ""],
      [503, "2"],
    ] as const) {
      loki.answer = () => ({ status, headers: { "retry-after": after }, text: "rate limited" });
      const error = await failureOf(sink, [accessRecord()]);
      assert.ok(error instanceof RetryLater, error.stack);
      assert.equal(error.afterMs, after === "" ? undefined : Number(after) * 1000);
    }
  });

  it("checks with a push of nothing, which Loki refuses at its very end", async (t) => {
    const { entries, answer } = strictLoki();
    const loki = await startReceiver(t, answer);
    const sink = await openSink(t, lokiSink, { url: loki.url });
    await sink.check();
    assert.equal(entries.size, 0);
    loki.answer = () => 401;
    await assert.rejects(sink.check(), /answered 401/);
  });

  it("never shows what signs in, also when the server repeats it", async (t) => {
    const secrets = { token: "canary-token", headers: { "X-Api-Key": "Key canary-header" } };
    const loki = await startReceiver(t, ({ headers }) => ({
      status: 400,
      text: `${headers.authorization} ${headers["x-api-key"]} are unknown`,
    }));
    const sink = await openSink(t, lokiSink, { url: loki.url, ...secrets });
    const error = await failureOf(sink, [accessRecord()]);
    assert.match(reasonOf(error), /\*\*\* .*are unknown$/);
    assert.doesNotMatch(reasonOf(error) + sink.target, /canary/);
  });

  it("folds a label that has too many values", async (t) => {
    const { entries, answer } = strictLoki();
    const loki = await startReceiver(t, answer);
    const options = { url: loki.url, labels: { path: "${path}" }, maxLabelValues: 2 };
    const sink = await openSink(t, lokiSink, options, { dataDir: tempFolder(t) });
    await sink.write(
      ["/a", "/b", "/c", "/a", "/d"].map((path, offset) => accessRecord({ offset, fields: { path } })),
    );
    const labels = [...entries.keys()].map((key) => JSON.parse(key.slice(0, key.indexOf(" "))).path);
    assert.deepEqual(labels.sort(), ["/a", "/a", "/b", "_other", "_other"]);
    assert.equal(sink.notes?.().folded, 2);
    assert.match(
      sink.notes?.().problems[0] ?? "",
      /label path has 2 values.*metadata, or raise maxLabelValues/,
    );
  });

  it("S3: buries the lines that Loki refuses with its reason, and has all others there once", async (t) => {
    const now = Date.now();
    const { entries, answer } = strictLoki(BigInt(now - 3_600_000) * 1_000_000n);
    const loki = await startReceiver(t, answer);
    const folder = tempFolder(t);
    const lines = Array.from({ length: 300 }, (_, at) => {
      const time = new Date(at % 100 === 50 ? now - 86_400_000 : now).toISOString();
      return JSON.stringify({ time, message: `line ${at}` });
    });
    writeFileSync(join(folder, "a.log"), lines.map((line) => `${line}\n`).join(""));
    const { engine, apply } = runEngine(t, folder);
    await apply({
      monitor: false,
      store: false,
      sources: { app: { paths: "*.log", parser: "json", from: "start" } },
      sinks: { loki: { type: "loki", url: loki.url } },
    });
    const figures = () => engine.snapshot().sinks[0] ?? assert.fail();
    await until(() => figures().delivered + figures().dead === 300, { timeout: 60_000, what: "each line" });
    assert.equal(figures().dead, 3);
    assert.deepEqual([...entries.values()].sort(), lines.filter((_, at) => at % 100 !== 50).sort());
    const dead = readFileSync(join(folder, "data", "dead", "loki.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    for (const letter of dead) assert.match(JSON.parse(letter).reason, /answered 400: .*timestamp too old/);
  });

  it("refuses options that can't be right, with what to do", () => {
    const url = "http://127.0.0.1:3100";
    const said = (options: object): string => refusals(lokiSink, { url, ...options }).join("; ");
    assert.equal(said({}), "");
    assert.match(said({ url: "http://u:p@h" }), /^url: the address can't hold a user/);
    assert.match(said({ url: "http://h/?a=1" }), /^url: .*remove what follows/);
    assert.match(said({ user: "u" }), /^user: user and password go together/);
    assert.match(said({ user: "u", password: "p", token: "t" }), /^token: give either user or token/);
    assert.match(said({ token: "a\nb" }), /^token: holds a line end/);
    assert.match(said({ labels: {} }), /^labels: name at least one label/);
    assert.match(said({ labels: { "a-b": "x" } }), /^labels\.a-b: is no name for Loki/);
    assert.match(said({ metadata: { __a: "x" } }), /^metadata\.__a: is no name for Loki/);
    assert.match(
      said({ headers: { "content-length": "1" } }),
      /^headers\.content-length: is set by the sink/,
    );
    assert.match(
      said({ headers: { authorization: "x" }, token: "t" }),
      /^headers\.authorization: give either/,
    );
    assert.match(said({ headers: { "a b": "x" } }), /^headers\.a b: is no name of a header/);
  });
});
