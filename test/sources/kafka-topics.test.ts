import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Admin } from "kafkajs";
import { silent } from "../../src/lib/log.ts";
import { createLaterTopics } from "../../src/sources/kafka/later.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

/** A group as the client tells of it: how many members it has, and topics with the position of their partition. */
interface Group {
  readonly members: number;
  readonly read?: readonly string[];
}

/** The instances of one data folder, and what their group is. */
function instances(t: TestContext, group: Group = { members: 0 }) {
  const { checkpoints, spool } = openSpool(tempFolder(t));
  t.after(() => spool.close());
  const admin = {
    describeGroups: async () => ({ groups: [{ members: Array(group.members).fill({}) }] }),
    fetchOffsets: async ({ topics }: { topics: readonly string[] }) =>
      topics.map((topic) => ({ topic, partitions: [{ offset: group.read?.includes(topic) ? "7" : "-1" }] })),
  } as unknown as Admin;
  const known = ["a", "b", "c", "d", "x"];
  return (pattern = /^[a-d]$/, name = "g") => {
    const wanted = (topic: string): boolean => pattern.test(topic);
    const later = createLaterTopics({ source: "k", group: name, checkpoints, log: silent, wanted });
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
});
