import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fatal, type Rejected, RetryLater } from "../../src/errors.ts";
import type { LogRecord } from "../../src/model.ts";
import { readBulk, wholeVerdict } from "../../src/sinks/elastic-answer.ts";
import { makes } from "../../src/sinks/elastic-check.ts";
import { createBulkFormatter } from "../../src/sinks/elastic-documents.ts";
import { createIndexNames, patternOf } from "../../src/sinks/elastic-names.ts";
import { elasticOptions, opensearchOptions } from "../../src/sinks/elastic-options.ts";
import { templateOf } from "../../src/sinks/elastic-template.ts";
import { accessRecord, origin } from "../helpers/records.ts";

const url = "http://127.0.0.1:9200";
const linesOf = (body: Buffer): Record<string, Record<string, unknown>>[] =>
  body
    .toString()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

function bulk(documents: "plain" | "ecs" | "topic", records: readonly LogRecord[]) {
  return linesOf(createBulkFormatter({ documents }, createIndexNames("logs-${source}-${date}"))(records));
}

describe("Elasticsearch index names", () => {
  it("fills in source, level, dates in UTC and fields, also nested ones", () => {
    const record = accessRecord({ level: "warn", fields: { team: "Shop", a: { b: 7 }, "c.d": "x" } });
    const name = (template: string): string => createIndexNames(template)(record);
    assert.equal(name("logs-${source}-${date}"), "logs-access-2018.03.04");
    assert.equal(name("${level}-${month}-${year}"), "warn-2018.03-2018");
    assert.equal(name("t-${team}-${a.b}-${c.d}-${missing}"), "t-shop-7-x-");
  });

  it("follows the record's day and source, not the last one's", () => {
    const name = createIndexNames("${source}-${date}");
    const day = 86_400_000;
    const one = accessRecord();
    assert.equal(name(one), "access-2018.03.04");
    assert.equal(name({ ...one, time: one.time + day }), "access-2018.03.05");
    assert.equal(name({ ...one, origin: { ...origin, source: "other" } }), "other-2018.03.04");
  });

  it("gives only names that an index can have (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (source) => {
        const name = createIndexNames("${source}")(accessRecord({ origin: { ...origin, source } }));
        assert.ok(Buffer.byteLength(name) <= 255 && name !== "", name);
        assert.doesNotMatch(name, /[A-Z\\/*?"<>|,#:\s]|^[-_+.]/);
      }),
    );
  });

  it("knows the pattern of the names that a template gives", () => {
    assert.equal(patternOf("Logs-${source}-${date}"), "logs-*-*");
    assert.equal(patternOf("fixed"), "fixed");
  });
});

describe("Elasticsearch bulk bodies", () => {
  it("creates each document under the record's id", () => {
    const [action, document] = bulk("plain", [accessRecord({ offset: 71 })]);
    assert.deepEqual(action, { create: { _index: "logs-access-2018.03.04", _id: "00000000000000ff-1z" } });
    assert.deepEqual(document, {
      "@timestamp": "2018-03-04T13:49:52.000Z",
      message: "GET /foo?query=t HTTP/1.0",
      level: "info",
      source: "access",
      file: "/logs/access.log",
      offset: 71,
      raw: "the line",
      fields: accessRecord().fields,
    });
  });

  it("says of a line that did not parse why", () => {
    const [, document] = bulk("plain", [accessRecord({ error: "no time", fields: {}, level: undefined })]);
    assert.equal(document?.error, "no time");
    assert.ok(document && !("fields" in document) && !("level" in document));
  });

  it("names fields as the Elastic Common Schema does, and keeps the others under a name of its own", () => {
    const [, document] = bulk("ecs", [accessRecord({ fields: { status: 404, path: "/x", odd: true } })]);
    assert.deepEqual(document, {
      "@timestamp": "2018-03-04T13:49:52.000Z",
      "ecs.version": "8.11.0",
      message: "GET /foo?query=t HTTP/1.0",
      "log.level": "info",
      "event.dataset": "access",
      "log.file.path": "/logs/access.log",
      "log.offset": 0,
      "event.original": "the line",
      "http.response.status_code": 404,
      "url.path": "/x",
      log_monitor: { odd: true },
    });
  });

  it("writes the old layout of topic, log and id, with ids that can't collide", () => {
    const [, one, , other] = bulk("topic", [
      accessRecord({ offset: 11, origin: { ...origin, key: "1".padStart(16, "0") } }),
      accessRecord({ offset: 1, origin: { ...origin, key: "11".padStart(16, "0") } }),
    ]);
    assert.deepEqual(one, { topic: "access", log: "the line", id: "0000000000000001-b" });
    assert.notEqual(one?.id, other?.id);
  });

  it("writes two lines of JSON for any record, in each layout (property)", () => {
    const text = fc.string({ unit: "binary" });
    const fields = fc.dictionary(text, fc.oneof(text, fc.double(), fc.boolean(), fc.constant(null)));
    fc.assert(
      fc.property(
        fc.constantFrom("plain", "ecs", "topic"),
        text,
        text,
        fields,
        (layout, raw, message, fields) => {
          const lines = bulk(layout as "plain", [
            accessRecord({ raw, message, fields }),
            accessRecord({ raw }),
          ]);
          assert.equal(lines.length, 4);
          const kept =
            layout === "plain"
              ? lines[1]?.raw
              : layout === "ecs"
                ? lines[1]?.["event.original"]
                : lines[1]?.log;
          assert.equal(String(kept).isWellFormed() ? kept : undefined, raw.isWellFormed() ? raw : undefined);
        },
      ),
    );
  });
});

describe("Elasticsearch's rule for missing indexes", () => {
  it("goes by the first pattern that fits, and makes none that fits nothing", () => {
    for (const [rule, name, made] of [
      ["true", "a", true],
      ["false", "a", false],
      ["-missing-*,+*", "missing-a", false],
      ["-missing-*,+*", "a", true],
      ["logs-*,-*", "logs-a", true],
      ["logs.a", "logs-a", false],
      [["+logs-*"], "logs-a", true],
    ] as const)
      assert.equal(makes(rule, name), made, `${rule} ${name}`);
  });
});

describe("Elasticsearch answers", () => {
  const place = "Elasticsearch at http://x";
  const answer = (status: number, body: unknown, headers = {}) => ({
    status,
    headers,
    text: typeof body === "string" ? body : JSON.stringify(body),
  });
  const items = (...given: object[]) =>
    answer(200, { errors: true, items: given.map((create) => ({ create })) });
  const verdict = (status: number, body: unknown, headers = {}) =>
    wholeVerdict(answer(status, body, headers), place);

  it("has no empty words where nothing was said", () => {
    assert.equal(verdict(204, "").message, `${place} answered 204: check url, index and pipeline`);
  });

  it("takes created and known documents for delivered", () => {
    const conflict = { status: 409, error: { type: "version_conflict_engine_exception", reason: "exists" } };
    const { later, refused } = readBulk(items({ status: 201 }, conflict), 2, place);
    assert.deepEqual([later, [...refused]], [[], []]);
  });

  it("S1: tells what is to be sent again from what is refused for good", () => {
    const { later, refused } = readBulk(
      items(
        { status: 201 },
        { status: 429, error: { type: "es_rejected_execution_exception", reason: "full" } },
        {
          status: 400,
          error: { type: "mapper_parsing_exception", reason: "no number", caused_by: { reason: "abc" } },
        },
        { status: 503, error: { type: "unavailable_shards_exception", reason: "none" } },
        { status: 403, error: { type: "cluster_block_exception", reason: "disk" } },
      ),
      5,
      place,
    );
    assert.deepEqual(later, [1, 3, 4]);
    assert.deepEqual([...refused], [[2, "400 mapper_parsing_exception: no number (abc)"]]);
  });

  it("does not bury records for a pipeline or an index that is not there", () => {
    const error = { type: "illegal_argument_exception", reason: "pipeline with id [nope] does not exist" };
    assert.throws(() => readBulk(items({ status: 400, error }), 1, place), Fatal);
    const missing = { type: "index_not_found_exception", reason: "no such index [x]" };
    assert.throws(
      () => readBulk(items({ status: 404, error: missing }), 1, place),
      /check index and pipeline/,
    );
  });

  it("sends those again whose index or pipeline is amiss, with the reason, and keeps the others", () => {
    const denied = { status: 403, error: { type: "security_exception", reason: "no right on b" } };
    const bad = { status: 400, error: { type: "mapper_parsing_exception", reason: "no number" } };
    const { later, refused, amiss } = readBulk(items({ status: 201 }, denied, bad, denied), 4, place);
    assert.deepEqual([later, [...refused.keys()]], [[1, 3], [2]]);
    assert.equal(
      amiss,
      "answered 403: security_exception: no right on b: see that the user may create documents there",
    );
    assert.throws(() => readBulk(items(denied, denied), 2, place), /403.*no right on b/);
  });

  it("does not bury records without a time that an index as a data stream refuses", () => {
    const cause = { reason: "data stream timestamp field [@timestamp] is missing" };
    const error = { type: "mapper_parsing_exception", reason: "failed to parse", caused_by: cause };
    assert.throws(
      () => readBulk(items({ status: 400, error }), 1, place),
      /names are those of data streams: choose another index$/,
    );
  });

  it("knows from the status what the whole request met", () => {
    assert.ok((verdict(413, "") as Rejected).tooLarge);
    assert.ok(verdict(401, { error: { type: "security_exception", reason: "who?" } }) instanceof Fatal);
    assert.ok(verdict(403, { error: { type: "cluster_block_exception" } }) instanceof RetryLater);
    assert.ok(verdict(403, { error: { type: "security_exception" } }) instanceof Fatal);
    assert.equal((verdict(429, "", { "retry-after": "7" }) as RetryLater).afterMs, 7_000);
    assert.ok(verdict(503, "<html>") instanceof RetryLater);
    assert.match(verdict(404, "<html>not here").message, /check url/);
  });

  it("says that an answer is not Elasticsearch's", () => {
    for (const body of ["<html>", "{}", JSON.stringify({ errors: true, items: [] })])
      assert.throws(() => readBulk(answer(200, body), 3, place), /does not answer like Elasticsearch/);
  });
});

describe("Elasticsearch options", () => {
  const said = (options: object): string[] => {
    const result = elasticOptions.safeParse({ url, ...options });
    return result.success
      ? []
      : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  };

  it("takes one address or several, and one way to sign in", () => {
    assert.deepEqual(said({ url: [url, "https://b:9200/x"] }), []);
    assert.match(
      said({ user: "u", password: "p", apiKey: "k" })[0] ?? "",
      /^apiKey: give either user or apiKey/,
    );
    assert.match(said({ user: "u" })[0] ?? "", /^user: user and password go together/);
    assert.match(said({ url: "http://u:p@h" })[0] ?? "", /^url: the address can't hold a user/);
  });

  it("refuses what belongs to a template without one", () => {
    assert.match(said({ shards: 1 })[0] ?? "", /^shards: goes with template/);
    assert.match(
      said({ dataStream: true, template: true, documents: "topic" })[0] ?? "",
      /^dataStream: needs/,
    );
    assert.match(said({ fingerprint: "ab" })[0] ?? "", /^fingerprint: is no SHA-256/);
  });

  it("refuses documents without a time under names that Elasticsearch keeps for data streams", () => {
    assert.match(said({ documents: "topic" })[0] ?? "", /^index: makes data streams of such names/);
    assert.deepEqual(said({ documents: "topic", template: true }), []);
    assert.deepEqual(said({ documents: "topic", index: "logs-${topic}" }), []);
    assert.ok(
      opensearchOptions.safeParse({ url, documents: "topic" }).success,
      "OpenSearch has no such template",
    );
  });

  it("makes a template for the names that its index gives", () => {
    const options = elasticOptions.parse({
      url,
      template: true,
      dataStream: true,
      index: "l-${source}",
      replicas: 0,
    });
    const template = templateOf(options) as { index_patterns: string[]; data_stream: object };
    assert.deepEqual(template.index_patterns, ["l-*"]);
    assert.deepEqual(template.data_stream, {});
  });
});
