import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row } from "../../src/protocol/log-view.ts";
import { createArrived } from "../../src/webview/log/arrived.ts";

const IN_SIGHT = 30;

function harness() {
  const rows = new Set<number>();
  const feed = { count: 0, row: (place: number) => (rows.has(place) ? ({} as Row) : undefined) };
  let time = 0;
  const arrived = createArrived(feed, () => time);
  return {
    told: (count: number) => {
      feed.count = count;
    },
    came: (from: number, until: number) => {
      for (let place = from; place < until; place++) rows.add(place);
    },
    gone: () => rows.clear(),
    passed: (ms: number) => {
      time += ms;
    },
    shown: () => arrived.count((count) => [count - IN_SIGHT, count]),
  };
}

describe("the newest rows that are followed", () => {
  it("stay as they are until those that came are there", () => {
    const { told, came, shown } = harness();
    told(100);
    assert.equal(shown(), 100);
    came(0, 100);
    assert.equal(shown(), 100);
    told(120);
    assert.equal(shown(), 100);
    came(100, 120);
    assert.equal(shown(), 120);
  });

  it("go on with what is there while more comes all the time", () => {
    const { told, came, shown, passed } = harness();
    told(100);
    came(0, 100);
    shown();
    for (let count = 120; count < 2_000; count += 20) {
      told(count);
      passed(1_000);
      came(count - 60, count - 20);
      assert.equal(shown(), count - 20);
    }
  });

  it("are moved on, with signs in their place, when they don't come", () => {
    const { told, came, shown, passed } = harness();
    told(100);
    came(0, 100);
    shown();
    told(120);
    shown();
    passed(2_900);
    assert.equal(shown(), 100);
    passed(200);
    assert.equal(shown(), 120);
  });

  it("are not waited for where nothing could be shown instead", () => {
    const { told, came, gone, shown } = harness();
    told(50);
    assert.equal(shown(), 50);
    told(60);
    assert.equal(shown(), 60);
    came(0, 60);
    shown();
    told(20);
    assert.equal(shown(), 20);
    gone();
    told(70);
    assert.equal(shown(), 70);
  });
});
