import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLead } from "../../src/webview/lead.ts";

type State = Parameters<ReturnType<typeof createLead>["draw"]>[0]["state"];

/** A page at second 1000, on the last 300 seconds, of which it has the figures; each is asked for a second after it was wanted. */
function page() {
  const told: string[] = [];
  let now = 1000;
  let failure: string | undefined;
  let state: State = { range: 300 };
  let window = { from: 700, until: 1000, at: 1000 };
  const lead = createLead(
    (along) => told.push(along),
    () => now,
  );
  const draw = () => lead.draw({ state, window, failure });
  draw();
  return {
    told,
    select: lead.select,
    show(next: State) {
      state = next;
      draw();
    },
    figures() {
      now += 1;
      const { from, until } = state.between ?? { from: now - state.range, until: now };
      window = { from, until, at: now };
      draw();
    },
    fail() {
      failure = "the engine is down";
      draw();
    },
  };
}

const between = { from: 800, until: 900 };

describe("the log view that goes along with the charts", () => {
  it("is told of what was selected once its figures are there", () => {
    const { told, select, show, figures } = page();
    select();
    show({ range: 300, between });
    assert.deepEqual(told, []);
    figures();
    figures();
    assert.deepEqual(told, ["selected"]);
  });

  it("is told of what is shown otherwise, as soon as that is: another time, another source", () => {
    const { told, show, figures } = page();
    show({ range: 300, between });
    figures();
    assert.deepEqual(told, ["moved"]);
    show({ range: 300, between, source: "api" });
    assert.deepEqual(told, ["moved", "moved"]);
    show({ range: 300, source: "api" });
    assert.equal(told.length, 2);
    figures();
    assert.deepEqual(told, ["moved", "moved", "moved"]);
  });

  it("is told nothing by a page that begins, or goes on", () => {
    const { told, show, figures } = page();
    figures();
    show({ range: 300 });
    assert.deepEqual(told, []);
  });

  it("is told of the same span when it is selected again, and of the last of several once", () => {
    const { told, select, show, figures } = page();
    select();
    show({ range: 300, between });
    show({ range: 300, between: { from: 850, until: 860 } });
    figures();
    assert.deepEqual(told, ["selected"]);
    select();
    show({ range: 300, between: { from: 850, until: 860 } });
    assert.deepEqual(told, ["selected", "selected"]);
  });

  it("is told also where the figures can't be had", () => {
    const { told, select, show, fail } = page();
    select();
    show({ range: 300, between });
    fail();
    assert.deepEqual(told, ["selected"]);
  });
});
