import assert from "node:assert/strict";
import { hostname } from "node:os";
import { describe, it } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { Fatal, Partly, Rejected, RetryLater, reasonOf } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import type { Fields, LogRecord } from "../../src/model.ts";
import { otlpSink } from "../../src/sinks/otlp.ts";
import { createOtlpRequest } from "../../src/sinks/otlp-logs.ts";
import { type Reply, startReceiver } from "../helpers/receiver.ts";
import { accessRecord, origin } from "../helpers/records.ts";
import { failureOf, openSink, refusals } from "../helpers/sinks.ts";

// What opentelemetry/proto/{collector/logs,logs,common,resource}/v1 allow in proto3's JSON mapping, and nothing else.
const int64 = z.string().regex(/^-?\d+$/);
const fixed64 = z.string().regex(/^\d{1,20}$/);
const anyValue: z.ZodType = z.lazy(() =>
  z
    .strictObject({
      stringValue: z.string().optional(),
      boolValue: z.boolean().optional(),
      intValue: int64.optional(),
      doubleValue: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]).optional(),
      arrayValue: z.strictObject({ values: z.array(anyValue) }).optional(),
      kvlistValue: z.strictObject({ values: z.array(keyValue) }).optional(),
    })
    .refine((value) => Object.keys(value).length <= 1, "a oneof"),
);
const keyValue: z.ZodType = z.strictObject({ key: z.string().min(1), value: anyValue });
const unique = z
  .array(keyValue)
  .refine(
    (pairs) => new Set(pairs.map((pair) => (pair as { key: string }).key)).size === pairs.length,
    "keys are unique",
  );
const logRecord = z.strictObject({
  timeUnixNano: fixed64,
  observedTimeUnixNano: fixed64,
  severityNumber: z.int().min(1).max(24).optional(),
  severityText: z.string().optional(),
  body: anyValue,
  attributes: unique,
});
const exportRequest = z.strictObject({
  resourceLogs: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: unique }),
      scopeLogs: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string() }),
          logRecords: z.array(logRecord),
        }),
      ),
    }),
  ),
});
type Request = z.output<typeof exportRequest>;

const parse = (body: string): Request => exportRequest.parse(JSON.parse(body));
const json = (status: number, body: object, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  text: JSON.stringify(body),
});
const layout = { resource: { "service.name": "${source}" }, body: "message", original: false } as const;

describe("OTLP log records", () => {
  const of = (record: Partial<LogRecord>) => {
    const request = parse(createOtlpRequest(layout, () => 1_700_000_000_000)([accessRecord(record)]));
    return request.resourceLogs[0]?.scopeLogs[0]?.logRecords[0] ?? assert.fail();
  };

  it("have time, severity, body, and fields as attributes of their types", () => {
    const record = of({
      time: 1_600_000_000_123,
      nanos: 456,
      level: "warn",
      message: "hällo",
      fields: {
        text: "a",
        whole: 9007199254740991,
        part: 1.5,
        huge: 1e300,
        yes: true,
        none: null,
        list: [1, "b"],
        deep: { x: -1 },
      },
    });
    const { attributes, ...rest } = record;
    assert.deepEqual(rest, {
      timeUnixNano: "1600000000123000456",
      observedTimeUnixNano: "1700000000000000000",
      severityNumber: 13,
      severityText: "WARN",
      body: { stringValue: "hällo" },
    });
    assert.deepEqual(attributes, [
      { key: "log.record.uid", value: { stringValue: "00000000000000ff-0" } },
      { key: "log.file.path", value: { stringValue: "/logs/access.log" } },
      { key: "log.file.name", value: { stringValue: "access.log" } },
      { key: "log_monitor.source", value: { stringValue: "access" } },
      { key: "text", value: { stringValue: "a" } },
      { key: "whole", value: { intValue: "9007199254740991" } },
      { key: "part", value: { doubleValue: 1.5 } },
      { key: "huge", value: { doubleValue: 1e300 } },
      { key: "yes", value: { boolValue: true } },
      { key: "none", value: {} },
      { key: "list", value: { arrayValue: { values: [{ intValue: "1" }, { stringValue: "b" }] } } },
      { key: "deep", value: { kvlistValue: { values: [{ key: "x", value: { intValue: "-1" } }] } } },
    ]);
  });

  it("have the lowest number of each range of severities, or none", () => {
    const levels = ["trace", "debug", "info", "warn", "error", "fatal", undefined] as const;
    assert.deepEqual(
      levels.map((level) => of({ level }).severityNumber),
      [1, 5, 9, 13, 17, 21, undefined],
    );
  });

  it("have no time before 1970, and keep one key of each name", () => {
    assert.equal(of({ time: -5, nanos: 1 }).timeUnixNano, "0");
    assert.equal(of({ time: 0, nanos: 1 }).timeUnixNano, "1");
    assert.equal(of({ fields: { "log.file.path": "else", "": 1 } }).attributes.length, 4);
  });

  it("say why a line did not parse", () => {
    const { attributes } = of({ error: "no match", fields: {} });
    assert.deepEqual(attributes.at(-1), { key: "log_monitor.error", value: { stringValue: "no match" } });
  });

  it("are what the protocol allows, of any fields (property)", () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<Fields>;
    fc.assert(
      fc.property(fields, fc.string(), (given, message) => {
        const record = of({ fields: given, message });
        assert.equal(
          Buffer.from((record.body as { stringValue: string }).stringValue).toString(),
          Buffer.from(message).toString(),
        );
      }),
      { numRuns: 100 },
    );
  });
});

