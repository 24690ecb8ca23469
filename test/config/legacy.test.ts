import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Loaded } from "../../src/config/parse.ts";
import { tempFolder } from "../helpers/temp.ts";
import { load, pathsOf } from "./load.ts";

describe("configuration in the old layouts", () => {
  it("reads the old layouts as they are", async (t) => {
    const folder = tempFolder(t);
    const paths = join(folder, "paths.yaml");
    writeFileSync(paths, 'configpath:\n  logdir1: "/logs/1.txt"\n  logdir2: "/logs/2.txt"\n');
    const topics = join(folder, "topics.yaml");
    writeFileSync(
      topics,
      'collectlogs:\n  - logtopic: nginx_log\n    logpath: "/n.log"\nkafkaconfig:\n  kafkaaddr: "localhost:9092"\n',
    );
    assert.deepEqual([...(await load({ configFile: paths })).config.sources.keys()], ["logdir1", "logdir2"]);
    const loaded = await load({ configFile: topics });
    assert.deepEqual([...loaded.config.sources.keys()], ["nginx_log"]);
    assert.deepEqual(loaded.issues, []);
    const kafka = loaded.config.sinks.get("kafka");
    assert.equal(kafka?.type, "kafka");
    const { brokers, topic, value } = (kafka?.options ?? {}) as Record<string, unknown>;
    assert.deepEqual([brokers, topic, value], [["localhost:9092"], "${source}", "raw"]);
  });

  const issuesIn = async (t: TestContext, name: string, text: string) => {
    const file = join(tempFolder(t), name);
    writeFileSync(file, text);
    const { config, issues } = await load({ configFile: file });
    return {
      config,
      issues: issues.map(
        ({ severity, line, path, message }) => `${line} ${severity} ${path.join(".")}: ${message}`,
      ),
    };
  };

  it("reads the old list of topics alone, as etcd held it", async (t) => {
    const text = JSON.stringify([
      { logtopic: "web", logpath: "/w1.log" },
      { logtopic: "web", logpath: "/w2.log" },
      { logtopic: "app", logpath: "/a.log" },
    ]);
    const { config, issues } = await issuesIn(t, "etcd.json", text);
    assert.deepEqual(issues, []);
    assert.deepEqual([...config.sources.keys()], ["web", "app"]);
    assert.deepEqual(pathsOf(config, "web"), ["/w1.log", "/w2.log"]);
  });

  it("keeps today's keys beside old ones, and reports what is neither, with its place", async (t) => {
    const text = [
      "configpath:",
      '  old: "/old.log"',
      '  both: "/ignored.log"',
      "  broken: 5",
      "collectlogs:",
      "  - { logtopic: topic, logpath: /topic.log, partitions: 3 }",
      "  - { logtopic: lost }",
      "sources:",
      "  both: { paths: /both.log, parser: nginx }",
      "  wrong: { paths: /x.log, parser: ngnix }",
      "sinks:",
      "  out: { type: file, path: out.ndjson }",
      "monitor: { port: 9999 }",
      "colectlogs: []",
      "elasticconfig: { typestr: catlog }",
    ];
    const { config, issues } = await issuesIn(t, "mixed.yaml", `${text.join("\n")}\n`);
    assert.deepEqual([...config.sources.keys()].sort(), ["both", "old", "topic"]);
    assert.deepEqual(pathsOf(config, "both"), ["/both.log"]);
    assert.deepEqual([...config.sinks.keys()], ["out", "store"]);
    assert.deepEqual(config.monitor, { host: "127.0.0.1", port: 9999, allowHosts: [] });
    const expected = [
      /^4 error configpath\.broken: must be the path of a log file$/,
      /^6 error collectlogs\.0\.partitions: unknown key "partitions"/,
      /^7 error collectlogs\.1\.logpath: is missing/,
      /^15 error elasticconfig: must be an object with elasticaddr/,
      /^3 warning configpath\.both: is not used: sources\.both is defined/,
      /^14 error colectlogs: unknown key "colectlogs"/,
      /^10 error sources\.wrong\.parser: unknown parser "ngnix"/,
    ];
    assert.equal(issues.length, expected.length, issues.join("\n"));
    for (const [at, pattern] of expected.entries()) assert.match(issues[at] ?? "", pattern);
  });

  it("reads topics back for the server where the old file names broker and server", async (t) => {
    const text = [
      "collectlogs:",
      "  - { logtopic: nginx_log, logpath: /n.log }",
      "  - { logtopic: app_log, logpath: /a.log }",
      "configpath: { beside: /b.log }",
      "kafkaconfig: { kafkaaddr: localhost:9092 }",
      "elasticconfig: { elasticaddr: localhost:9200, typestr: catlog }",
    ];
    const sinksOf = ({ sources }: Loaded["config"]) =>
      Object.fromEntries([...sources].map(([id, { sinks }]) => [id, sinks]));
    const { config, issues } = await issuesIn(t, "config.yaml", text.join("\n"));
    assert.deepEqual(issues, []);
    assert.deepEqual(sinksOf(config), {
      beside: undefined,
      nginx_log: ["kafka", "store"],
      app_log: ["kafka", "store"],
      "from-kafka": ["elasticsearch"],
    });
    const { type, options } = config.sources.get("from-kafka") ?? assert.fail();
    const { brokers, topics } = options as { brokers?: unknown; topics?: unknown };
    assert.deepEqual([type, brokers, topics], ["kafka", ["localhost:9092"], ["nginx_log", "app_log"]]);
    const { index, documents, url } = (config.sinks.get("elasticsearch")?.options ?? {}) as Record<
      string,
      unknown
    >;
    assert.deepEqual([index, documents, url], ["${topic}", "topic", ["http://localhost:9200"]]);
    const without = await issuesIn(t, "config.yaml", [...text, "store: false"].join("\n"));
    assert.deepEqual(without.issues, []);
    assert.deepEqual(sinksOf(without.config).app_log, ["kafka"]);
    const direct = await issuesIn(t, "config.yaml", [...text.slice(0, 3), text[5]].join("\n"));
    assert.deepEqual(sinksOf(direct.config), { nginx_log: undefined, app_log: undefined });
  });

  it("keeps a sink of today beside the old broker, and says where an old one is wrong", async (t) => {
    const old = 'kafkaconfig:\n  kafkaaddr: "h:1"\nsinks:\n  kafka: { type: kafka, brokers: "mine:9092" }\n';
    const both = await issuesIn(t, "a.yaml", old);
    assert.deepEqual(
      (both.config.sinks.get("kafka")?.options as { brokers?: unknown } | undefined)?.brokers,
      ["mine:9092"],
    );
    assert.match(both.issues[0] ?? "", /^1 warning kafkaconfig: is not used: sinks\.kafka is defined/);
    const wrong = await issuesIn(t, "b.yaml", 'kafkaconfig:\n  kafkaaddr: "no address"\n');
    assert.match(
      wrong.issues[0] ?? "",
      /^2 error kafkaconfig\.kafkaaddr|^2 error sinks\.kafka.*no address of a broker/,
    );
    const none = await issuesIn(t, "c.yaml", "kafkaconfig: 5\n");
    assert.match(none.issues[0] ?? "", /^1 error kafkaconfig: must be an object with kafkaaddr/);
  });

  it("makes an id of a name that can't be one, and says so", async (t) => {
    const text = "configpath:\n  my-log: /a.log\n  my log: /b.log\n  /c: /c.log\n  ..: /d.log\n";
    const { issues, config } = await issuesIn(t, "c.yaml", text);
    assert.deepEqual([...config.sources.keys()], ["my-log", "my-log-2", "-c", "--"]);
    assert.equal(issues.length, 3);
    assert.match(issues[0] ?? "", /^3 warning configpath\.my log: .* the source is called my-log-2$/);
  });

  it("reads back the topics that lines are sent to, whatever the names are", async (t) => {
    const topics = ["a b", "c/d"].map((name) => `  - { logtopic: "${name}", logpath: /${name}.log }`);
    const servers = ["kafkaconfig: { kafkaaddr: 'h:9092' }", "elasticconfig: { elasticaddr: 'h:9200' }"];
    const text = [...servers, "collectlogs:", ...topics].join("\n");
    const { config } = await issuesIn(t, "c.yaml", text);
    assert.deepEqual([...config.sources.keys()], ["a-b", "c/d", "from-kafka"]);
    const { options } = config.sources.get("from-kafka") ?? assert.fail();
    assert.deepEqual((options as { topics?: unknown }).topics, ["a-b", "c-d"]);
  });
});
