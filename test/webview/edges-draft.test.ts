import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createEdgesDraft } from "../../src/webview/edges-draft.ts";

const show = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const read = (text: string) => {
  const ms = Date.parse(`${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};
const at = (text: string) => Date.parse(`2026-03-04T${text}Z`);
const began = () => {
  const draft = createEdgesDraft(show, read);
  draft.told({ since: at("10:00:00.250"), until: at("12:00:00.750") });
  return draft;
};

describe("the bounds of a span that are written", () => {
  it("stay where the first would be after the second, until that is written too", () => {
    const draft = began();
    draft.write("since", "2026-03-04T13:00:00");
    assert.equal(draft.take(), "order");
    draft.write("since", "2026-03-04T12:00:00.750");
    assert.equal(draft.take(), "order", "it would be no time at all");
    draft.write("since", "2026-03-04T13:00:00");
    // As it is drawn, several times a second.
    draft.told({ since: at("10:00:00.250"), until: at("12:00:00.750") });
    assert.equal(draft.text("since"), "2026-03-04T13:00:00");
    assert.equal(draft.written("since"), true);
    draft.write("until", "2026-03-04T14:00:00");
    assert.deepEqual(draft.take(), { since: at("13:00:00"), until: at("14:00:00") });
    assert.equal(draft.written("since"), false);
  });

  it("stay where one of them is no time", () => {
    const draft = began();
    draft.write("until", "");
    assert.equal(draft.take(), "time");
    assert.equal(draft.text("until"), "");
    draft.write("until", "2026-03-04T12:00");
    // It is written as before, and so it is as before.
    assert.deepEqual(draft.take(), { since: at("10:00:00.250"), until: at("12:00:00.750") });
  });

  it("stay where there can be no such span, until it is another", () => {
    const draft = createEdgesDraft(show, read, ({ until }) =>
      until > at("13:00:00") ? "future" : undefined,
    );
    draft.told({ since: at("10:00:00"), until: at("12:00:00") });
    draft.write("until", "2026-03-04T14:00:00");
    assert.equal(draft.take(), "future");
    draft.told({ since: at("10:00:00"), until: at("12:00:00") });
    assert.equal(draft.text("until"), "2026-03-04T14:00:00");
    assert.equal(draft.written("until"), true);
    draft.write("until", "2026-03-04T12:30:00");
    assert.deepEqual(draft.take(), { since: at("10:00:00"), until: at("12:30:00") });
  });

  it("leave the other one exactly as it was", () => {
    const draft = began();
    draft.write("since", "2026-03-04T11:00:00");
    assert.deepEqual(draft.take(), { since: at("11:00:00"), until: at("12:00:00.750") });
  });

  it("give way to another span that is chosen elsewhere", () => {
    const draft = began();
    draft.write("since", "2026-03-04T13:00:00");
    draft.told({ since: at("08:00:00"), until: at("09:00:00") });
    assert.equal(draft.text("since"), "2026-03-04T08:00:00");
  });
});
