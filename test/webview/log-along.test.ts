import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogTarget } from "../../src/protocol/log-view.ts";
import { takenAlong } from "../../src/webview/log/along.ts";
import { EVERYTHING, INITIAL, type LogState, type Range, readState } from "../../src/webview/log/state.ts";
import { fullLog, openedFor, stepTo, wayBack, zoom } from "../../src/webview/log/steps.ts";

const NOW = 1_000_000;
const LIVE: Range = { kind: "last", seconds: 300 };
const between = (since: number, until: number): Range => ({ kind: "between", since, until });
const KEPT: LogState["kept"] = { key: [150, 0, 1, 1], y: -7 };

const target = (range: Range, along: "selected" | "moved" | undefined, source?: string): LogTarget => ({
  ...(range.kind !== "all" && { range }),
  ...(source !== undefined && { source }),
  charts: { ...(source !== undefined && { source }), ...(along && { along }) },
});
const after = (state: LogState, changes: Partial<LogState> | undefined): LogState => ({
  ...state,
  ...changes,
});
const open = (range: Range, source?: string): LogState =>
  after(INITIAL, openedFor(INITIAL, target(range, undefined, source)));
const select = (state: LogState, range: Range, source?: string, kept?: LogState["kept"]): LogState =>
  after(state, takenAlong(state, target(range, "selected", source), kept, NOW));
const move = (state: LogState, range: Range, source?: string, kept?: LogState["kept"]): LogState =>
  after(state, takenAlong(state, target(range, "moved", source), kept, NOW));
/** Asks for something in the view itself. */
const ask = (state: LogState, changes: Partial<LogState["filter"]>): LogState =>
  after(state, stepTo(state, { ...state.filter, ...changes }, true));

