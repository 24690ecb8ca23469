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

/** The positions of a group, by partition, with what is written beside them. */
type Group = Map<number, { readonly offset: string; readonly metadata: string | null }>;

interface Given {
  readonly from?: "start" | "end" | number;
  readonly first: Knowledge;
  /** After it was renewed. */
  readonly later?: Knowledge;
  /** Positions that the group has, of which it began when its topic had so many partitions. */
  readonly committed?: Readonly<Record<number, number>>;
  readonly count?: number;
  /** What the group has, where it has several members. */
  readonly group?: Group;
  /** The partitions that are given to this one. */
  readonly mine?: readonly number[];
}

/** A member that is given partitions of the topic `t`, each of which holds the messages 10 to 99. */
function member(t: TestContext, given: Given) {
  const { from = "end", first, later = first, committed = {}, count = 2, mine = [0, 1] } = given;
  const { group = new Map() } = given;
  for (const [partition, offset] of Object.entries(committed))
    group.set(Number(partition), { offset: String(offset), metadata: offset < 0 ? null : tagOf(key, count) });
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
  const partitions = new Map(
    mine.map((number) => [number, createPartition("t", number, [], context, () => {}, stop)]),
  );
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
    partitionOf: (_: string, number: number) => partitions.get(number) as Partition,
    consumer: {
      commitOffsets: async (
        offsets: readonly { partition: number; offset: string; metadata?: string | null }[],
      ) => {
        told.push(...offsets.map(({ partition, offset }) => `${partition}: ${offset}`));
        for (const { partition, offset, metadata = null } of offsets)
          group.set(partition, { offset, metadata });
      },
      seek: ({ partition, offset }: { partition: number; offset: string }) =>
        void sought.push(`${partition}: ${offset}`),
    },
    admin: {
      fetchOffsets: async () => {
        const none = { offset: "-1", metadata: null };
        const answers = known(0).map((partition) => ({ partition, ...(group.get(partition) ?? none) }));
        return [{ topic: "t", partitions: answers }];
      },
      fetchTopicOffsets: async () =>
        known(1).map((partition) => ({ partition, offset: "100", high: "100", low: "10" })),
      fetchTopicOffsetsByTimestamp: async () => known(1).map((partition) => ({ partition, offset: "70" })),
    },
  };
  const take = () => takeUp({ t: mine }, parts, () => true);
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
      assert.equal(partitions.get(1)?.key, key);
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
    for (const from of ["end", 60_000] as const) {
      const { take, sought } = member(t, { from, first: [2, 2], committed: { 0: 50 }, count: 1 });
      await take();
      assert.deepEqual(sought, ["0: 50", "1: 10"]);
    }
  });

  it("begins where it is told to in what another instance, which begins at the same time, has left to it", async (t) => {
    const next = { end: "100", 60000: "70", start: "10" };
    for (const from of ["end", 60_000, "start"] as const) {
      const group: Group = new Map();
      const first = member(t, { from, group, first: [4, 4], mine: [0, 2] });
      const second = member(t, { from, group, first: [4, 4], mine: [1, 3] });
      await first.take();
      await second.take();
      assert.deepEqual(second.sought, [`1: ${next[from]}`, `3: ${next[from]}`]);
      // It gets one of those of the first, which are known, and one of two that were added.
      const grown = member(t, { from, group, first: [6, 6], mine: [2, 4] });
      await grown.take();
      assert.deepEqual(grown.sought, [`2: ${next[from]}`, "4: 10"]);
      const last = member(t, { from, group, first: [6, 6], mine: [5] });
      await last.take();
      assert.deepEqual(last.sought, ["5: 10"], "the other one that was added");
    }
  });

  it("takes no partition for an added one where the position of no other tells how many there were", async (t) => {
    const group: Group = new Map([[0, { offset: "50", metadata: `log-monitor ${key}` }]]);
    const { take, sought, told } = member(t, { group, first: [2, 2] });
    await take();
    assert.deepEqual(sought, ["0: 50", "1: 100"]);
    assert.deepEqual(told, ["0: 50", "1: 100"]);
    const added = member(t, { group, first: [3, 3], mine: [2] });
    await added.take();
    assert.deepEqual(added.sought, ["2: 10"], "from now on they tell");
  });
});
