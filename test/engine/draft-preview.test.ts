import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { parseConfig } from "../../src/config/parse.ts";
import { parseSink } from "../../src/config/parts.ts";
import { buildSink } from "../../src/engine/build.ts";
import { type Newest, newestRecords } from "../../src/engine/newest.ts";
import { createSinkDrafts } from "../../src/engine/sink-draft.ts";
import { unfolded } from "../../src/lib/json-layout.ts";
import { silent } from "../../src/lib/log.ts";
import { startReceiver } from "../helpers/receiver.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const words = {
  sent: "{0} of {1} sent",
  unsent: "{0} unsent",
  more: "{0} more",
  nothing: "nothing yet",
  unfolded: "unfolded",
  unparsed: "did not parse",
  fieldless: "has no field",
  empty: "is empty",
  unseen: "{0} is unseen",
};
const line = (n: number, more: object = {}) =>
  `${JSON.stringify({ time: new Date(1.7e12 + n).toISOString(), level: "warn", msg: `line ${n}`, n, ...more })}\n`;
const lines = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => line(from + at, { took: at / 8 })).join("");

/** A log that is watched, and the sinks that can be put together beside it. */
async function watched(t: TestContext, content: string) {
  const folder = tempFolder(t);
  const log = join(folder, "app.log");
  const dataDir = join(folder, "data");
  mkdirSync(dataDir);
  writeFileSync(log, content);
  const values = { monitor: false, sources: { app: { type: "file", paths: "app.log", parser: "json" } } };
  const layers = [{ origin: "workspace" as const, baseDir: folder, values }];
  const { config } = await parseConfig({ layers, folders: [], trusted: true, dataDir }, {});
  const newest = (limit: number): Promise<Newest> => newestRecords(config, undefined, limit);
  const drafts = createSinkDrafts({}, { get: () => undefined, missing: (name) => name }, newest);
  const draft = (value: object) => ({ id: "one", value, baseDir: folder, dataDir, folders: [], words });
  const preview = async (value: object) =>
    (await drafts.preview(draft(value))) ?? assert.fail("was taken for no sink");
  /** What the sink really sends of the same records. */
  const write = async (value: object): Promise<void> => {
    const parsed = parseSink("one", value, folder);
    const { part } = "part" in parsed ? parsed : assert.fail(JSON.stringify(parsed));
    const sink = await buildSink(part, { id: "one", log: silent, dataDir, baseDir: folder });
    t.after(() => sink.close());
    await sink.open?.(undefined);
    const { records } = await newest(100);
    await sink.write(records);
  };
  return { folder, log, drafts, draft, preview, write };
}

const bulk = (body: string) => {
  const items = Array.from({ length: body.trimEnd().split("\n").length / 2 }, () => ({
    create: { status: 201 },
  }));
  return { status: 200, text: JSON.stringify({ errors: false, items }) };
};

