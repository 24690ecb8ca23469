import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RetryLater } from "../../src/errors.ts";
import { destination, setUp } from "../helpers/delivery.ts";
import { until } from "../helpers/until.ts";

describe("delivery", () => {
  describe("when blocks are given up before it has them", () => {
    const giveUp = ({ spool, delivery }: ReturnType<typeof setUp>): number => {
      const block = spool.dropOldest();
      return block ? delivery.giveUp(block) : 0;
    };

    it("counts those it would have read from the spool, and goes on behind them", async (t) => {
      let down = true;
      const { sink, taken } = destination(() => {
        if (down) throw new RetryLater("down", { afterMs: 1 });
      });
      const set = setUp(t, sink);
      for (const message of ["a", "b", "c", "d", "e"]) await set.feed(message);
      await until(() => set.delivery.figures().retries > 0);
      // The first is in a write under way; the two after it are in the spool alone.
      assert.deepEqual([giveUp(set), giveUp(set), giveUp(set)], [0, 1, 1]);
      assert.equal(set.delivery.figures().dropped, 2);
      assert.equal(set.delivery.figures().lagRecords, 3);
      down = false;
      set.delivery.nudge();
      assert.equal(await set.delivery.drain(5000), 0);
      assert.deepEqual(taken, ["a", "d", "e"]);
      assert.deepEqual([set.delivery.figures().delivered, set.delivery.figures().dropped], [3, 2]);
    });

    it("counts a write under way only if it never succeeds", async (t) => {
      const { sink } = destination(() => {
        throw new RetryLater("down", { afterMs: 1 });
      });
      const set = setUp(t, sink);
      await set.feed("a", "b");
      await until(() => set.delivery.figures().retries > 0);
      assert.equal(giveUp(set), 0);
      assert.equal(await set.delivery.drain(0), 2);
      assert.equal(set.delivery.figures().dropped, 0);
      await set.delivery.close();
      assert.equal(set.delivery.figures().dropped, 2);
      assert.equal(set.delivery.figures().lagRecords, 0);
    });

    it("counts those that wait in its memory", async (t) => {
      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const { sink, taken } = destination(() => held);
      const set = setUp(t, sink, { records: 1 });
      for (const message of ["a", "b", "c"]) await set.feed(message);
      assert.deepEqual([giveUp(set), giveUp(set)], [0, 1]);
      release();
      assert.equal(await set.delivery.drain(5000), 0);
      assert.deepEqual(taken, ["a", "c"]);
    });

    it("does not count blocks of sources it does not take, nor what it has", async (t) => {
      let mine = false;
      const { sink } = destination();
      const set = setUp(t, sink, { accepts: () => mine });
      await set.feed("a");
      assert.equal(await set.delivery.drain(1000), 0);
      assert.equal(set.delivery.giveUp({ seq: 1, config: 1, lines: 1, sinks: ["s"] }), 0);
      assert.equal(set.delivery.giveUp({ seq: 2, config: 1, lines: 1, sinks: ["s"] }), 0);
      mine = true;
      assert.equal(set.delivery.giveUp({ seq: 3, config: 1, lines: 4, sinks: ["s"] }), 4);
      assert.equal(set.delivery.figures().dropped, 4);
    });

    it("is done when all that was left is given up", async (t) => {
      let down = true;
      const { sink } = destination(() => {
        if (down) throw new RetryLater("down", { afterMs: 1 });
      });
      const set = setUp(t, sink);
      await set.feed("a");
      await until(() => set.delivery.figures().retries > 0);
      for (const message of ["b", "c"]) await set.feed(message);
      assert.deepEqual([giveUp(set), giveUp(set), giveUp(set)], [0, 1, 1]);
      down = false;
      set.delivery.nudge();
      assert.equal(await set.delivery.drain(5000), 0);
      assert.equal(set.delivery.idle, true);
    });
  });
});
