import assert from "node:assert/strict";
import { join } from "node:path";
import { it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { until } from "../../../helpers/until.ts";
import { useExports } from "./log-exports.ts";
import { type Generated, generateLog } from "./log-generator.ts";
import { chooseRange, type LiveSession, numberOf, PATIENCE, shownIn } from "./log-live.ts";
import { MERGED_LINES } from "./log-merged.ts";
import { logReader } from "./log-reader.ts";
import { rowsInSight } from "./log-window.ts";

/** Lines a second that are asked for, and that are to be reached at least: a slow machine has other things to do. */
const ASKED = 5_000;
const LEAST = 2_000;

export const RATE_SOURCES = {
  fast: { type: "file", paths: ["logs/fast.log"], parser: "json", from: "start" },
};

/** Notes when (ms) what screen readers read out by themselves has changed, and what it is then. */
const WATCH = `globalThis.told = [];
  new MutationObserver((changes) => {
    const live = "[role=status], [role=alert], [role=log], [aria-live]";
    const elementOf = (node) => node.nodeType === 1 ? node : node.parentElement;
    const said = new Set(changes.map(({ target }) => elementOf(target)?.closest(live)));
    for (const one of said)
      if (one?.checkVisibility()) told.push([performance.now(), one.className + ": " + one.textContent]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });`;
const TOLD = "told";

/** What people do with the log view while thousands of lines a second are written. */
export function useRate(session: () => LiveSession): void {
  let generated: Generated;
  const list = () => session().frame.getByRole("grid", { name: "Log lines" });
  const pill = () => session().frame.locator(".pill");
  const query = () => session().frame.locator("input.query");
  const chip = (name: string) => session().frame.locator(".chips .chip", { hasText: name });
  const press = (key: string) => session().workbench.page.keyboard.press(key);
  const shown = async () => (await shownIn(session().frame)).shown;
  /** Waits until so many lines more are found. */
  const grows = async (by: number) => {
    const from = await shown();
    await until(async () => (await shown()) > from + by, { ...PATIENCE, what: `${by} more lines` });
  };
  const view = () => logReader(session().workbench, session().frame);
  const written = () => generated.lines();

  it("shows one source of several while it is written fast, and says nothing unasked", async () => {
    const { frame, folder } = session();
    generated = generateLog(join(folder, "logs", "fast.log"), [], ASKED);
    await chip("fast").click(PATIENCE);
    await grows(ASKED);
    const only = async () => {
      const sources = await frame.locator(".body .row:not([aria-busy]) .source").allTextContents();
      return sources.length > 0 && sources.every((one) => one === "fast");
    };
    await until(only, { ...PATIENCE, what: "lines of that source alone" });
    // What is read out without being asked for would never end.
    await frame.evaluate(WATCH);
  });

  it("stays where one reads while they come, counts them, and goes on at the end", async (t) => {
    const { frame, workbench } = session();
    await view().toEnd();
    assert.equal(await view().following(), true);
    await view().scroll(-400);
    assert.equal(await view().following(), false);
    const before = await rowsInSight(frame);
    let rate = 0;
    const reached = async (): Promise<boolean> => {
      const [from, began] = [await shown(), performance.now()];
      const stayed = async (): Promise<boolean> => {
        assert.deepEqual(await rowsInSight(frame), before);
        return (await shown()) >= from + 2 * ASKED;
      };
      while (!(await stayed())) assert.ok(performance.now() < began + PATIENCE.timeout, "lines stopped");
      rate = ((await shown()) - from) / ((performance.now() - began) / 1000);
      return rate >= LEAST;
    };
    for (let i = 0; i < 10 && !(await reached()); i++);
    t.diagnostic(`${Math.round(rate)} lines a second were written, read and counted`);
    assert.ok(rate >= LEAST, `${rate} lines a second`);
    await view().toEnd();
    await grows(ASKED);
    assert.equal(await view().following(), true);
    await view().scroll(-400);
    await grows(1_000);
    await pill().click();
    await pill().waitFor({ state: "hidden", timeout: PATIENCE.timeout });
    await workbench.screenshot("log-rate-dark");
  });

  it("stays at the line that one goes up to by keys, and goes on by a key", async () => {
    const { frame } = session();
    const follows = async (wanted: boolean) =>
      until(async () => (await view().following()) === wanted, { ...PATIENCE, what: `following: ${wanted}` });
    await view().toEnd();
    await follows(true);
    await list().focus();
    await press("ArrowUp");
    await follows(false);
    await press("ArrowUp");
    const row = frame.locator(".body .row.active:not([aria-busy])");
    const line = await row.textContent(PATIENCE);
    const stood = await row.boundingBox();
    await grows(ASKED);
    assert.equal(await row.textContent(PATIENCE), line);
    assert.deepEqual(await row.boundingBox(), stood);
    assert.equal(await view().following(), false);
    await press("End");
    await follows(true);
    await grows(1_000);
    assert.equal(await view().following(), true);
  });

  it("counts what is asked for key by key while they come", async () => {
    await query().focus();
    await query().pressSequentially("status:404");
    const told = session().frame.locator(".body .row:not([aria-busy]) .level");
    const only = async () => {
      const levels = await told.allTextContents();
      return levels.length > 0 && levels.every((one) => one === "warn");
    };
    await until(only, { ...PATIENCE, what: "those lines alone" });
    await grows(20);
    await query().press("Control+a");
    await query().press("Backspace");
    await grows(ASKED);
  });

  it("shows a span of time that was typed, the last minutes, and all again", async () => {
    const { frame, counts } = session();
    const all = written();
    const timeOf = (line = "") => Date.parse(JSON.parse(line).time);
    const seconds = (at: number) => Math.floor(timeOf(all[at]) / 1000) * 1000;
    const [since, until_] = [seconds(Math.floor(all.length / 3)), seconds(Math.floor(all.length / 2))];
    const local = (time: number) =>
      new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    const within = all.map(timeOf).filter((time) => time >= since && time < until_).length;
    assert.ok(within > 0);
    await chooseRange(frame, "From … until …");
    const [from, end] = [frame.locator(".between input").first(), frame.locator(".between input").last()];
    await from.fill(local(since));
    await end.fill(local(until_));
    await end.press("Tab");
    await counts(`${within.toLocaleString("en")} of `);
    await until(() => written().length > all.length + ASKED, { ...PATIENCE, what: "more lines" });
    assert.equal(await shown(), within);
    await chooseRange(frame, "Last 5 min");
    await grows(ASKED);
    await chooseRange(frame, "All time");
    await grows(ASKED);
  });

  useExports(session, written);

  it("has counted all of them in the end", async () => {
    const { frame, counts } = session();
    await view().toEnd();
    await grows(100);
    const before = await shown();
    await view().scroll(-400);
    const stopped = await shown();
    await generated.stop();
    const all = written();
    const told = (count: number) => `${count.toLocaleString("en")} of `;
    await counts(told(all.length));
    let fresh = 0;
    const counted = async (): Promise<boolean> => {
      fresh = numberOf(await pill().textContent());
      return fresh >= all.length - stopped && fresh <= all.length - before;
    };
    await until(counted, { ...PATIENCE, what: () => `as many new ones as came: ${fresh} of ${all.length}` });
    // At the end one follows again.
    await list().hover();
    await session().workbench.page.mouse.wheel(0, 100_000_000);
    await pill().waitFor({ state: "hidden", timeout: PATIENCE.timeout });
    assert.equal(await view().following(), true);
    await query().fill("status:404");
    await counts(told(all.filter((line) => line.includes('"status":404,')).length));
    await query().fill("");
    await counts(told(all.length));
    // The other logs are an hour old.
    await chip("fast").click();
    await chooseRange(frame, "Last 15 min");
    await counts(told(all.length));
    await chooseRange(frame, "All time");
    const both = all.length + MERGED_LINES;
    await counts(`${both.toLocaleString("en")} of ${both.toLocaleString("en")} lines`);
  });

  it("has read out what was asked for, a few times a second at most", async () => {
    const { frame } = session();
    const told = await frame.evaluate<[at: number, text: string][]>(TOLD);
    // What one has just done, or typed, is answered at once.
    const unasked = told.filter(([, text]) => !/^(?:note|problem):/.test(text));
    for (const [at] of unasked) {
      const within = unasked.filter(([one]) => one >= at && one < at + 1_000);
      assert.ok(within.length <= 2, `within a second: ${within.join("; ")}`);
    }
    await list().focus();
    await press(" ");
    const heard = () => frame.locator("[role=status][aria-live]").textContent();
    await until(async () => isDeepStrictEqual(await heard(), "paused"), { ...PATIENCE, what: "paused" });
    await press(" ");
    await until(async () => isDeepStrictEqual(await heard(), "live"), { ...PATIENCE, what: "live" });
    const later = await frame.evaluate<unknown[]>(TOLD);
    assert.ok(later.length > told.length, "what is read out is noticed");
  });
}
