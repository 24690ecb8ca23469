import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FileAccount } from "../../src/model.ts";
import { changesBetween } from "../../src/vscode/changes.ts";
import { sourceRows } from "../../src/vscode/rows.ts";
import { sinkRows } from "../../src/vscode/sink-rows.ts";
import { english, file, fileAccount, sink, sinkAccount, snapshot, source } from "./snapshots.ts";

const rowsOf = (...sources: ReturnType<typeof source>[]) => sourceRows(snapshot({ sources }), english);

describe("rows of sources", () => {
  it("show rate, errors and unparsed lines while watching, and leave out what is nought", () => {
    const [quiet, busy] = rowsOf(
      source("quiet"),
      source("busy", { linesPerSecond: 1234, errors: 3, unparsed: 1 }),
    );
    assert.equal(quiet!.description, "0/s");
    assert.equal(busy!.description, "1.2k/s · 3 err · 1 unparsed");
  });

  it("show the state instead of the rate where nothing flows, the reason of a failure, and errors", () => {
    const rows = rowsOf(
      source("a", { state: "failed", reason: "no permission" }),
      source("b", { state: "waiting", reason: "no file matches x.log yet" }),
      source("c", { state: "paused", linesPerSecond: 5, errors: 3 }),
    );
    assert.deepEqual(
      rows.map(({ description }) => description),
      ["failed: no permission", "waiting for the file", "paused · 3 err"],
    );
    assert.deepEqual(
      rows.map(({ context }) => context),
      ["source.failed", "source.waiting", "source.paused"],
    );
  });

  it("say what they wait to be allowed", () => {
    const wants = { state: "consent", consent: ["docker logs -f web"] } as const;
    const [row] = rowsOf(source("a", wants));
    assert.equal(row!.description, "waits for consent: docker logs -f web");
    assert.equal(row!.context, "source.consent");
    const servers = { state: "consent", consent: ["http://h:80"] } as const;
    const [sinkRow] = sinkRows(snapshot({ sinks: [sink("b", servers)] }), english);
    assert.equal(sinkRow!.description, "waits for consent: http://h:80");
    assert.equal(sinkRow!.context, "sink.consent");
    assert.equal(sinkRow!.aria, "b, waits for consent: http://h:80");
  });

  it("say the state in words as well as by icon and colour", () => {
    const [row] = rowsOf(source("a", { state: "failed", reason: "gone" }));
    assert.equal(row!.icon, "error");
    assert.equal(row!.aria, "a, failed: gone");
  });

  it("list files by path, with numbers in order, and tell equal names apart by their folder", () => {
    const [row] = rowsOf(
      source("a", {
        files: [file("/l/app-10.log"), file("/l/app-9.log"), file("/x/one.log"), file("/y/one.log")],
      }),
    );
    assert.deepEqual(
      row!.rows.map(({ label, description }) => `${label} ${description}`),
      ["app-9.log 0/s", "app-10.log 0/s", "one.log x · 0/s", "one.log y · 0/s"],
    );
  });

  it("show how far partitions of a topic are behind", () => {
    const partition = { stream: true, next: 1_500, lag: 2_345, aside: 2 } as const;
    const [row] = rowsOf(source("a", { files: [file("orders[3]", partition)] }));
    const [one] = row!.rows;
    assert.equal(`${one!.label} ${one!.description}`, "orders[3] 0/s · 2.3k behind");
    const details = new Map(one!.details());
    assert.equal(
      details.get("Position"),
      `message ${(1500).toLocaleString()}, ${(2345).toLocaleString()} behind`,
    );
    assert.equal(details.get("Put aside"), "2");
  });

  it("give files ids of their own in every source", () => {
    const rows = rowsOf(source("a", { files: [file("/l/x")] }), source("b", { files: [file("/l/x")] }));
    const ids = rows.flatMap(({ id, rows: files }) => [id, ...files.map((row) => row.id)]);
    assert.equal(new Set(ids).size, 4);
  });

  it("have all figures in the tooltip, also the reason", () => {
    const [row] = rowsOf(source("a", { state: "failed", reason: "gone", lines: 1234 }));
    const details = new Map(row!.details());
    assert.equal(details.get("Reason"), "gone");
    assert.equal(details.get("Lines"), (1234).toLocaleString());
  });

  it("chart in a file's tooltip the lines of its source, where it has that file alone", () => {
    const charts = (...paths: readonly string[]) => {
      const [row] = rowsOf(source("a", { files: paths.map((path) => file(path)) }));
      return row!.rows.map(({ chart }) => chart);
    };
    assert.deepEqual(charts("/logs/a.log"), [{ sources: ["a"] }]);
    assert.deepEqual(charts("/logs/a.log", "/logs/b.log"), [undefined, undefined]);
  });

  it("tells in a file's tooltip what auto took it for", () => {
    const files = [file("/a.log", { parser: "auto (json)" }), file("/b.log")];
    const [row] = sourceRows(snapshot({ sources: [source("a", { files })] }), english);
    const shown = row?.rows.map((one) => new Map(one.details()).get("Parser"));
    assert.deepEqual(shown, ["auto (json)", undefined]);
  });
});

