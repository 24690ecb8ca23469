import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { liveLine, short, summary } from "../../src/cli/live.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { fileFigures, sinkFigures, snapshotOf, sourceFigures } from "../monitor/snapshot.ts";

const totals = {
  lines: 0,
  bytes: 0,
  unparsed: 0,
  errors: 0,
  linesPerSecond: 0,
  bytesPerSecond: 0,
  sinkErrors: 0,
};

describe("live figures", () => {
  it("fit a line, and tell of sinks that are behind or in trouble only", () => {
    const snapshot = snapshotOf({
      totals: { ...totals, lines: 4500, unparsed: 3, linesPerSecond: 1234, bytesPerSecond: 223_000 },
      sources: [sourceFigures({ files: [fileFigures(), fileFigures()] })],
      sinks: [
        sinkFigures({ id: "store" }),
        sinkFigures({ id: "influx", state: "retrying" }),
        sinkFigures({ id: "out", lagRecords: 20_000 }),
      ],
      spool: { blocks: 1, bytes: 5_100_000, capacity: 1e9, dropped: 0, damaged: 0 },
    });
    assert.equal(
      liveLine(snapshot),
      "1.2 k lines/s · 223 kB/s · 4500 lines of 2 files · 3 unparsed · spool 5.1 MB · influx: retrying · out: 20.0 k behind",
    );
  });

  it("shorten numbers", () => {
    const texts = [0, 9, 999, 1000, 12_345, 99_949, 99_960, 999_400, 999_600, 5e9, 7.2e12].map(short);
    assert.deepEqual(texts, [
      "0 ",
      "9 ",
      "999 ",
      "1.0 k",
      "12.3 k",
      "99.9 k",
      "100 k",
      "999 k",
      "1.0 M",
      "5.0 G",
      "7200 G",
    ]);
  });

  it("sum up what a sink left out by its options, lines that were cut, and single things", () => {
    const snapshot = snapshotOf({
      sources: [sourceFigures({ id: "a", lines: 1, bytes: 1, files: [fileFigures({ cutLines: 1 })] })],
      sinks: [sinkFigures({ id: "inf", delivered: 3, leftOut: 1 }), sinkFigures({ id: "es", leftOut: 0 })],
      spool: { blocks: 1, bytes: 5, capacity: 1e9, dropped: 1, damaged: 0 },
    });
    assert.equal(
      summary(snapshot, {}),
      "source a: 1 file, 1 line, 1 byte, 1 line cut\nsink inf: 2 delivered, 1 left out by its options\nsink es: 0 delivered\nspool: full, 1 line given up\n",
    );
  });

  it("sum up a run with what is not delivered, and why", () => {
    const snapshot = snapshotOf({
      sources: [sourceFigures({ id: "a", lines: 10, bytes: 99, unparsed: 1, files: [fileFigures()] })],
      sinks: [
        sinkFigures({ id: "out", delivered: 10 }),
        sinkFigures({ id: "influx", delivered: 4, dead: 1, lastError: "refused" }),
      ],
    });
    assert.equal(
      summary(snapshot, { influx: 5 }),
      "source a: 1 file, 10 lines, 99 bytes, 1 unparsed\nsink out: 10 delivered\nsink influx: 4 delivered, 1 refused, 5 undelivered (refused)\n",
    );
  });
});

describe("summary", () => {
  it("says what was given up, by sink and in all", () => {
    const snapshot = snapshotOf({
      sinks: [sinkFigures({ id: "slow", delivered: 4, dropped: 6 })],
      spool: { blocks: 0, bytes: 0, capacity: 1, dropped: 4, damaged: 2 },
    });
    assert.equal(
      summary(snapshot, {}),
      "sink slow: 4 delivered, 6 given up\nspool: full, 4 lines given up\nspool: damaged, 2 lines set aside\n",
    );
  });
});

describe("terminal", () => {
  it("keeps the figures below what is logged, cut to the width", () => {
    let text = "";
    const terminal = createTerminal(
      { write: (piece) => (text += piece), isTTY: true, columns: 10 },
      { verbose: false },
    );
    terminal.status("0123456789abc");
    terminal.debug("hidden");
    terminal.warn("look");
    assert.match(text, /^012345678\r\u001b\[K\d\d:\d\d:\d\d\.\d{3} warn {2}look\n$/);
  });

  it("remembers warnings and errors of late", () => {
    const terminal = createTerminal({ write() {} }, { verbose: false });
    terminal.info("all is well");
    terminal.error("first");
    assert.deepEqual(
      [terminal.said((one) => one === "first"), terminal.said((one) => /all/.test(one))],
      [true, false],
    );
    for (let at = 0; at < 100; at++) terminal.warn("later");
    assert.equal(
      terminal.said((one) => one === "first"),
      false,
    );
  });

  it("shows no figures where there is no terminal", () => {
    let text = "";
    createTerminal({ write: (piece) => (text += piece) }, { verbose: true }).status("x");
    assert.equal(text, "");
  });
});
