import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Message } from "kafkajs";
import { type Outcome, sift } from "../../src/engine/sift.ts";
import { Partly, Rejected } from "../../src/errors.ts";
import type { LogRecord } from "../../src/model.ts";
import { createLanes, type Placed } from "../../src/sinks/kafka-lanes.ts";
import { failureOf, verdictOf } from "../../src/sinks/kafka-verdict.ts";
import { accessRecord } from "../helpers/records.ts";

const place = "Kafka at a:1";
const failure = (type: string): Error => Object.assign(new Error(type), { type });

/** What becomes of a request: it is taken, it does not get there, or it gets there and the answer does not come. */
type Fate = "taken" | "lost" | "unheard";

/** Brokers that know a batch again by its first number and its count, and a client that numbers as kafkajs does. */
function cluster(fates: () => Fate, refused: ReadonlySet<string> = new Set()) {
  const logs = new Map<string, string[]>();
  const batches = new Map<string, string>();
  const numbers = new Map<string, number>();
  const send = async (topic: string, partition: number, messages: Message[]): Promise<void> => {
    const lane = `${topic}/${partition}`;
    const texts = messages.map(({ value }) => String(value));
    if (texts.some((text) => refused.has(text))) throw failure("MESSAGE_TOO_LARGE");
    const fate = fates();
    await null;
    if (fate === "lost") throw failure("NOT_ENOUGH_REPLICAS");
    const log = logs.get(lane) ?? [];
    logs.set(lane, log);
    const first = numbers.get(lane) ?? 0;
    const batch = `${lane} ${first} ${texts.length}`;
    const before = batches.get(batch);
    if (before === undefined) {
      if (first !== log.length) throw failure("OUT_OF_ORDER_SEQUENCE_NUMBER");
      log.push(...texts);
      batches.set(batch, texts.join());
    } else assert.equal(texts.join(), before, "a batch that the broker knows is the one that it has");
    if (fate === "unheard") throw failure("REQUEST_TIMED_OUT");
    numbers.set(lane, first + texts.length);
  };
  return { logs, send, lanes: createLanes(send, (error) => verdictOf(error, place)) };
}

function placedOf(record: LogRecord, partition: number, size: number): Placed {
  const message = { key: null, value: record.raw, partition };
  return { record, topic: "t", partition, size, message };
}

describe("Messages on their way to partitions", () => {
  const one = fc.record({ partition: fc.nat(2), size: fc.constantFrom(10, 400_000), bad: fc.boolean() });
  const fates = fc.infiniteStream(fc.constantFrom<Fate>("taken", "taken", "lost", "unheard"));
  const cuts = fc.infiniteStream(fc.nat(12));

  it("are there once and in order, whatever gets lost and however they are cut when they come again (property)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { minLength: 1, maxLength: 24 }),
        fates,
        cuts,
        async (all, fate, cut) => {
          const records = all.map((_, at) => accessRecord({ offset: at, raw: String(at) }));
          const bad = new Set(all.flatMap((what, at) => (what.bad && at % 3 === 0 ? [String(at)] : [])));
          const { logs, lanes } = cluster(() => fate.next().value, bad);
          const placed = new Map(
            all.map(({ partition, size }, at) => [
              records[at],
              placedOf(records[at] ?? assert.fail(), partition, size),
            ]),
          );
          const send = async (given: readonly LogRecord[]): Promise<Outcome> => {
            for (;;) {
              // After a failure it may be tried with a few of them.
              const some = given.slice(0, cut.next().value || given.length);
              const failed = await lanes.send(some.flatMap((record) => placed.get(record) ?? []));
              const error = failureOf(some, failed, place);
              const sent = some.length;
              if (!error) return { sent };
              if (error instanceof Partly) return { sent, partly: error };
              if (error instanceof Rejected) return { sent, rejected: error };
            }
          };
          const buried: string[] = [];
          await sift(records, send, (_, refused) => buried.push(...refused.map(({ record }) => record.raw)));
          for (const partition of [0, 1, 2]) {
            const wanted = records
              .map(({ raw }) => raw)
              .filter((raw, at) => all[at]?.partition === partition && !bad.has(raw));
            assert.deepEqual(logs.get(`t/${partition}`) ?? [], wanted);
          }
          assert.deepEqual(buried.toSorted(), [...bad].toSorted());
        },
      ),
    );
  });

  it("are there once also where partitions are added while the fate of some is not known (property)", async () => {
    const growth = fc.infiniteStream(fc.constantFrom(0, 0, 1));
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { minLength: 1, maxLength: 24 }),
        fates,
        cuts,
        growth,
        async (all, fate, cut, more) => {
          const { logs, lanes } = cluster(() => fate.next().value);
          const records = all.map((_, at) => accessRecord({ offset: at, raw: String(at) }));
          let count = 1;
          let left: readonly LogRecord[] = records;
          while (left.length > 0) {
            const some = left.slice(0, cut.next().value || left.length);
            count += more.next().value;
            const placed = some.map((record) =>
              placedOf(record, record.offset % count, all[record.offset]?.size ?? assert.fail()),
            );
            const failed = await lanes.send(placed);
            left = left.filter((record) => !some.includes(record) || failed.has(record));
          }
          const sent = [...logs.values()].flat();
          assert.deepEqual(sent.toSorted(), records.map(({ raw }) => raw).toSorted());
        },
      ),
    );
  });

  it("go on in other partitions while one fails, and keep their order in that one", async () => {
    let down = true;
    const { logs, send } = cluster(() => "taken");
    const lanes = createLanes(
      async (topic, partition, messages) => {
        if (partition === 1 && down) throw failure("NOT_LEADER_FOR_PARTITION");
        await send(topic, partition, messages);
      },
      (error) => verdictOf(error, place),
    );
    const records = [0, 1, 2, 3].map((at) => accessRecord({ offset: at, raw: String(at) }));
    // Two of this size don't go into one request.
    const placed = records.map((record, at) => placedOf(record, at % 2, 600_000));
    const failed = await lanes.send(placed);
    assert.deepEqual([...failed.keys()], [records[1], records[3]]);
    const error = failureOf(records, failed, place);
    assert.ok(error instanceof Partly);
    assert.deepEqual(error.later, [1, 3]);
    down = false;
    assert.equal((await lanes.send(placed.filter((_, at) => at % 2 === 1))).size, 0);
    assert.deepEqual(
      [logs.get("t/0"), logs.get("t/1")],
      [
        ["0", "2"],
        ["1", "3"],
      ],
    );
  });

  it("tell first of what someone has to mend", () => {
    const records = [accessRecord(), accessRecord(), accessRecord()];
    const types = ["MESSAGE_TOO_LARGE", "NOT_ENOUGH_REPLICAS", "TOPIC_AUTHORIZATION_FAILED"];
    const failed = new Map(records.map((record, at) => [record, failure(types[at] ?? "")]));
    assert.equal(failureOf(records, failed, place)?.name, "Fatal");
    assert.equal(failureOf(records.slice(0, 2), new Map([...failed].slice(0, 2)), place)?.name, "RetryLater");
    assert.equal(failureOf(records, new Map(), place), undefined);
  });
});
