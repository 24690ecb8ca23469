import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { takeUp } from "../../src/sources/kafka/membership.ts";
import { createPartition, type Partition } from "../../src/sources/kafka/partition.ts";
import { tagOf } from "../../src/sources/kafka/start.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const key = "0123456789abcdef";

/** Of how many partitions the client knows the group's position, and the end. */
type Knowledge = readonly [positions: number, ends: number];

interface Given {
  readonly from?: "start" | "end";
  readonly first: Knowledge;
  /** After it was renewed. */
  readonly later?: Knowledge;
  /** The group's positions, by partition. */
  readonly committed?: Readonly<Record<number, number>>;
}

/** A member that is given the two partitions of the topic `t`, each of which holds the messages 10 to 99. */
function member(t: TestContext, { from = "end", first, later = first, committed = {} }: Given) {
  const { checkpoints, spool } = openSpool(tempFolder(t));
  t.after(() => spool.close());
  const context = {
    id: "k",
    log: silent,
    checkpoints,
    room: () => undefined,
    emit: async () => {},
    changed() {},
    fail(error: Error) {
      throw error;
    },
  };
  const stop = new AbortController().signal;
  const partitions = [0, 1].map((number) => createPartition("t", number, [], context, () => {}, stop));
  const told: string[] = [];
  const sought: string[] = [];
  let renewals = 0;
  const known = (which: 0 | 1): number[] => [...Array((renewals > 0 ? later : first)[which]).keys()];
  const parts = {
    cluster: "c",
    group: "g",
    log: silent,
    from: () => from,
    renew: async () => void renewals++,
    partitionOf: (_: string, number: number) => partitions[number] as Partition,
    consumer: {
      commitOffsets: async (offsets: readonly { partition: number; offset: string }[]) =>
        void told.push(...offsets.map(({ partition, offset }) => `${partition}: ${offset}`)),
      seek: ({ partition, offset }: { partition: number; offset: string }) =>
        void sought.push(`${partition}: ${offset}`),
    },
    admin: {
      fetchOffsets: async () => {
        const answers = known(0).map((partition) => ({
          partition,
          offset: String(committed[partition] ?? -1),
          metadata: partition in committed ? tagOf(key) : null,
        }));
        return [{ topic: "t", partitions: answers }];
      },
      fetchTopicOffsets: async () =>
        known(1).map((partition) => ({ partition, offset: "100", high: "100", low: "10" })),
      fetchTopicOffsetsByTimestamp: async () => [],
    },
  };
  const take = () => takeUp({ t: [0, 1] }, parts, () => true);
  return { take, told, sought, partitions, renewals: () => renewals };
}

describe("taking partitions up", () => {
  const short: Record<string, Knowledge> = { end: [2, 1], position: [1, 2] };
  for (const [what, first] of Object.entries(short)) {
    it(`asks anew for the ${what} of a partition that was added: nothing is read under other ids`, async (t) => {
      const { take, told, sought, partitions, renewals } = member(t, {
        first,
        later: [2, 2],
        committed: { 0: 100, 1: 60 },
      });
      await assert.rejects(take(), /not all partitions of t are known yet/);
      assert.equal(renewals(), 1);
      assert.deepEqual([told, sought], [[], []], "nothing is told to the group");
      await take();
      assert.deepEqual(told, []);
      assert.deepEqual(sought, ["0: 100", "1: 60"]);
      assert.equal(partitions[1]?.key, key);
      assert.equal(renewals(), 1);
    });
  }

  it("begins where it is told to in a topic that nobody has read, and has the group know", async (t) => {
    const ends = member(t, { first: [2, 2] });
    await ends.take();
    assert.deepEqual(ends.told, ["0: 100", "1: 100"]);
    const whole = member(t, { from: "start", first: [2, 2] });
    await whole.take();
    assert.deepEqual(whole.sought, ["0: 10", "1: 10"]);
  });

  it("reads from the first message there is where the client gave up its position as that was deleted", async (t) => {
    const { take, sought } = member(t, { first: [2, 2], committed: { 0: -2, 1: -2 } });
    await take();
    assert.deepEqual(sought, ["0: 10", "1: 10"]);
  });

  it("reads a partition whole that was added to a topic that is read", async (t) => {
    const { take, sought } = member(t, { first: [2, 2], committed: { 0: 50 } });
    await take();
    assert.deepEqual(sought, ["0: 50", "1: 10"]);
  });
});
