import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Admin } from "kafkajs";
import { loadKafkajs } from "../../src/lib/kafkajs.ts";
import { silent } from "../../src/lib/log.ts";
import { createLaterTopics } from "../../src/sources/kafka/later.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

/** A group as the client tells of it: how many members it has, and topics with the position of their partition. */
interface Group {
  readonly members: number;
  readonly read?: readonly string[];
  /** Topics that members were given; those that were read where nothing is said. */
  readonly given?: readonly string[];
  readonly state?: string;
}

/** The instances of one data folder, and what their group is. */
function instances(t: TestContext, first: Group = { members: 0 }, next: readonly Group[] = [], patience = 0) {
  const groups = [first, ...next];
  let group = first;
  const { checkpoints, spool } = openSpool(tempFolder(t));
  t.after(() => spool.close());
  const admin = {
    describeGroups: async () => {
      group = groups.shift() ?? group;
      const { AssignerProtocol } = await loadKafkajs();
      const given = group.given ?? group.read ?? [];
      const members = Array.from({ length: group.members }, (_, at) => {
        const own = given.filter((_, index) => index % group.members === at);
        const assignment = Object.fromEntries(own.map((topic) => [topic, [0]]));
        const userData = Buffer.alloc(0);
        return {
          memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 0, assignment, userData }),
        };
      });
      return { groups: [{ state: group.state ?? "Stable", members }] };
    },
    fetchOffsets: async ({ topics }: { topics: readonly string[] }) =>
      topics.map((topic) => ({
        topic,
        partitions: [{ partition: 0, offset: group.read?.includes(topic) ? "7" : "-1" }],
      })),
  } as unknown as Admin;
  const { signal: stop } = new AbortController();
  const known = ["a", "b", "c", "d", "x"];
  return (pattern = /^[a-d]$/, name = "g") => {
    const wanted = (topic: string): boolean => pattern.test(topic);
    const later = createLaterTopics({
      source: "k",
      group: name,
      checkpoints,
      log: silent,
      wanted,
      stop,
      patience,
    });
    return async (there: string, cluster = "one") => {
      await later.look([...there], admin, cluster);
      return known.filter((topic) => there.includes(topic) && later.isLater(topic)).join("");
    };
  };
}

describe("topics that come later", () => {
  it("are those that were not there at the first look", async (t) => {
    const look = instances(t)();
    assert.equal(await look("ab"), "");
    assert.equal(await look("abc"), "c");
    assert.equal(await look("abcd"), "cd");
  });

  it("are known after a stop, also those that came meanwhile", async (t) => {
    const start = instances(t);
    const first = start();
    await first("ab");
    await first("abc");
    assert.equal(await start()("abcd"), "cd");
  });

  it("are new again when they were deleted", async (t) => {
    const start = instances(t);
    const first = start();
    await first("ab");
    await first("b");
    assert.equal(await first("ab"), "a");
    assert.equal(await start()("ab"), "a");
  });

  it("are none that were there before they were asked for", async (t) => {
    const start = instances(t);
    const narrow = start(/^a$/);
    await narrow("ab");
    await narrow("abx");
    assert.equal(await start(/^[a-x]$/)("abx"), "");
  });

  it("are told apart for each cluster and each group", async (t) => {
    const start = instances(t);
    await start()("ab");
    assert.equal(await start()("abcd", "two"), "");
    await start()("ab");
    assert.equal(await start(undefined, "h")("abcd"), "");
  });

  it("are those without a position of a group that others read with", async (t) => {
    assert.equal(await instances(t, { members: 2, read: ["a", "b"] })()("abcx"), "c");
    assert.equal(await instances(t, { members: 2 })()("abc"), "", "nobody has read anything yet");
    assert.equal(await instances(t, { members: 0, read: ["a", "b"] })()("abc"), "", "nobody reads");
  });

  it("are none that members were given and have not begun with yet, as all begin together", async (t) => {
    const beginning = { members: 2, read: ["a"], given: ["a", "b"] };
    const look = instances(t, beginning, [{ members: 2, read: ["a", "b"] }])();
    assert.equal(await look("ab"), "");
    assert.equal(await look("abc"), "c", "known from then on");
    for (const state of ["PreparingRebalance", "CompletingRebalance"])
      assert.equal(await instances(t, { members: 2, read: ["a"], state })()("ab"), "", state);
  });

  it("are known also where the group is just being shared out: that is waited for", async (t) => {
    const sharing = { members: 2, read: ["a"], given: [], state: "PreparingRebalance" };
    const shared = { members: 2, read: ["a"], given: ["a", "b"] };
    const begun = { members: 2, read: ["a", "b"] };
    const look = instances(t, sharing, [shared, begun], 60_000)();
    assert.equal(await look("abc"), "c");
  });

  it("are noted nowhere where the wait for the group is broken off", async (t) => {
    const stop = new AbortController();
    const { checkpoints, spool } = openSpool(tempFolder(t));
    t.after(() => spool.close());
    const admin = {
      describeGroups: async () => ({ groups: [{ state: "PreparingRebalance", members: [{}] }] }),
      fetchOffsets: async () => {
        setImmediate(() => stop.abort());
        const offsets = { a: "7", b: "-1" };
        return Object.entries(offsets).map(([topic, offset]) => ({
          topic,
          partitions: [{ partition: 0, offset }],
        }));
      },
    } as unknown as Admin;
    const parts = { source: "k", group: "g", checkpoints, log: silent, wanted: () => true, patience: 60_000 };
    const later = createLaterTopics({ ...parts, stop: stop.signal });
    await assert.rejects(later.look(["a", "b"], admin, "one"), { name: "AbortError" });
    assert.equal(checkpoints.noted("k"), undefined);
  });
});