describe("the sink otlp", () => {
  it("sends records grouped by their resource to /v1/logs", async (t) => {
    const collector = await startReceiver(t, () => json(200, { partialSuccess: {} }));
    const sink = await openSink(t, otlpSink, {
      url: `${collector.url}/`,
      token: "abc",
      headers: { "X-Tenant": "a" },
      gzip: true,
    });
    const other = { ...origin, source: "app" };
    await sink.write([
      accessRecord(),
      accessRecord({ origin: other }),
      ...Array.from({ length: 20 }, (_, at) => accessRecord({ offset: at + 1 })),
    ]);
    const [{ method, path, headers, body }] = collector.requests as [(typeof collector.requests)[0]];
    assert.deepEqual([method, path], ["POST", "/v1/logs"]);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["content-encoding"], "gzip");
    assert.equal(headers.authorization, "Bearer abc");
    assert.equal(headers["x-tenant"], "a");
    const { resourceLogs } = parse(body);
    assert.deepEqual(
      resourceLogs.map(({ resource, scopeLogs }) => [resource.attributes, scopeLogs[0]?.logRecords.length]),
      ["access", "app"].map((source, at) => [
        [
          { key: "service.name", value: { stringValue: source } },
          { key: "host.name", value: { stringValue: hostname() } },
        ],
        at === 0 ? 21 : 1,
      ]),
    );
    assert.equal(sink.target, `${collector.url}/v1/logs`);
  });

  it("takes the whole path as well, and the line as body", async (t) => {
    const collector = await startReceiver(t, () => 200);
    const options = { url: `${collector.url}/in/v1/logs`, body: "raw", original: true };
    await (await openSink(t, otlpSink, options)).write([accessRecord()]);
    assert.equal(collector.requests[0]?.path, "/in/v1/logs");
    assert.match(
      collector.requests[0]?.body ?? "",
      /"body":\{"stringValue":"the line"\}.*"log.record.original"/,
    );
  });

  it("tries again what the protocol lets it: 429, 502, 503 and 504, after the time that was asked for", async (t) => {
    const collector = await startReceiver(t);
    const sink = await openSink(t, otlpSink, { url: collector.url });
    for (const status of [429, 502, 503, 504]) {
      collector.answer = () => json(status, { code: 14, message: "busy" }, { "retry-after": "3" });
      const error = await failureOf(sink, [accessRecord()]);
      assert.ok(error instanceof RetryLater, error.stack);
      assert.equal(error.afterMs, 3_000);
      assert.match(error.message, new RegExp(`answered ${status}: busy$`));
    }
  });

  it("holds back, and says so, where the protocol forbids to send again", async (t) => {
    const collector = await startReceiver(t, () => json(500, { message: "exporter queue is broken" }));
    const error = await failureOf(await openSink(t, otlpSink, { url: collector.url }), [accessRecord()]);
    assert.ok(error instanceof Fatal);
    assert.match(error.message, /answered 500: exporter queue is broken: see the collector's log/);
  });

  const verdicts: [reply: Reply, kind: typeof Fatal | typeof Rejected, says: RegExp][] = [
    [json(400, { code: 3, message: "bad data" }), Rejected, /answered 400: bad data$/],
    [413, Rejected, /answered 413$/],
    [401, Fatal, /check user and password, token, or headers$/],
    [404, Fatal, /answered 404: check url$/],
    [
      { status: 200, headers: { "content-type": "text/html" }, text: "<h1>" },
      Fatal,
      /with a web page: check url$/,
    ],
  ];
  for (const [reply, kind, says] of verdicts) {
    it(`says what ${JSON.stringify(reply)} means`, async (t) => {
      const collector = await startReceiver(t, () => reply);
      const error = await failureOf(await openSink(t, otlpSink, { url: collector.url }), [accessRecord()]);
      assert.ok(error instanceof kind, error.stack);
      assert.match(reasonOf(error), says);
    });
  }

  it("sends nothing again after a partial success, and says what is known of the refused", async (t) => {
    const partialSuccess = { rejectedLogRecords: "2", errorMessage: "timestamp too old" };
    const collector = await startReceiver(t, () => json(200, { partialSuccess }));
    const sink = await openSink(t, otlpSink, { url: collector.url });
    const some = await failureOf(
      sink,
      [0, 1, 2].map((offset) => accessRecord({ offset })),
    );
    assert.ok(some instanceof Partly);
    assert.deepEqual([...some.refused.keys()], [0, 1, 2]);
    assert.deepEqual(some.later, []);
    assert.match(
      some.refused.get(0) ?? "",
      /refused 2 of the 3 records .* does not say which: .*: timestamp too old$/,
    );
    const all = await failureOf(
      sink,
      [0, 1].map((offset) => accessRecord({ offset })),
    );
    assert.match((all as Partly).refused.get(1) ?? "", /refused it: timestamp too old$/);
  });

  it("takes null for what the protocol has as default, and does not overlook what was refused", async (t) => {
    const said: object[] = [
      { rejectedLogRecords: "1", errorMessage: null },
      { rejectedLogRecords: null, errorMessage: null },
    ];
    const collector = await startReceiver(t, () => json(200, { partialSuccess: said.shift() }));
    const sink = await openSink(t, otlpSink, { url: collector.url });
    assert.ok((await failureOf(sink, [accessRecord()])) instanceof Partly);
    await sink.write([accessRecord()]);
  });

  it("passes on a warning once, and takes the records for taken", async (t) => {
    const collector = await startReceiver(t, () =>
      json(200, { partialSuccess: { errorMessage: "old version" } }),
    );
    const warned: string[] = [];
    const log = { ...silent, warn: (message: string) => warned.push(message) };
    const sink = await openSink(t, otlpSink, { url: collector.url }, { log });
    await sink.write([accessRecord()]);
    await sink.write([accessRecord()]);
    assert.deepEqual(warned, [`sink it: OTLP at ${collector.url}/v1/logs took all, and warns: old version`]);
  });

  it("checks with a request without records", async (t) => {
    const collector = await startReceiver(t, () => json(200, {}));
    const sink = await openSink(t, otlpSink, { url: collector.url });
    await sink.check();
    assert.deepEqual(parse(collector.requests[0]?.body ?? ""), { resourceLogs: [] });
    collector.answer = () => 403;
    await assert.rejects(sink.check(), /answered 403: see that whoever signs in may write there/);
  });

  it("never shows what signs in, also when the server repeats it", async (t) => {
    const collector = await startReceiver(t, ({ headers }) =>
      json(400, { message: `${headers.authorization}?` }),
    );
    const sink = await openSink(t, otlpSink, { url: collector.url, user: "me", password: "canary" });
    const error = await failureOf(sink, [accessRecord()]);
    const basic = Buffer.from("me:canary").toString("base64");
    assert.ok(!(reasonOf(error) + sink.target).includes(basic), reasonOf(error));
  });

  it("takes no address that is none", () => {
    assert.match(
      refusals(otlpSink, { url: "grpc://h:4317" }).join(),
      /^url: the address must begin with http/,
    );
  });
});
