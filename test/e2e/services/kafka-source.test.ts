import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Report } from "../../../src/cli/inspect.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { prometheusText } from "../../../src/monitor/prometheus.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import { startKafka } from "../../helpers/services/kafka.ts";
import { shared } from "../../helpers/services/shared.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { runCli } from "../cli/program.ts";
import { quiet } from "./influx.ts";
import { handoverCases } from "./kafka-handover.ts";
import { indexCases } from "./kafka-index.ts";
import { laterCases } from "./kafka-later.ts";
import { outageCases } from "./kafka-outage.ts";
import { securedCases, user } from "./kafka-secured.ts";
import {
  numbered,
  PATIENT,
  type Read,
  reading,
  send,
  sourceFor,
  sourceOf,
  valuesOf,
} from "./kafka-source.ts";

describe("the source kafka, on a real broker", () => {
  /** The broker of all these tests: each uses topics of its own. */
  const broker = shared("Kafka", () => startKafka({ user }));

  it("reads each message of many partitions once, under an id of its own", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("twelve", 12);
    const messages = numbered(12 * 120, 12);
    await send(kafka, "twelve", messages);
    const { engine, folder, records, raws } = await reading(t, kafka, { topics: "twelve" });
    await until(() => records().length >= messages.length, { ...PATIENT, what: "all messages" });
    assert.deepEqual(raws(), valuesOf(messages));
    // Partition and offset written one after the other would not tell 1 11 from 11 1.
    assert.equal(new Set(records().map(({ id }) => id)).size, messages.length);
    const one = records().find(({ raw }) => raw === "message 13");
    assert.equal(one?.file, "twelve[1]");
    assert.equal(one?.offset, 1);
    assert.equal(one?.time, new Date(1_700_000_000_013).toISOString());
    const rows = sourceOf(engine).files;
    assert.deepEqual(
      rows.map(({ next, lag, state }) => [next, lag, state]),
      Array.from({ length: 12 }, () => [120, 0, "watching"]),
    );
    const account = sourceOf(engine).account;
    assert.equal(account?.missing, 0);
    assert.equal(account?.lines, messages.length);
    await engine.close();
    const { out } = await runCli(t, ["inspect", "--data-dir", join(folder, "data"), "--json"], {
      cwd: folder,
    });
    const report = JSON.parse(out) as Report;
    assert.deepEqual(
      report.checkpoints.map(({ next, lag }) => [next, lag]),
      rows.map(() => [120, 0]),
    );
    assert.deepEqual(
      report.accounts.map(({ closes }) => closes),
      [true],
    );
  });

  it("goes on where the group is: nothing that came while nobody read is left out", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("ended", 2);
    await send(kafka, "ended", numbered(10, 2));
    const first = await reading(t, kafka, { topics: "ended", from: "end" });
    await first.watches();
    // It is killed before the first message came, as far as the group can tell: the position stands all the same.
    await first.engine.close();
    assert.deepEqual(first.raws(), []);
    const messages = numbered(20, 2, 10);
    await send(kafka, "ended", messages);
    const second = await reading(t, kafka, { topics: "ended", from: "end" });
    await until(() => second.raws().length >= 20, { ...PATIENT, what: "what came meanwhile" });
    assert.deepEqual(second.raws(), valuesOf(messages));
  });

  it("shares partitions with another instance, and takes them over when that ends", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("shared", 8);
    const options = { topics: "shared" };
    const one = await reading(t, kafka, options);
    await one.watches();
    const messages = numbered(8_000, 8);
    await send(kafka, "shared", messages.slice(0, 3_000));
    const two = await reading(t, kafka, options);
    const partitions = (of: Engine): string[] => sourceOf(of).files.map(({ path }) => path);
    await until(() => partitions(one.engine).length === 4 && partitions(two.engine).length === 4, {
      ...PATIENT,
      what: "four partitions each",
    });
    await send(kafka, "shared", messages.slice(3_000));
    const all = (): Read[] => [...one.records(), ...two.records()];
    await until(() => new Set(all().map(({ raw }) => raw)).size === messages.length, {
      ...PATIENT,
      what: "all messages",
    });
    // The instances are of one mind about each message's id: by it a destination knows what both have read.
    const ids = new Map(all().map(({ raw, id }) => [raw, id]));
    for (const { raw, id } of all()) assert.equal(id, ids.get(raw));
    assert.equal(new Set(ids.values()).size, messages.length);
    assert.ok(two.records().length > 0, "the second one has read some");
    await one.engine.close();
    await until(() => partitions(two.engine).length === 8, { ...PATIENT, what: "all partitions" });
    const late = numbered(80, 8, 8_000);
    await send(kafka, "shared", late);
    await until(() => late.every(({ value }) => two.raws().includes(value)), {
      ...PATIENT,
      what: "the last",
    });
  });

  it("goes on under another id, also in the group that is named after it: each message once, under the id of then", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("renamed", 2);
    const folder = tempFolder(t);
    const { engine, apply } = runEngine(t, folder);
    const source = { ...sourceFor(kafka, { topics: "renamed" }), group: undefined };
    const messages = numbered(40, 2);
    const records = () => recordsIn(join(folder, "out.ndjson")) as unknown as (Read & { source: string })[];
    for (const [turn, id] of ["first", "second", "first"].entries()) {
      await apply({
        monitor: false,
        sources: { [id]: source },
        sinks: { out: { type: "file", path: "out.ndjson" } },
      });
      const until10 = 10 * (turn + 1);
      await send(kafka, "renamed", messages.slice(until10 - 10, until10));
      await until(() => records().length >= until10, { ...PATIENT, what: `messages of turn ${turn}` });
    }
    await engine.drain(10_000);
    assert.deepEqual(
      records()
        .map(({ raw }) => raw)
        .sort(),
      valuesOf(messages.slice(0, 30)),
    );
    assert.equal(new Set(records().map(({ id }) => id)).size, 30);
    await engine.close();
    for (const [id, count] of [
      ["first", 20],
      ["second", 10],
    ] as const) {
      const { out } = await runCli(t, ["query", `source:${id}`, "--data-dir", join(folder, "data")], {
        cwd: folder,
      });
      assert.equal(out.trim().split("\n").length, count, `source:${id}`);
      assert.equal(records().filter(({ source }) => source === id).length, count);
    }
  });

  it("puts messages aside that can be no records, counts them, and goes on", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("poison", 1);
    await send(kafka, "poison", [
      { value: "first" },
      { key: "gone", value: null },
      { value: "x".repeat(5_000) },
      { value: "two\nlines" },
      { key: "gone", value: null },
    ]);
    const run = await reading(t, kafka, { topics: "poison", maxMessageBytes: "4KiB" });
    const row = () => sourceOf(run.engine).files[0];
    await until(() => row()?.next === 5 && row()?.aside === 3 && run.raws().length === 2, {
      ...PATIENT,
      what: "the last message",
    });
    assert.deepEqual(run.raws(), ["first", "two\nlines"]);
    const file = join(run.folder, "data", "aside", "k.ndjson");
    const lines = () => readFileSync(file, "utf8").split("\n").slice(0, -1);
    await until(() => lines().length === 3, { ...PATIENT, what: "letters" });
    const aside = lines().map((line) => JSON.parse(line));
    assert.deepEqual(
      aside.map(({ path, offset, key }) => [path, offset, key]),
      [
        ["poison[0]", 1, "gone"],
        ["poison[0]", 2, undefined],
        ["poison[0]", 4, "gone"],
      ],
    );
    assert.match(aside[0].reason, /tombstone/);
    assert.match(aside[1].reason, /5000 bytes are more than maxMessageBytes \(4096\)/);
    assert.match(
      prometheusText(run.engine.snapshot()),
      /partition_aside_messages_total\{source="k",partition="poison\[0\]"\} 3/,
    );
  });

  it("tells how far it is behind while it is paused, and reads on when it is resumed", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("lag", 2);
    const run = await reading(t, kafka, { topics: "lag", fields: true });
    await run.watches();
    await run.engine.pause({});
    await send(kafka, "lag", [
      ...numbered(5, 1),
      { partition: 1, key: "k", value: "other", headers: { h: "v" } },
    ]);
    const lags = () => sourceOf(run.engine).files.map(({ lag }) => lag);
    await until(() => lags().join() === "5,1", { ...PATIENT, what: "the lag" });
    assert.match(
      prometheusText(run.engine.snapshot()),
      /partition_lag_messages\{source="k",partition="lag\[0\]"\} 5/,
    );
    assert.deepEqual(run.raws(), []);
    await run.engine.resume({});
    await until(() => run.raws().length === 6 && lags().join() === "0,0", { ...PATIENT, what: "the rest" });
    const other = run.records().find(({ raw }) => raw === "other");
    assert.deepEqual(other?.fields.kafka, {
      topic: "lag",
      partition: 1,
      offset: 0,
      key: "k",
      headers: { h: "v" },
    });
  });

  it("reads topics by a pattern to their present end with --once, and ends", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("once-a", 3);
    await kafka.createTopic("once-b", 1);
    await kafka.createTopic("not-once", 1);
    const messages = [...numbered(300, 3), ...numbered(50, 1, 300)];
    await send(kafka, "once-a", messages.slice(0, 300));
    await send(kafka, "once-b", messages.slice(300));
    await send(kafka, "not-once", [{ value: "no" }]);
    const cwd = tempFolder(t);
    const sources = { k: { ...sourceFor(kafka, { pattern: "once-.*" }), from: "end" } };
    const sinks = { out: { type: "file", path: "out.ndjson" } };
    writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify({ ...quiet, sources, sinks }));
    const { code, err } = await runCli(t, ["run", "--once", "--config", "log-monitor.json"], { cwd });
    assert.equal(code, 0, err);
    const raws = recordsIn(join(cwd, "out.ndjson")).map(({ raw }) => raw);
    assert.deepEqual(raws.sort(), valuesOf(messages));
  });

  outageCases(broker);
  laterCases(broker);
  securedCases(broker);
  handoverCases(broker);
  indexCases(broker);
});
