import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { reasonOf } from "../../src/errors.ts";
import { elasticsearchSink } from "../../src/sinks/elasticsearch.ts";
import { startReceiver } from "../helpers/receiver.ts";
import { accessRecord } from "../helpers/records.ts";
import { failureOf, openSink } from "../helpers/sinks.ts";
import { createStrictElastic, type Strictness } from "../helpers/strict-elastic.ts";

const servers: readonly Strictness[] = [
  { name: "Elasticsearch", number: "7.17.28", lucene: "8.11.3" },
  { name: "Elasticsearch", number: "8.19.8", lucene: "9.12.2" },
  { name: "Elasticsearch", number: "9.1.0", lucene: "10.2.2" },
  { name: "OpenSearch", number: "2.19.4", lucene: "9.12.3" },
  { name: "OpenSearch", number: "3.4.0", lucene: "10.3.2" },
];
const records = [0, 1, 2].map((offset) => accessRecord({ offset }));
const basic = `Basic ${Buffer.from("u:p").toString("base64")}`;

const started = (t: TestContext, server: Strictness) => startReceiver(t, createStrictElastic(server));

for (const server of servers) {
  const who = `${server.name} ${server.number}`;
  const elastic = server.name === "Elasticsearch";
  // OpenSearch knows no API keys.
  const ways: readonly (readonly [string, object])[] = elastic
    ? [
        ["ApiKey aWQ6a2V5", { apiKey: "aWQ6a2V5" }],
        ["Bearer abc", { token: "abc" }],
        [basic, { user: "u", password: "p" }],
      ]
    : [
        ["Bearer abc", { token: "abc" }],
        [basic, { user: "u", password: "p" }],
      ];

  describe(`Requests to ${who}`, () => {
    for (const [header, way] of ways) {
      it(`write to a data stream with template and lifecycle, signed in by ${header.split(" ")[0]}`, async (t) => {
        const receiver = await started(t, { ...server, authorized: [header] });
        const options = {
          url: receiver.url,
          index: "logs-${source}",
          template: true,
          dataStream: true,
          lifecycle: { deleteAfter: "30d", rolloverAge: "1d" },
          pipeline: "stamp",
          gzip: true,
          ...way,
        };
        const sink = await openSink(t, elasticsearchSink, options);
        await sink.write(records);
        // What is there already counts as taken.
        await sink.write(records);
        assert.equal((await sink.check())?.server, who);
        const policy = elastic
          ? ["GET /", "PUT /_ilm/policy/log-monitor-it"]
          : [
              "GET /",
              "GET /_plugins/_ism/policies/log-monitor-it",
              "PUT /_plugins/_ism/policies/log-monitor-it",
            ];
        const asked = receiver.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
        assert.deepEqual(asked, [
          ...policy,
          "PUT /_index_template/log-monitor-it",
          "POST /_bulk",
          "POST /_bulk",
          "GET /",
          ...(elastic ? ["POST /_security/user/_has_privileges"] : []),
          "GET /_ingest/pipeline/stamp",
          elastic ? "GET /_ilm/policy/log-monitor-it" : "GET /_plugins/_ism/policies/log-monitor-it",
          "POST /_index_template/_simulate_index/logs-x",
          "GET /_cluster/settings",
        ]);
        for (const { headers, method } of receiver.requests) {
          assert.equal(headers.authorization, header);
          assert.equal(headers.accept, undefined, "no version of the media type is asked for");
          if (method === "GET") assert.equal(headers["content-type"], undefined);
        }
      });
    }

    it("say what to do where the server lets nobody in by what is given", async (t) => {
      const receiver = await started(t, { ...server, authorized: ["Bearer another"] });
      const sink = await openSink(t, elasticsearchSink, { url: receiver.url, apiKey: "d3Jvbmc6b25l" });
      for (const message of [reasonOf(await failureOf(sink, records)), await said(sink.check())]) {
        assert.match(message, /answered 401.*: check user and password, apiKey or token$/);
        assert.doesNotMatch(message, /d3Jvbmc6b25l/);
      }
    });
  });
}

async function said(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing",
    (error: Error) => error.message,
  );
}

describe("A key that may do nothing but write", () => {
  const server = { name: "Elasticsearch", number: "9.1.0", lucene: "10.2.2", writable: "logs-*" } as const;
  const sinkFor = async (t: TestContext, index: string) =>
    openSink(t, elasticsearchSink, { url: (await started(t, server)).url, index, apiKey: "aWQ6a2V5" });

  it("is found good for the indexes that it is for, and no other", async (t) => {
    const sink = await sinkFor(t, "logs-${source}");
    assert.equal((await sink.check())?.server, "Elasticsearch");
    await sink.write(records);
    assert.match(
      await said((await sinkFor(t, "other")).check()),
      /answered 403: .*: see that the user may create documents there$/,
    );
  });
});

describe("The server that answers as they do", () => {
  const ask = async (t: TestContext, path: string, body: string, type = "application/x-ndjson") => {
    const { url } = await started(t, { name: "Elasticsearch", number: "9.1.0", lucene: "10.2.2" });
    const answer = await fetch(url + path, { method: "POST", body, headers: { "content-type": type } });
    return `${answer.status} ${await answer.text()}`;
  };

  it("refuses what was good on older ones", async (t) => {
    const typed = '{"create":{"_index":"a","_type":"_doc","_id":"1"}}\n{}\n';
    assert.match(await ask(t, "/_bulk", typed), /^400 .*unknown parameter \[_type\]/);
    assert.match(await ask(t, "/_bulk", "{}", "text/plain"), /^406 /);
    assert.match(await ask(t, "/_bulk?type=_doc", "{}\n"), /^400 .*unrecognized parameter: \[type\]/);
    assert.match(await ask(t, "/a/_doc/_bulk", "{}\n"), /^400 .*no handler found/);
  });
});