describe("rows of sinks", () => {
  it("show how far behind they are, and why one gave up", () => {
    const rows = sinkRows(
      snapshot({
        sinks: [
          sink("store"),
          sink("influx", { state: "retrying", lagRecords: 1500, lastError: "connection refused" }),
          sink("gone", { state: "failed", lagRecords: 7, lastError: "wrong password" }),
          sink("new", { state: "starting" }),
        ],
      }),
      english,
    );
    assert.deepEqual(
      rows.map(({ description }) => description),
      ["up to date", "retrying · 1.5k behind", "failed: wrong password", "starting · up to date"],
    );
    assert.deepEqual(
      new Map(rows[1]!.details()).get("Last error"),
      "connection refused",
      "the reason is in the tooltip",
    );
  });
});

describe("a sink that someone should look at", () => {
  const [row] = sinkRows(
    snapshot({
      sinks: [
        sink("es", {
          state: "paused",
          lagRecords: 12,
          deadWaiting: 3,
          replaying: 2048,
          unverified: true,
          breaker: { state: "open", since: 0, failures: 9, nextTryAt: 5 },
        }),
      ],
    }),
    english,
  );

  it("says that it is paused and what waits, what is replayed, and whom nobody verifies", () => {
    assert.equal(row?.description, "paused · not verified · 12 behind · replaying · 3 dead");
    assert.equal(row?.icon, "debug-pause");
    assert.equal(row?.context, "sink.paused.dead");
    assert.equal(row?.aria, "es, paused · not verified · 12 behind · replaying · 3 dead");
  });

  it("explains it in the tooltip", () => {
    const details = new Map(row?.details());
    assert.match(details.get("Paused") ?? "", /waits in the spool/);
    assert.match(details.get("Certificate") ?? "", /^not verified/);
    assert.match(details.get("Replay") ?? "", /to be sent$/);
  });
});

describe("what menus go by", () => {
  it("is the state of a sink, that it has dead letters, and that it is a store", () => {
    const sinks = [sink("a"), sink("b", { deadWaiting: 1 }), sink("c", { type: "store" })];
    assert.deepEqual(
      sinkRows(snapshot({ sinks }), english).map(({ context }) => context),
      ["sink.running", "sink.running.dead", "sink.running.store"],
    );
  });
});

describe("a sink's breaker in the tree", () => {
  const nextTryAt = new Date(2026, 2, 4, 13, 49, 52).getTime();
  const [row] = sinkRows(
    snapshot({
      sinks: [
        sink("influx", {
          state: "retrying",
          dead: 7,
          deadWaiting: 3,
          replayed: 4,
          folded: 12,
          breaker: { state: "open", since: nextTryAt - 60_000, failures: 9, nextTryAt },
        }),
      ],
    }),
    english,
  );

  it("says when the sink is tried again", () => {
    assert.ok(row?.description.includes(`next try ${new Date(nextTryAt).toLocaleTimeString()}`));
  });

  it("says since when it is open, after how many failures, and where dead letters are", () => {
    const details = new Map(row?.details());
    assert.match(details.get("Breaker") ?? "", /^open since .*, failures in a row: 9, next try /);
    assert.equal(details.get("Dead letters"), "3 in the file, 7 refused, 4 sent again");
    assert.equal(details.get("Values written as _other"), "12");
  });
});