describe("a log view that the dashboard opened", () => {
  it("is taken to a span that is selected, with its query, levels and sources, and zooms out of it", () => {
    const narrowed = ask(open(LIVE), { query: "timeout", levels: ["error"], sources: ["api", "web"] });
    const taken = select(narrowed, between(100, 200));
    assert.deepEqual(taken.filter, { ...narrowed.filter, range: between(100, 200) });
    assert.equal(taken.back, undefined, "it shows what it was given, and so leads back to it by zooming out");
    assert.deepEqual(after(taken, zoom(taken, undefined)).filter, narrowed.filter);
  });

  it("goes along with every change of the time that the charts show", () => {
    const taken = select(open(LIVE), between(100, 200));
    const wider = move(taken, between(0, 300));
    assert.deepEqual(wider.filter.range, between(0, 300));
    const live = move(wider, LIVE);
    assert.deepEqual([live.filter.range, live.back], [LIVE, undefined]);
    assert.equal(zoom(live, undefined), undefined);
  });

  it("shows the source alone that is chosen for the charts, and otherwise those that were chosen in it", () => {
    const api = move(open(LIVE), LIVE, "api");
    assert.deepEqual(api.filter.sources, ["api"]);
    assert.deepEqual(move(api, between(1, 2), "api").filter.sources, ["api"]);
    assert.equal(move(api, LIVE).filter.sources, undefined);
    // A line of a chart was clicked: of one source, while the charts show all.
    const clicked = after(INITIAL, openedFor(INITIAL, { ...target(LIVE, undefined), source: "web" }));
    assert.deepEqual(select(clicked, between(1, 2)).filter.sources, ["web"]);
    assert.deepEqual(select(clicked, between(1, 2), "api").filter.sources, ["api"]);
  });

  it("stays where its reader went by himself, until a span is selected: then it leads back there", () => {
    const own = ask(open(LIVE), { range: between(1, 2) });
    assert.equal(takenAlong(own, target(between(0, 9), "moved"), undefined, NOW), undefined);
    const taken = select(own, between(100, 200));
    assert.deepEqual(taken.filter.range, between(100, 200));
    const back = after(taken, wayBack(taken));
    assert.deepEqual([back.filter, back.back], [own.filter, undefined]);
    // Once more where it was given, it goes along again.
    const again = ask(back, { range: between(100, 200) });
    assert.deepEqual(move(again, LIVE).filter.range, LIVE);
  });

  it("is paused as long as it is left alone, shows what is selected, and is paused where it was when one goes back", () => {
    const paused: LogState = { ...open(LIVE), paused: { at: 500 }, counted: { seconds: 300, at: 400 } };
    assert.equal(takenAlong(paused, target(between(0, 9), "moved"), KEPT, NOW), undefined);
    const taken = select(paused, between(600, 700), undefined, KEPT);
    assert.deepEqual([taken.paused, taken.counted], [undefined, undefined]);
    const back = after(taken, wayBack(taken));
    assert.deepEqual([back.paused, back.counted, back.kept], [{ at: 500 }, paused.counted, KEPT]);
    assert.deepEqual(back.filter, paused.filter);
  });

  it("goes from the full log to what is selected of its search, and back to the full log and that search", () => {
    const errors = ask(open(LIVE), { levels: ["error"] });
    const full = after(errors, fullLog(errors, [1, 2, 3, 4], errors.filter.query));
    assert.equal(takenAlong(full, target(between(0, 9), "moved"), undefined, NOW), undefined);
    const taken = select(full, between(100, 200), undefined, KEPT);
    assert.deepEqual(taken.filter, { ...errors.filter, range: between(100, 200) });
    const back = after(taken, wayBack(taken));
    assert.deepEqual([back.filter, back.back, back.kept], [EVERYTHING, full.back, KEPT]);
    assert.deepEqual(after(back, wayBack(back)).filter, errors.filter);
    // A line of what was selected is shown in the full log as any other.
    const again = after(taken, fullLog(taken, [5, 6, 7, 8], taken.filter.query));
    assert.deepEqual(again.filter, EVERYTHING);
    assert.deepEqual(after(again, wayBack(again)), { ...taken, zoomed: taken.zoomed });
  });

  it("leads back to the line that was read where the time that comes has it no more, and only there", () => {
    const reading = open(between(100, 200));
    assert.equal(select(reading, between(140, 160), undefined, KEPT).back, undefined);
    assert.equal(move(reading, between(0, 300), undefined, KEPT).back, undefined);
    const gone = select(reading, between(151, 200), undefined, KEPT);
    assert.deepEqual(after(gone, wayBack(gone)).kept, KEPT);
    assert.deepEqual(move(reading, LIVE, undefined, KEPT).back?.filter, reading.filter);
  });

  it("shows what is selected of what was cleared from it, and leads back", () => {
    const cleared = ask(open(LIVE), { cleared: { at: 500 } });
    assert.equal(move(cleared, between(100, 200)).filter.cleared?.at, 500);
    const taken = select(cleared, between(100, 200));
    assert.equal(taken.filter.cleared, undefined);
    assert.deepEqual(after(taken, wayBack(taken)).filter, cleared.filter);
  });

  it("remembers ten places to go back to, and all of it over a reload", () => {
    let state = open(LIVE);
    for (let i = 0; i < 20; i++) state = select({ ...state, paused: { at: i } }, between(i, i + 1));
    const kept = readState(JSON.parse(JSON.stringify(state)));
    assert.deepEqual(kept, state);
    const paused: unknown[] = [];
    for (let at = kept; at.back; at = after(at, wayBack(at))) paused.push(after(at, wayBack(at)).paused?.at);
    assert.deepEqual(paused, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  });
});

describe("a log view that was not opened by the dashboard", () => {
  it("is left alone", () => {
    for (const along of ["selected", "moved"] as const)
      assert.equal(takenAlong(INITIAL, target(between(1, 2), along), undefined, NOW), undefined);
    const other = after(open(LIVE), openedFor(open(LIVE), { source: "api" }));
    assert.equal(takenAlong(other, target(between(1, 2), "selected"), undefined, NOW), undefined);
  });
});
