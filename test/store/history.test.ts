import assert from "node:assert/strict";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import fc from "fast-check";
import { silent } from "../../src/lib/log.ts";
import { HEALTHS, type SinkState } from "../../src/model.ts";
import type { Series } from "../../src/protocol/engine.ts";
import { healthOf } from "../../src/store/gauges.ts";
import { createHistory } from "../../src/store/history.ts";
import { tempFolder } from "../helpers/temp.ts";
import { accessRecords, originOf, recordOf } from "./records.ts";

const START = 1_700_000_040;
const calm = { channels: {}, spoolBytes: 0, sinks: {} };
const sum = (column: readonly (number | null)[] | undefined) =>
  (column ?? []).reduce<number>((a, b) => a + (b ?? 0), 0);
const linesOf = (series: Series, source = "access") => sum(series.sources[source]?.lines);

describe("history", () => {
  it("sums up to what was read, whatever the step, the ticks and the restarts", (t) => {
    const folder = tempFolder(t);
    let run = 0;
    const actions = fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant("add" as const), count: fc.nat(5), late: fc.nat(2500) }),
        fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(3000) }),
        fc.constant({ kind: "tick" as const }),
        fc.constant({ kind: "restart" as const }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(actions, (steps) => {
        const dataDir = join(folder, String(run++));
        let now = START * 1000;
        let history = createHistory(dataDir, { now: () => now });
        let read = 0;
        for (const step of steps) {
          if (step.kind === "wait") now += step.ms;
          else if (step.kind === "tick") history.tick(calm, now);
          else if (step.kind === "add") {
            history.add(accessRecords(step.count), now - step.late);
            read += step.count;
          } else {
            history.close();
            history = createHistory(dataDir, { now: () => now });
          }
        }
        const to = Math.ceil(now / 1000) + 1;
        for (const points of [2, 20, 200]) {
          const series = history.series({ from: START - 60, to, points });
          assert.ok(series.times.length <= points);
          assert.equal(linesOf(series), read);
          const statuses = Object.values(series.sources.access?.statuses ?? {});
          assert.equal(sum(statuses.flat()), read);
          assert.equal(series.sources.access?.durations.request_time?.overall.count ?? 0, read);
        }
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  it("tells silence from absence", (t) => {
    const history = createHistory(tempFolder(t), { now: () => (START + 10) * 1000 });
    history.add(accessRecords(3), START * 1000);
    for (const second of [1, 2, 3]) history.tick(calm, (START + second) * 1000);
    history.tick(calm, (START + 10) * 1000);
    const { times, sources } = history.series({ from: START - 1, to: START + 10, points: 100 });
    assert.equal(times[0], START - 1);
    assert.deepEqual(sources.access?.lines, [null, 3, 0, 0, null, null, null, null, null, null, 0]);
    history.close();
  });

  it("counts what each sink delivered between ticks, also when its counter starts anew", (t) => {
    const dataDir = tempFolder(t);
    const now = () => (START + 30) * 1000;
    let history = createHistory(dataDir, { now });
    const tick = (second: number, delivered: number, lag: number) =>
      history.tick(
        { channels: { read: lag }, spoolBytes: lag * 10, sinks: { influx: { lag, delivered } } },
        (START + second) * 1000 + 5,
      );
    tick(1, 100, 7);
    tick(2, 150, 5);
    // A tick that is late leaves no hole.
    tick(4, 160, 4);
    history.close();
    history = createHistory(dataDir, { now });
    tick(20, 40, 3);
    const fine = history.series({ from: START, to: START + 20, points: 20 });
    assert.deepEqual(fine.sinks.influx?.delivered.slice(0, 5), [100, 50, 0, 10, null]);
    assert.deepEqual(fine.sinks.influx?.lag.slice(0, 5), [7, 5, 4, 4, null]);
    assert.deepEqual(fine.channels.read?.slice(0, 5), [7, 5, 4, 4, null]);
    const coarse = history.series({ from: START, to: START + 20, points: 2 });
    assert.equal(coarse.step, 10);
    const none = [0, 0];
    const unknown = [null, null];
    const figures = { late: unknown, health: unknown, dead: none, dropped: none, retries: none };
    const influx = { lag: [4, 3], delivered: [160, 40], ...figures };
    assert.deepEqual(coarse.sinks.influx, influx);
    assert.deepEqual(coarse.spool, [40, 30]);
    history.close();
  });

  it("tells how late each sink is at the end of a step, and how it fared at worst", (t) => {
    const history = createHistory(tempFolder(t), { now: () => (START + 30) * 1000 });
    const health = ["ok", "retrying", "open", "ok", "failed", "ok"] as const;
    for (const [i, one] of health.entries()) {
      const influx = { lag: i, late: i / 2, health: HEALTHS.indexOf(one), delivered: 0 };
      // Between the fourth and the fifth a tick was late: nothing is known to have changed.
      const second = i < 4 ? i + 1 : i + 2;
      history.tick({ channels: {}, spoolBytes: 0, sinks: { influx } }, (START + second) * 1000);
    }
    const told = (points: number) => {
      const { influx } = history.series({ from: START, to: START + 10, points }).sinks;
      return { late: influx?.late, health: influx?.health.map((at) => (at === null ? at : HEALTHS[at])) };
    };
    assert.deepEqual(told(10), {
      late: [0, 0.5, 1, 1.5, 2, 2, 2.5, null, null, null],
      health: ["ok", "retrying", "open", "ok", "failed", "failed", "ok", null, null, null],
    });
    assert.deepEqual(told(5).late, [0.5, 1.5, 2, 2.5, null]);
    assert.deepEqual(told(5).health, ["retrying", "open", "failed", "ok", null]);
    assert.deepEqual(told(1), { late: [2.5], health: ["failed"] });
    history.close();
  });

  it("tells how a sink fares from its state and its breaker", () => {
    const of = (state: SinkState, breaker: "closed" | "open" | "half-open") =>
      HEALTHS[healthOf({ state, breaker: { state: breaker, since: 0, failures: 0 } })];
    assert.deepEqual(
      [of("starting", "closed"), of("running", "closed"), of("consent", "closed"), of("paused", "open")],
      ["ok", "ok", "paused", "paused"],
    );
    assert.deepEqual(
      [of("retrying", "closed"), of("retrying", "open"), of("retrying", "half-open"), of("failed", "open")],
      ["retrying", "open", "open", "failed"],
    );
  });

  it("counts what a sink refused, lost and tried again, step by step", (t) => {
    const history = createHistory(tempFolder(t), { now: () => (START + 30) * 1000 });
    for (const [i, [dead = 0, dropped = 0, retries = 0]] of [
      [0, 0, 2],
      [3, 0, 5],
      [3, 4, 5],
    ].entries()) {
      const sinks = { influx: { lag: 1, delivered: 0, dead, dropped, retries } };
      history.tick({ channels: {}, spoolBytes: 0, sinks }, (START + i + 1) * 1000);
    }
    const { influx } = history.series({ from: START, to: START + 3, points: 3 }).sinks;
    assert.deepEqual(
      [influx?.dead, influx?.dropped, influx?.retries],
      [
        [0, 3, 0],
        [0, 0, 4],
        [2, 3, 0],
      ],
    );
    history.close();
  });

  it("keeps seconds for an hour and minutes for a month", (t) => {
    const dataDir = tempFolder(t);
    let now = START * 1000;
    const history = createHistory(dataDir, { now: () => now });
    history.add(accessRecords(10), now);
    history.tick(calm, now + 1000);
    now += 3 * 86_400_000;
    history.add(accessRecords(5), now);
    history.tick(calm, now + 1000);
    const to = Math.ceil(now / 1000) + 1;
    const all = history.series({ from: START - 60, to, points: 10_000 });
    assert.equal(all.step, 60);
    assert.equal(linesOf(all), 15);
    assert.equal(linesOf(history.series({ from: to - 600, to, points: 1000 })), 5);
    assert.equal(history.series({ from: to - 600, to, points: 1000 }).step, 1);
    assert.equal(linesOf(history.series({ from: START - 60, to, points: 3 })), 15);
    now += 40 * 86_400_000;
    history.tick(calm, now);
    assert.equal(linesOf(history.series({ from: START - 60, to, points: 10_000 })), 0);
    history.close();
  });

  it("gives percentiles over the records of all steps", (t) => {
    const history = createHistory(tempFolder(t), { now: () => START * 1000 });
    for (let second = 0; second < 10; second++) {
      const records = Array.from({ length: 100 }, (_, i) =>
        recordOf({ fields: { took: second * 100 + i + 1 } }),
      );
      history.add(records, (START + second) * 1000);
    }
    history.add([recordOf({ origin: originOf("other") })], START * 1000);
    const { durations } = history.series({ from: START, to: START + 10, points: 10 }).sources.access!;
    assert.ok(Math.abs(durations.took!.overall.p95 - 950) < 10);
    assert.equal(durations.took!.overall.max, 1000);
    assert.ok(Math.abs(durations.took!.p50[9]! - 950) < 10);
    history.close();
  });

  it("has the first step of all that is kept whole", (t) => {
    const dataDir = tempFolder(t);
    const [first, month] = [Math.ceil(START / 7_200) * 7_200, 30 * 86_400];
    let now = first * 1000;
    const history = createHistory(dataDir, { now: () => now });
    history.add(accessRecords(10), now);
    history.tick(calm, now + 1000);
    now += (month + 3_600) * 1000;
    history.tick(calm, now);
    const to = Math.floor(now / 1000);
    const all = history.series({ from: to - month, to, points: 600 });
    assert.equal(all.step, 7_200);
    assert.deepEqual([all.times[0], linesOf(all)], [first, 10]);
    history.close();
  });

  for (const [what, damage, why] of [
    [
      "is damaged",
      (file: string) => writeFileSync(file, "no database, but long enough".repeat(100)),
      /not a database/,
    ],
    [
      "a newer Log Monitor wrote",
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec("CREATE TABLE other (x); PRAGMA user_version = 9");
        db.close();
      },
      /a newer Log Monitor wrote it, in format 9/,
    ],
  ] as const)
    it(`is begun anew beside a file that ${what}, which the log says, and keeps each such file`, (t) => {
      const dataDir = tempFolder(t);
      const file = join(dataDir, "history.db");
      const errors: string[] = [];
      const log = { ...silent, error: (text: string) => void errors.push(text) };
      for (const aside of ["history.db.damaged", "history.db.damaged-2"]) {
        for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
        damage(file);
        createHistory(dataDir, { log }).close();
        assert.match(errors.at(-1) ?? "", why);
        assert.ok(errors.at(-1)?.includes(`is set aside as ${aside},`));
        assert.ok(existsSync(join(dataDir, aside)));
      }
      assert.equal(errors.length, 2);
    });

  it("starts anew beside a file that is damaged", (t) => {
    const dataDir = tempFolder(t);
    writeFileSync(join(dataDir, "history.db"), "no database, but long enough to be looked at".repeat(100));
    const history = createHistory(dataDir, { now: () => START * 1000 });
    history.add(accessRecords(2), START * 1000);
    assert.equal(linesOf(history.series({ from: START, to: START + 1, points: 1 })), 2);
    assert.equal(history.problem, undefined);
    history.close();
  });
});
