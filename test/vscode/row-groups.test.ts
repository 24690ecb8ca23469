import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SourceFigures } from "../../src/model.ts";
import { passing } from "../../src/vscode/row-filter.ts";
import { type Grouping, groupRows } from "../../src/vscode/row-groups.ts";
import { sourceRows } from "../../src/vscode/rows.ts";
import { english, file, fileAccount, sink, sinkAccount, snapshot, source } from "./snapshots.ts";

const grouped = (by: Grouping, ...sources: SourceFigures[]) => {
  const rows = sourceRows(snapshot({ sources }), english);
  const placed = rows.map((row, at) => ({ row, source: sources[at]! }));
  return groupRows(placed, by, (path) => path.replace("/home/", ""), english);
};
const outline = (by: Grouping, ...sources: SourceFigures[]) =>
  grouped(by, ...sources).map(({ label, rows }) => `${label}: ${rows.map((row) => row.label)}`);

describe("groups of sources", () => {
  it("are those of the settings, in their order, with what has none at the end", () => {
    assert.deepEqual(
      outline(
        "group",
        source("cron"),
        source("web", { group: "shop" }),
        source("db", { group: "base" }),
        source("api", { group: "shop" }),
      ),
      ["shop: web,api", "base: db", "No group: cron"],
    );
  });

  it("are none where no source has one, or nobody wants any", () => {
    assert.deepEqual(outline("group", source("a"), source("b")), ["a: ", "b: "]);
    assert.deepEqual(outline("none", source("a", { group: "x" })), ["a: "]);
  });

  it("are folders that all files of a source are below, kinds or parsers, by name", () => {
    const files = (...paths: string[]) => ({ files: paths.map((path) => file(path)) });
    const sources = [
      source("both", files("/home/web/a.log", "/home/web/old/b.log")),
      source("near", files("/home/app/x.log", "/home/apple/x.log")),
      source("far", files("/home/web/a.log", "/srv/b.log")),
      source("other", files("/home/web/c.log")),
      source("pipe", { type: "stdin", parser: "json", files: [file("stdin", { stream: true })] }),
      source("none", { type: "kafka" }),
    ];
    assert.deepEqual(outline("folder", ...sources), [
      "/home: near",
      "web: both,other",
      "No group: far,pipe,none",
    ]);
    assert.deepEqual(outline("type", ...sources), [
      "file: both,near,far,other",
      "kafka: none",
      "stdin: pipe",
    ]);
    assert.deepEqual(outline("parser", ...sources), ["json: pipe", "nginx: both,near,far,other,none"]);
  });

  it("carry the sums and the worst state, in words too, and chart all their lines", () => {
    const account = (lines: number) => fileAccount(lines, sinkAccount("out", [lines, lines - 5, 5, 0, 0]));
    const [row] = grouped(
      "group",
      source("a", { group: "g", linesPerSecond: 1000, errors: 2, lines: 5, account: account(100) }),
      source("b", { group: "g", linesPerSecond: 234, errors: 1, unparsed: 1, account: account(50) }),
      source("c", { group: "g", state: "failed", reason: "gone" }),
    );
    assert.equal(row!.description, "1.2k/s · failed: 1 · 3 err · 1 unparsed");
    assert.equal(row!.icon, "error");
    assert.equal(row!.aria, "g, failed, 1.2k/s · failed: 1 · 3 err · 1 unparsed");
    assert.deepEqual(row!.chart, { sources: ["a", "b", "c"] });
    const details = new Map(row!.details());
    assert.equal(details.get("State"), "failed: 1, watching: 2");
    assert.equal(details.get("Account"), "150 records read (1.46kB) = 148 parsed + 2 unparsed");
    assert.deepEqual(row!.table?.()[1], ["out", "150", "140", "10", "0", "0"]);
    assert.equal(row!.check, undefined, "a box that switches several at once would be hit by accident");
  });

  it("say the state alone where all are in it", () => {
    const [row] = grouped("group", source("a", { group: "g", state: "stopped", off: true }));
    assert.equal(row!.description, "switched off");
  });
});

describe("a filter by state", () => {
  const late = fileAccount(9, sinkAccount("slow", [9, 4, 5, 0, 0]));
  const sources = [
    source("calm", { files: [file("/calm")] }),
    source("loud", { errors: 2, files: [file("/l/1"), file("/l/2", { errors: 2 })] }),
    source("odd", { unparsed: 1, files: [file("/o/1", { unparsed: 1 })] }),
    source("gone", { state: "failed", files: [file("/g/1")] }),
    source("half", { files: [file("/h/1", { state: "failed" }), file("/h/2")] }),
    source("own", { files: [file("/w/out", { state: "failed", leftOut: true })] }),
    source("asks", { state: "consent" }),
    source("off", { state: "stopped", off: true, files: [file("/f/1")] }),
    source("held", { state: "paused" }),
    source("unread", { files: [file("/u/1", { offset: 10, size: 1e6 }), file("/u/2")] }),
    source("behind", { files: [file("t[0]", { stream: true, lag: 6 })] }),
    source("burst", { files: [file("/b/1", { offset: 10, size: 1e6, bytesPerSecond: 1e6 })] }),
    source("waits", { account: late, files: [file("/k/1", { account: late })] }),
  ];
  const sinks = [sink("slow", { lagRecords: 5, lagMs: 6000 }), sink("quick", { lagRecords: 5, lagMs: 100 })];
  const found = (filter: Parameters<typeof passing>[1]) =>
    [...passing({ sources, sinks }, filter)].map(([id, files]) => [id, ...files].join(" "));

  it("shows what is in it, and of a source the files that are", () => {
    assert.equal(passing({ sources, sinks }, "all").size, sources.length);
    assert.deepEqual(found("errors"), ["loud /l/2"]);
    assert.deepEqual(found("unparsed"), ["odd /o/1"]);
    assert.deepEqual(found("failed"), ["gone /g/1", "half /h/1", "asks"]);
    assert.deepEqual(found("stopped"), ["off /f/1", "held"]);
  });

  it("takes for lagging what has much to be read, or waits for a sink that is late, and not what is on its way", () => {
    assert.deepEqual(found("lagging"), ["unread /u/1", "behind t[0]", "waits /k/1"]);
    const quick = passing({ sources, sinks: [sink("slow", { lagRecords: 5, lagMs: 100 })] }, "lagging");
    assert.deepEqual([...quick.keys()], ["unread", "behind"]);
  });
});
