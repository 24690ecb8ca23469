import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { append, clear, folder, logMonitor, remove, source, until, writeSettings } from "./window.ts";

describe("a configuration file of the old layout", () => {
  before(clear);
  after(async () => {
    await clear();
    remove("config.yaml");
    remove("logs");
  });

  const write = (paths: Record<string, string>, topics: Record<string, string>): void =>
    writeFileSync(
      join(folder(), "config.yaml"),
      [
        `configpath: ${JSON.stringify(paths)}`,
        "collectlogs:",
        ...Object.entries(topics).map(([topic, path]) => `  - { logtopic: ${topic}, logpath: "${path}" }`),
        // Nobody is there: what is for them waits.
        'kafkaconfig: { kafkaaddr: "127.0.0.1:1" }',
        'elasticconfig: { elasticaddr: "127.0.0.1:1", typestr: catlog }',
      ].join("\n"),
    );
  const parts = async () => {
    const { sources = [], sinks = [] } = (await logMonitor()).snapshot() ?? {};
    return [sources, sinks].map((list) =>
      list
        .map(({ id }) => id)
        .sort()
        .join(),
    );
  };

  it("runs from the workspace as it is; an edit starts and stops what it names, and nothing else", async () => {
    write({ logdir1: "logs/dir1.log" }, { nginx_log: "logs/nginx.log" });
    await writeSettings({ "logMonitor.configFile": "config.yaml" });
    for (const id of ["logdir1", "nginx_log"]) await source(id, ({ state }) => state === "waiting");
    await until(
      async () => (await parts()).join(" ") === "from-kafka,logdir1,nginx_log elasticsearch,kafka,store",
      { what: "its sources and sinks" },
    );
    append("logs/dir1.log", "one");
    append("logs/nginx.log", "one", "two");
    await source("logdir1", ({ lines }) => lines === 1);
    await source("nginx_log", ({ lines }) => lines === 2);

    write({}, { nginx_log: "logs/nginx.log", app_log: "logs/app.log" });
    await until(async () => (await parts())[0] === "app_log,from-kafka,nginx_log", {
      what: "the sources of the edited file",
    });
    append("logs/app.log", "one", "two", "three");
    append("logs/nginx.log", "three");
    await source("app_log", ({ lines }) => lines === 3);
    // A topic's lines go to Kafka and to the store; Elasticsearch gets them from the topic.
    const { files } = await source("nginx_log", ({ lines, files }) =>
      Boolean(lines === 3 && files[0]?.account?.sinks.some(({ delivered }) => delivered.records === 3)),
    );
    assert.deepEqual(
      files.map(({ account }) =>
        account?.sinks.map(({ sink, delivered }) => [sink, delivered.records]).toSorted(),
      ),
      [
        [
          ["kafka", 0],
          ["store", 3],
        ],
      ],
    );
  });
});
