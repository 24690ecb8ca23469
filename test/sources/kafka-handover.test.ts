import assert from "node:assert/strict";
import { describe, it } from "node:test";
import kafkajs, { type Assigner, type PartitionAssigner } from "kafkajs";
import { createHandover } from "../../src/sources/kafka/handover.ts";

type Config = Parameters<PartitionAssigner>[0];

/** What the client asks for each time it joins: how partitions are dealt out. */
function joining(handover: ReturnType<typeof createHandover>): () => unknown {
  const config = { cluster: {}, groupId: "g" } as unknown as Config;
  const assigner: Assigner = handover.guard(kafkajs.PartitionAssigners.roundRobin)(config);
  return () => assigner.protocol({ topics: ["a"] });
}

describe("what comes before partitions change hands", () => {
  const own = joining(
    createHandover(
      () => false,
      async () => {},
    ),
  )();

  it("joins at once when the group knows all that was read", () => {
    assert.ok(own);
    const handover = createHandover(
      () => false,
      () => assert.fail("there is nothing to tell"),
    );
    assert.deepEqual(joining(handover)(), own);
  });

  it("keeps the client from joining until the group was told, in the way that the client tries again", async () => {
    let pending = true;
    let told = 0;
    const disk = Promise.withResolvers<void>();
    const handover = createHandover(
      () => pending,
      async () => {
        await disk.promise;
        told += 1;
        pending = false;
      },
    );
    const join = joining(handover);
    for (let turn = 0; turn < 2; turn++) assert.throws(join, { type: "REBALANCE_IN_PROGRESS" });
    assert.ok(handover.joining, "nothing more is to be handed on");
    disk.resolve();
    await handover.done();
    assert.deepEqual(join(), own);
    assert.equal(told, 1);
    handover.joined();
    assert.ok(!handover.joining);
  });

  it("lets the client join in the end when what was read does not become durable, and each time anew", () => {
    const handover = createHandover(
      () => true,
      () => new Promise(() => {}),
    );
    const join = joining(handover);
    for (let turn = 0; turn < 2; turn++) {
      let refusals = 0;
      while (refusals < 10) {
        try {
          join();
          break;
        } catch {
          refusals += 1;
        }
      }
      // The client gives up when it was refused five times.
      assert.equal(refusals, 4);
      handover.joined();
    }
  });
});