describe("the box of a source", () => {
  it("is ticked while it is watched, also where that fails, and tells who switched it off for good", () => {
    const rows = rowsOf(
      source("a"),
      source("b", { state: "failed", reason: "gone" }),
      source("c", { state: "stopped" }),
      source("d", { state: "stopped", off: true }),
      source("e", { off: true }),
    );
    assert.deepEqual(
      rows.map(({ check, description, context }) => [check?.on, description, context]),
      [
        [true, "0/s", "source.watching"],
        [true, "failed: gone", "source.failed"],
        [false, "stopped", "source.stopped"],
        [false, "switched off", "source.off"],
        [true, "0/s", "source.watching"],
      ],
    );
    assert.equal(rows[3]!.aria, "d, switched off");
  });

  it("shows what was just ticked before that is in force", () => {
    const [row] = sourceRows(snapshot({ sources: [source("a")] }), english, new Map([["a", false]]));
    assert.equal(row!.check?.on, false);
  });
});

describe("changes between rows", () => {
  const before = rowsOf(source("a", { files: [file("/a/1"), file("/a/2")] }), source("b"));

  it("are none between equal figures, whatever the tooltip would say", () => {
    const after = rowsOf(source("a", { lines: 9, files: [file("/a/1"), file("/a/2")] }), source("b"));
    assert.deepEqual(changesBetween(before, after), []);
  });

  it("name only the file that changed", () => {
    const after = rowsOf(
      source("a", { files: [file("/a/1"), file("/a/2", { linesPerSecond: 2 })] }),
      source("b"),
    );
    assert.deepEqual(changesBetween(before, after), ["file:a:/a/2"]);
  });

  it("name the source when it has other files, and not the files below", () => {
    const after = rowsOf(source("a", { files: [file("/a/2"), file("/a/3")] }), source("b"));
    assert.deepEqual(changesBetween(before, after), ["source:a"]);
  });

  it("are everything only when the top level has other rows", () => {
    assert.equal(changesBetween(before, rowsOf(source("b"), source("a"))), "all");
    assert.equal(changesBetween(before, rowsOf(source("a"))), "all");
  });
});

describe("accounts in tooltips", () => {
  const rowOf = (account: FileAccount) => {
    const [row] = rowsOf(source("a", { account, files: [file("/logs/a.log", { account })] }));
    return row!;
  };

  it("tell of a source and of a file what was read, and what became of it at each sink", () => {
    const row = rowOf(fileAccount(1000, sinkAccount("out", [1000, 900, 50, 40, 10])));
    for (const one of [row, row.rows[0]!]) {
      const details = new Map(one.details());
      assert.equal(details.get("Account"), "1,000 records read (9.77kB) = 999 parsed + 1 unparsed");
      assert.equal(details.get("Skipped"), "4B");
      assert.equal(details.has("Missing"), false);
      assert.equal(details.get("Balance"), "every record is accounted for");
      assert.deepEqual(one.table?.(), [
        ["Sink", "Read for it", "Delivered", "Waiting", "Dropped", "Dead"],
        ["out", "1,000", "900", "50", "40", "10"],
      ]);
    }
  });

  it("say what a sum lacks only where it lacks something", () => {
    const account = fileAccount(
      10,
      sinkAccount("out", [10, 8, 0, 0, 0]),
      sinkAccount("store", [10, 10, 0, 0, 0]),
    );
    const [file] = rowOf({ ...account, skipped: 1, missing: 3 }).rows;
    assert.deepEqual(
      file!.table?.().map((cells) => cells.at(-1)),
      ["Unaccounted for", "2", "0"],
    );
    assert.equal(new Map(file!.details()).get("Missing"), "3B: please report this");
    assert.match(new Map(file!.details()).get("Balance") ?? "", /does not add up/);
  });
});
