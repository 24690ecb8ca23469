import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { tempFolder } from "../helpers/temp.ts";
import { load, pathsOf, said } from "./load.ts";

describe("configuration", () => {
  it("fills in defaults: the store, the monitor, parser and start", async () => {
    const { config, issues } = await load({ sources: { a: { paths: "logs/*.log" } } });
    assert.deepEqual(issues, []);
    assert.deepEqual([...config.sinks.keys()], ["store"]);
    assert.deepEqual(config.monitor, { host: "127.0.0.1", port: 9193, allowHosts: [] });
    assert.equal(config.dataDir, "/data");
    const source = config.sources.get("a");
    assert.equal(source?.type, "file");
    assert.equal(source?.parser.name, "auto");
    assert.deepEqual(source?.options, {
      paths: ["/srv/app/logs/*.log"],
      exclude: [],
      from: "end",
      encoding: "utf-8",
      maxLineBytes: 1 << 20,
      partialAfter: 10_000,
    });
  });

  it("refuses a second file sink on one file, also through a link, and names both settings", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "link"));
    const sinks = {
      one: { type: "file", path: join(folder, "real", "out.ndjson") },
      two: { type: "file", path: join(folder, "link", "..", "link", "out.ndjson") },
      three: { type: "file", path: join(folder, "other.ndjson") },
      nowhere: { type: "file", path: "/dev/null" },
      neither: { type: "file", path: "/dev/null" },
    };
    for (const there of [false, true]) {
      if (there) writeFileSync(sinks.one.path, "");
      const loaded = await load({ store: false, sinks });
      assert.deepEqual(said(loaded), [
        `sinks.two.path: sinks.two.path and sinks.one.path are the same file, ${sinks.one.path}: give each sink its own`,
      ]);
      assert.deepEqual([...loaded.config.sinks.keys()], ["one", "three", "nowhere", "neither"]);
      assert.deepEqual(loaded.refused, ["sinks.two"]);
    }
  });

  it("takes a topic's messages as they are, and from the start for --once", async () => {
    const kafka = { type: "kafka", brokers: "127.0.0.1:9092", topics: "a" };
    assert.deepEqual(said(await load({ sources: { k: { ...kafka, multiline: "java" } } })), [
      "sources.k.multiline: goes with sources that give lines: a message of kafka is one record, with all its lines",
    ]);
    const { config } = await load({ sources: { k: kafka } }, { fromStart: true });
    const options = config.sources.get("k")?.options as { from?: string } | undefined;
    assert.equal(options?.from, "start");
  });

  it("switches the store and the monitor off", async () => {
    for (const values of [
      { store: false, monitor: false },
      { sinks: { store: false }, monitor: false },
    ]) {
      const { config } = await load(values);
      assert.equal(config.sinks.size, 0);
      assert.equal(config.monitor, false);
    }
  });

  it("takes true for the monitor as it is by default", async () => {
    const { config, issues } = await load({ monitor: true });
    assert.deepEqual(issues, []);
    assert.deepEqual(config.monitor, { host: "127.0.0.1", port: 9193, allowHosts: [] });
    assert.deepEqual(said(await load({ monitor: "on" })), [
      "monitor: is a text: write true or false, or keys with values",
    ]);
  });

  it("doubts what looks like a variable, but not in a parser's format", async () => {
    const format = "$remote_addr ${status}";
    const { config, issues } = await load({
      sources: { a: { paths: ["${foo}/a.log", "b.log"], parser: { type: "nginx", format } } },
      dataDir: "${workspacefolder}/data",
    });
    assert.deepEqual(
      issues.map(({ severity, path, message }) => [severity, path.join("."), /\$\{.*?\}/.exec(message)?.[0]]),
      [
        ["warning", "sources.a.paths.0", "${foo}"],
        ["warning", "dataDir", "${workspacefolder}"],
      ],
    );
    assert.deepEqual(pathsOf(config, "a"), ["/srv/app/${foo}/a.log", "/srv/app/b.log"]);
  });

  it("configures the store under either name", async () => {
    for (const values of [{ store: { maxBytes: "1MiB" } }, { sinks: { store: { maxBytes: "1MiB" } } }]) {
      const { config, issues } = await load(values);
      assert.deepEqual(issues, []);
      assert.equal(
        (config.sinks.get("store")?.options as { maxBytes?: number } | undefined)?.maxBytes,
        1_048_576,
      );
    }
  });

  const bad: [values: unknown, says: RegExp][] = [
    [{ sources: { a: { path: "x" } } }, /^sources\.a\.path: unknown key "path": did you mean "paths"\?/],
    [
      { sources: { a: { paths: "x", prser: "json" } } },
      /^sources\.a\.prser: unknown key "prser": did you mean "parser"\?/,
    ],
    [{ sources: { a: { paths: [] } } }, /^sources\.a\.paths: /],
    [
      { sinks: { a: { type: "carrier" } } },
      /^sinks\.a\.type: unknown sink type "carrier"\. Known here: elasticsearch, file, influxdb, kafka, loki, opensearch, otlp, stdout, store, webhook\.$/,
    ],
    [
      { sinks: { a: { type: "fil" } } },
      /^sinks\.a\.type: unknown sink type "fil": did you mean "file"\? Known here: elasticsearch, file, influxdb, kafka, loki, opensearch, otlp, stdout, store, webhook\.$/,
    ],
    [{ sources: { a: {} } }, /^sources\.a\.paths: /],
    [{ sources: { a: "x.log" } }, /^sources\.a: must be an object, like/],
    [{ sources: ["x"] }, /^sources: must be an object: an id for each source/],
    [
      { sources: { a: { paths: "x", parser: "ngnix" } } },
      /^sources\.a\.parser: unknown parser "ngnix": did you mean "nginx"\?/,
    ],
    [
      { sources: { a: { paths: "x", type: "fil" } } },
      /^sources\.a\.type: unknown source type "fil": did you mean "file"\?/,
    ],
    [{ sources: { a: { paths: "x", timezone: "Mars/Base" } } }, /^sources\.a\.timezone: is not a time zone/],
    [
      { sources: { a: { paths: "x", sinks: ["nope"] } } },
      /^sources\.a\.sinks\.0: there is no sink "nope": .*store/,
    ],
    [{ sources: { "a b": { paths: "x" } } }, /"a b" can't be an id/],
    [
      { sinks: { i: { type: "influxdb", dsn: "http://h:1@u@p@db@hours" } } },
      /^sinks\.i\.dsn: .*precision must be s, ms, us or ns/,
    ],
    [{ sinks: { i: { type: "influxdb" } } }, /^sinks\.i: give a dsn/],
    [
      { sinks: { i: { type: "influxdb", url: "http://h", database: "d", version: 4 } } },
      /^sinks\.i\.version: .*1 or 2 or 3/,
    ],
    ...["elasticsearch", "loki", "otlp", "webhook"].map((type): [unknown, RegExp] => [
      { sinks: { i: { type, url: "127.0.0.1:80" } } },
      /^sinks\.i\.url: /,
    ]),
    ...["elasticsearch", "loki", "otlp", "webhook"].map((type): [unknown, RegExp] => [
      { sinks: { i: { type, url: "nowhere" } } },
      /^sinks\.i\.url: is no address: write it like/,
    ]),
    [
      { sinks: { i: { type: "influx" } } },
      /^sinks\.i\.type: unknown sink type "influx": did you mean "influxdb"\?/,
    ],
    [
      { sinks: { i: {} } },
      /^sinks\.i: must be an object with a type: elasticsearch, file, influxdb, kafka, loki, opensearch, otlp, stdout, store, webhook/,
    ],
    [{ monitor: { port: 99999 } }, /^monitor\.port: /],
    [{ monitr: {} }, /^monitr: unknown key "monitr": did you mean "monitor"\?/],
    [{ store: { maxBytes: "lots" } }, /^store\.maxBytes: "lots" is no size/],
    [{ spool: { whenFull: "drop" } }, /^spool\.whenFull: /],
    [
      { sources: { a: { paths: "${env:NOWHERE}/x" } } },
      /^sources\.a\.paths: the environment variable NOWHERE is not set/,
    ],
    [
      { sources: { a: { paths: "${workspaceFolder:b}/x" } } },
      /^sources\.a\.paths: there is no workspace folder "b"/,
    ],
    [7, /^: the configuration must be an object/],
  ];
  for (const [values, says] of bad) {
    it(`refuses ${JSON.stringify(values)}`, async () => {
      const loaded = await load(values);
      assert.match(said(loaded)[0] ?? "", says);
    });
  }

  it("keeps everything valid beside a refused part, and names that", async () => {
    const loaded = await load({
      sources: { good: { paths: "a" }, bad: { paths: 7 } },
      sinks: { out: { type: "file", path: "o" } },
    });
    assert.deepEqual([...loaded.config.sources.keys()], ["good"]);
    assert.deepEqual([...loaded.config.sinks.keys()].sort(), ["out", "store"]);
    assert.deepEqual(loaded.refused, ["sources.bad"]);
  });

  it("expands variables and the home folder, and leaves other braces alone", async () => {
    const { config } = await load(
      { sources: { a: { paths: ["${workspaceFolder}/${env:SUB}/x.log", "~/y.log", "${other}"] } } },
      {},
      { SUB: "logs" },
    );
    assert.deepEqual(pathsOf(config, "a"), [
      "/srv/app/logs/x.log",
      join(homedir(), "y.log"),
      "/srv/app/${other}",
    ]);
  });

  it("reads a YAML file with places of issues, above the settings", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    writeFileSync(
      file,
      "sources:\n  a:\n    paths: x.log\n    parser: ngnix\n  b: { paths: y.log }\ndataDir: data\n",
    );
    const loaded = await load({ configFile: file, sources: { b: { paths: "settings.log" } } });
    assert.deepEqual(loaded.files, [file]);
    const [issue] = loaded.issues;
    assert.deepEqual([issue?.file, issue?.line, issue?.column, issue?.origin], [file, 4, 5, "file"]);
    assert.deepEqual(pathsOf(loaded.config, "b"), [join(folder, "y.log")]);
    assert.equal(loaded.config.dataDir, join(folder, "data"));
  });

  it("refuses a broken file whole, with the line", async (t) => {
    const file = join(tempFolder(t), "c.yaml");
    writeFileSync(file, "sources:\n  a: [\n");
    const loaded = await load({ configFile: file });
    assert.deepEqual(loaded.refused, ["*"]);
    assert.equal(loaded.issues[0]?.file, file);
    assert.ok((loaded.issues[0]?.line ?? 0) >= 2);
  });

  it("names a file that does not exist and watches for it", async () => {
    const loaded = await load({ configFile: "nowhere.yaml" });
    assert.deepEqual(loaded.files, ["/srv/app/nowhere.yaml"]);
    assert.match(said(loaded)[0] ?? "", /does not exist/);
  });

  it("never throws and never yields a broken configuration (property)", async () => {
    const junk = fc.jsonValue({ maxDepth: 4 });
    const values = fc.oneof(
      junk,
      fc.record(
        {
          sources: fc.oneof(junk, fc.dictionary(fc.string(), junk)),
          sinks: fc.dictionary(fc.string(), junk),
          monitor: junk,
          store: junk,
          spool: junk,
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(values, async (given) => {
        const { config } = await load(given);
        for (const { parser, baseDir } of config.sources.values())
          assert.ok(parser.name !== "" && baseDir !== "");
        for (const [id, sink] of config.sinks) assert.equal(sink.id, id);
      }),
      { numRuns: 200 },
    );
  });
});
