import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { askForFigures, publishFigures, readFigures } from "../../src/engine/figures-file.ts";
import type { Snapshot } from "../../src/model.ts";
import { recording } from "../helpers/delivery.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const flow = { lines: 0, bytes: 0, unparsed: 0, errors: 0, linesPerSecond: 0, bytesPerSecond: 0 };
const figures: Snapshot = {
  at: 1,
  startedAt: 1,
  totals: { ...flow, sinkErrors: 0 },
  tps: 0,
  sources: [],
  sinks: [],
  channels: [],
  spool: { blocks: 0, bytes: 0, capacity: 0, dropped: 0, damaged: 0 },
  problems: [],
};

describe("figures for those who follow", () => {
  it("go on after files that could not be looked at for a while, also at the start", async (t) => {
    const folder = tempFolder(t);
    const wanted = join(folder, "followed");
    const log = recording();
    let looks = 0;
    // A link to itself: whoever looks at it is told ELOOP, also where permissions bind nobody.
    symlinkSync(wanted, wanted);
    const publishing = publishFigures(
      folder,
      () => {
        looks++;
        if (looks === 2) throw new Error("no figures");
        return { ...figures, startedAt: looks };
      },
      log,
    );
    t.after(() => publishing.close());
    assert.equal(readFigures(folder, undefined), undefined);
    rmSync(wanted);
    const ask = (): boolean => {
      askForFigures(folder);
      return (readFigures(folder, undefined)?.snapshot?.startedAt ?? 0) >= 1;
    };
    await until(ask, { every: 200 });
    rmSync(wanted);
    symlinkSync(wanted, wanted);
    await until(() => looks >= 2);
    rmSync(wanted);
    await until(() => ask() && (readFigures(folder, undefined)?.snapshot?.startedAt ?? 0) >= 3, {
      every: 200,
    });
    assert.deepEqual(log.lines, ["those who follow see old figures: no figures"]);
  });
});
