import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { sinks } from "../../src/sinks/index.ts";
import { accessRecord, origin } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";

const CANARY = "canary-4711";
const good = accessRecord({ offset: 36, raw: 'GET "/foo"' });
const bad = accessRecord({ offset: 47, fields: {}, error: "no access log", raw: "nonsense" });

async function previewOf(t: TestContext, type: string, given: object, records = [good, bad]) {
  const definition = sinks[type];
  assert.ok(definition);
  const dataDir = tempFolder(t);
  const options = definition.options.parse(given);
  const sink = await definition.create(options, { id: "s", log: silent, dataDir, baseDir: dataDir });
  t.after(() => sink.close());
  const text = sink.preview?.(records);
  assert.ok(text !== undefined);
  assert.doesNotMatch(text, new RegExp(CANARY));
  return text;
}

describe("the preview of each kind of sink", () => {
  it("of influxdb is the request with its lines", async (t) => {
    const dsn = `http://h:8086@u@${CANARY}@nginx@s`;
    const text = await previewOf(t, "influxdb", { dsn, unparsed: "send" });
    const [head, body = ""] = text.split("\n\n");
    assert.equal(head, "POST /write?db=nginx&precision=ns");
    assert.deepEqual(
      body.split("\n").map((line) => line.slice(0, line.indexOf(","))),
      ["nginx_log", "nginx_log_unparsed"],
    );
    assert.equal(await previewOf(t, "influxdb", { dsn, unparsed: "skip" }, [bad]), "");
  });

  it("of elasticsearch is the body of the bulk request", async (t) => {
    const text = await previewOf(t, "elasticsearch", { url: "http://h:9200", apiKey: CANARY, pipeline: "p" });
    const [head, body = ""] = text.split("\n\n");
    assert.equal(head, "POST /_bulk?pipeline=p");
    const [action, document] = body.split("\n").map((line) => line && JSON.parse(line));
    assert.equal(action.create._id, `${origin.key}-10`);
    assert.equal(document.raw, 'GET "/foo"');
    assert.equal(body.trimEnd().split("\n").length, 4);
  });

  it("of kafka is each message with topic, key and headers", async (t) => {
    const sasl = { sasl: "plain", user: "u", password: CANARY };
    const options = { brokers: "h:9092", topic: "logs-${source}", key: "record", value: "raw", ...sasl };
    const text = await previewOf(t, "kafka", options);
    const [first] = text.split("\n\n");
    assert.deepEqual(first?.split("\n"), [
      "topic: logs-access",
      `key: ${origin.key}-10`,
      "time: when it is sent",
      `header id: ${origin.key}-10`,
      "header source: access",
      "header file: /logs/access.log",
      "header offset: 36",
      "header time: 2018-03-04T13:49:52.000Z",
      'value: GET "/foo"',
    ]);
    const placed = await previewOf(t, "kafka", { ...options, timestamp: "record" });
    assert.equal(placed.split("\n")[2], "time: 2018-03-04T13:49:52.000Z");
  });

  it("of loki, otlp and webhook is each request with its body", async (t) => {
    const loki = await previewOf(t, "loki", { url: "http://h:3100", token: CANARY });
    assert.match(loki, /^POST \/loki\/api\/v1\/push\n\n\{"streams":\[.*GET \\"\/foo\\"/);
    const otlp = await previewOf(t, "otlp", { url: "http://h:4318", token: CANARY });
    assert.match(otlp, /^POST \/v1\/logs\n\n\{"resourceLogs":\[/);
    const url = `http://h:1/hook/${CANARY}`;
    const hook = await previewOf(t, "webhook", { url, format: "object", body: { text: "${raw}" } });
    assert.deepEqual(
      hook.split("\n").filter((line) => line.startsWith("{")),
      ['{"text":"GET \\"/foo\\""}', '{"text":"nonsense"}'],
    );
    assert.match(hook, /^POST http:\/\/h:1\//);
  });

  it("is there for each kind that is not tried here", () => {
    const tried = ["influxdb", "elasticsearch", "kafka", "file", "store", "loki", "otlp", "webhook"];
    // OpenSearch is the same sink; standard output shows what it shows anyway.
    assert.deepEqual(
      Object.keys(sinks)
        .filter((type) => !tried.includes(type))
        .sort(),
      ["opensearch", "stdout"],
    );
  });

  it("of file and store is the records as JSON", async (t) => {
    for (const [type, options] of [
      ["file", { path: "out.ndjson" }],
      ["store", {}],
    ] as const) {
      const lines = (await previewOf(t, type, options)).trimEnd().split("\n");
      assert.deepEqual(
        lines.map((line) => JSON.parse(line).raw),
        ['GET "/foo"', "nonsense"],
      );
    }
  });
});
