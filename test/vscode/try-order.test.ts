import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Trial } from "../../src/protocol/trial.ts";
import { bestFirst, pickOf, trialIcon, trialText } from "../../src/vscode/try-order.ts";
import { english as l10n } from "./snapshots.ts";

const trial = (name: string, taken: number, fields: number, more: Partial<Trial> = {}): Trial => ({
  name,
  lines: 100,
  records: 100,
  taken,
  fitting: taken,
  timed: taken,
  fields,
  ...more,
});

describe("parsers that were tried", () => {
  it("stand best first: what takes lines apart, then the text as it is, then what takes few", () => {
    const trials = [
      trial("json", 0, 0),
      trial("plain", 100, 0),
      trial("logfmt", 12, 3),
      trial("auto (nginx)", 98, 12),
      trial("regex", 0, 0, { fault: "pattern: wrong" }),
      trial("combined", 99, 11),
      trial("nginx", 98, 12),
    ];
    const names = bestFirst(trials).map((at) => trials[at]?.name);
    assert.deepEqual(names, ["combined", "auto (nginx)", "nginx", "plain", "logfmt", "json", "regex"]);
    assert.equal(trialIcon(trials[5]!, trials), "pass");
    assert.equal(trialIcon(trials[0]!, trials), "circle-slash");
  });

  it("stand behind the text as it is where they find no time and it does", () => {
    const untimed = trial("regex", 100, 4, { timed: 0 });
    const order = (...trials: readonly Trial[]) => bestFirst(trials).map((at) => trials[at]?.name);
    assert.deepEqual(order(untimed, trial("plain", 100, 0)), ["plain", "regex"]);
    const one = trial("plain", 100, 0, { timed: 1 });
    assert.deepEqual(order(one, untimed), ["regex", "plain"], "a banner has a time");
    const timed = trial("json", 90, 2);
    assert.deepEqual(order(untimed, timed, trial("plain", 100, 0, { timed: 0 })), ["json", "regex", "plain"]);
    assert.equal(trialIcon(untimed, [untimed, trial("plain", 100, 0)]), "circle-outline");
  });

  it("stand behind the text as it is where they take lines that are not of their form", () => {
    const trials = [
      trial("logfmt", 100, 9, { fitting: 3, timed: 0 }),
      trial("plain", 100, 0, { timed: 0 }),
      trial("auto (plain)", 100, 0, { timed: 0 }),
    ];
    assert.deepEqual(bestFirst(trials), [1, 2, 0]);
  });

  it("all stay in the list", () => {
    const any = fc.record({
      name: fc.constantFrom("auto (plain)", "plain", "nginx"),
      lines: fc.nat(100),
      records: fc.nat(100),
      taken: fc.nat(100),
      fitting: fc.nat(100),
      timed: fc.nat(100),
      fields: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(any), (trials) => {
        assert.deepEqual(
          [...bestFirst(trials)].sort((a, b) => a - b),
          [...trials.keys()],
        );
      }),
    );
  });

  it("are told in a few words", () => {
    assert.equal(trialText(trial("nginx", 98, 7), l10n), "98 of 100 lines, 7 fields");
    assert.equal(trialText(trial("plain", 100, 0), l10n), "100 of 100 lines, no fields");
    assert.equal(trialText(trial("json", 0, 0), l10n), "0 of 100 lines");
    const grouped = trial("plain", 30, 1, { records: 31 });
    assert.equal(trialText(grouped, l10n), "30 of 31 records, made of 100 lines, 1 field");
    assert.equal(trialText(trial("", 0, 0, { fault: "pattern: no" }), l10n), "pattern: no");
    assert.equal(pickOf(trial("auto (json)", 1, 1)), "json");
    assert.equal(pickOf(trial("auto", 0, 0)), undefined);
  });
});