describe("the preview of a sink that is being put together", () => {
  const kinds: Readonly<Record<string, object>> = {
    influxdb: { type: "influxdb", database: "logs", measurement: "my log" },
    elasticsearch: { type: "elasticsearch", index: "logs-${level}", documents: "ecs" },
    loki: { type: "loki", line: "message" },
    otlp: { type: "otlp" },
    webhook: { type: "webhook", format: "array" },
  };
  for (const [kind, options] of Object.entries(kinds)) {
    it(`is what the sink then sends: ${kind}`, async (t) => {
      const { preview, write } = await watched(t, lines(120) + lines(1, 200));
      const server = await startReceiver(t, ({ path, body }) =>
        path.startsWith("/_bulk") ? bulk(body) : path.includes("v1/logs") ? { status: 200, text: "{}" } : 204,
      );
      const value = { ...options, url: server.url };
      const { text } = await preview(value);
      assert.equal(server.requests.length, 0, "nobody is asked");
      await write(value);
      const { body } = server.requests.findLast(({ body }) => body.includes("line")) ?? assert.fail();
      // Files were read twice.
      const steady = (part: string) => part.replaceAll(/("observedTimeUnixNano":)"\d+"/g, "$1");
      const sent = steady(body).trimEnd().split("\n");
      const shown = steady(text.slice(text.search(/^POST /m)))
        .trimEnd()
        .split("\n")
        .slice(2);
      const wanted = sent.length < 100 ? sent.flatMap(unfolded) : sent;
      assert.ok(wanted.length >= 100);
      const differs = wanted.findIndex((one, at) => one !== shown[at]);
      assert.deepEqual([shown[differs], shown.length], [wanted[differs], wanted.length]);
      assert.match(text, /^100 of 100 sent\n/);
      assert.ok(text.includes("line 119") && text.includes("line 200") && !text.includes("line 20 "));
    });
  }

  it("is of topics, keys and values as they are typed", async (t) => {
    const { preview, drafts, draft } = await watched(t, line(1, { user: "ann" }) + line(2, { user: "bob" }));
    const kafka = (more: object) => preview({ type: "kafka", brokers: "127.0.0.1:1", ...more });
    assert.match(
      (await kafka({ topic: "${source}-${level}", key: "${user}" })).text,
      /topic: app-warn\nkey: ann\n/,
    );
    assert.match((await kafka({ topic: "${sou" })).text, /^value: \{"time".*"line 2"/m);
    assert.match((await kafka({ value: "json" })).text, /^value: \{"id":/m);
    assert.equal(await drafts.preview(draft({ type: "kafka" })), undefined, "no sink");
  });

  it("tells which records would not be sent, and why", async (t) => {
    const { preview } = await watched(t, `${line(1, { took: 3 })}no JSON\n${line(2)}${line(3, { took: 4 })}`);
    const fields = { Took: { from: "took", type: "float" } };
    const value = { type: "influxdb", url: "http://127.0.0.1:1", database: "logs", fields };
    const { text, titles, reasons } = await preview(value);
    const all = text.split("\n");
    assert.deepEqual(
      titles.map((at) => all[at]),
      ["2 of 4 sent", "2 unsent"],
    );
    const [none = -1, skipped = -1] = reasons;
    assert.equal(all[none], "has no field");
    assert.match(all[none + 1] ?? "", /^ {2}\{.*"line 2"/);
    // Whose time is that of reading, and so the last.
    assert.match(all[skipped] ?? "", /^did not parse \(.*JSON/);
    assert.equal(all[skipped + 1], "  no JSON");
    assert.deepEqual(
      all.filter((one) => one.startsWith("nginx_log")).map((one) => one.replace(/ \d+$/, "")),
      ["nginx_log Took=3", "nginx_log Took=4"],
    );
    const none2 = await preview({ ...value, fields: { X: "nowhere" } });
    assert.match(none2.text, /^0 of 4 sent\n/);
    assert.ok(!none2.text.includes("POST"));
  });

  it("takes the newest lines, once a second at most, and says so where there is none", async (t) => {
    const { preview, log } = await watched(t, "");
    const file = { type: "file", path: "out.ndjson" };
    assert.equal((await preview(file)).text, "nothing yet\n");
    appendFileSync(log, line(7));
    const found = await until(
      async () => {
        const { text } = await preview(file);
        return text.includes("line 7") ? text : undefined;
      },
      { timeout: 60_000, what: "the line that came" },
    );
    assert.match(found, /^1 of 1 sent\n.*app\.log\n→ .*out\.ndjson\n\n\{"id":/);
  });

  it("hides nothing of a log, and cuts what is very long", async (t) => {
    const { preview } = await watched(t, line(1, { x: "\u202e" }) + line(2, { x: "y".repeat(1 << 14) }));
    const { text } = await preview({ type: "webhook", url: "http://127.0.0.1:1", format: "text" });
    assert.ok(text.includes("‹202E›") && !text.includes("\u202e"));
    assert.ok(text.split("\n").every((one) => one.length <= 2_000));
  });

  it("says what it could not be made for", async (t) => {
    const { preview } = await watched(t, line(1));
    const { text } = await preview({ type: "loki", url: "https://127.0.0.1:1", ca: "none.pem" });
    assert.match(text, /none\.pem/);
  });
});
