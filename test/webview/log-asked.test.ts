import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { askedFor, tellsTimes } from "../../src/webview/log/asked.ts";
import { EVERYTHING, INITIAL } from "../../src/webview/log/state.ts";

describe("what a log view searches for", () => {
  it("tells the time zone that is shown, by its name also where it is the machine's", () => {
    const { display } = INITIAL;
    const zone = (zone: string | undefined) =>
      askedFor({ ...INITIAL, display: { ...display, zone } }, 0, undefined).zone;
    assert.equal(zone("Asia/Tokyo"), "Asia/Tokyo");
    assert.equal(zone(undefined), new Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it("tells where, and when the view was paused and cleared", () => {
    const [cleared, paused] = [{ at: 5 }, { at: 9, mark: { segment: 1, files: [] } }];
    const asked = askedFor({ ...INITIAL, filter: { ...EVERYTHING, cleared }, index: "es" }, 0, paused);
    assert.deepEqual([asked.index, asked.after, asked.upTo], ["es", cleared, paused]);
    assert.equal("index" in askedFor(INITIAL, 0, undefined), false);
  });

  it("may be other lines in another time zone where its query names a time", () => {
    for (const query of ["time:>2026-11-22", "a AND (-time:[2026 TO 2027])", '"time":2026'])
      assert.equal(tellsTimes({ query }), true, query);
    for (const query of ["", "time", "uptime:3", "took:3"]) assert.equal(tellsTimes({ query }), false, query);
  });
});
