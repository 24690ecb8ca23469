import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { numberOf, PATIENCE } from "./log-live.ts";
import { rowsInSight } from "./log-window.ts";

/** The page of one log view, with what its reader does and sees there. */
export interface LogReader {
  readonly frame: Frame;
  query(): Promise<string>;
  /** Asks, and waits for the first that is found. */
  ask(query: string): Promise<void>;
  following(): Promise<boolean>;
  /** Goes to the newest lines, and follows them. */
  toEnd(): Promise<void>;
  /** Scrolls up from the newest lines by so many pixels (below 0), until the text of the lines there is shown. */
  scroll(by: number): Promise<void>;
  /** How many lines are found, and how many of them the view calls new, as both stand there at one moment. */
  told(): Promise<{ readonly found: number; readonly fresh: number }>;
  /** What stands there at one moment: how many lines are found, and the sum of the bars. */
  counted(): Promise<{ readonly found: number; readonly sum: number }>;
  /** That the bars add up to the count, at each of some moments at which more is found than at the one before. */
  addsUp(moments: number): Promise<void>;
  /** The rows in sight, as soon as they stay where they are, with their text. */
  atRest(): Promise<Awaited<ReturnType<typeof rowsInSight>>>;
  /** What must not change by itself while someone reads. */
  stands(): Promise<unknown>;
  addColumn(field: string): Promise<void>;
  /** What the rows whose text is there have in a column. */
  column(title: string): Promise<string[]>;
  /** Waits until more is found than now. */
  isLive(): Promise<void>;
}

export function logReader({ page }: Workbench, frame: Frame): LogReader {
  const list = frame.getByRole("grid", { name: "Log lines" });
  const box = frame.locator("input.query");
  const pill = frame.locator(".pill");
  const eventually = (what: string, fits: () => Promise<boolean>) => until(fits, { ...PATIENCE, what });
  const searchShown = async () => Number(await frame.locator(".state").getAttribute("data-search"));
  const reader: LogReader = {
    frame,
    query: () => box.inputValue(),
    async ask(query) {
      const before = await searchShown();
      await box.fill(query);
      await eventually(`what ${query} finds`, async () => (await searchShown()) > before);
    },
    following: () =>
      frame
        .locator('vscode-toolbar-button[icon="fold-down"]')
        .evaluate((one) => "checked" in one && one.checked === true),
    async toEnd() {
      await list.focus();
      await page.keyboard.press("End");
      await pill.waitFor({ state: "hidden", timeout: PATIENCE.timeout });
    },
    async scroll(by) {
      await list.hover();
      await page.mouse.wheel(0, by);
      await pill.waitFor(PATIENCE);
      let last: unknown;
      await eventually("the lines to come to rest, with their text", async () => {
        const before = last;
        const rows = await rowsInSight(frame);
        last = rows;
        return rows.every(({ busy }) => !busy) && isDeepStrictEqual(rows, before);
      });
    },
    async told() {
      const [state, fresh] = await frame.evaluate<[string, string]>(`[
        document.querySelector(".state").textContent,
        document.querySelector(".pill").checkVisibility() ? document.querySelector(".pill").textContent : "0",
      ]`);
      return { found: numberOf(/^[\d,]+ of /.exec(state)?.[0]), fresh: numberOf(fresh) };
    },
    async counted() {
      const [state, sum] = await frame.evaluate<[string, string]>(`[
        document.querySelector(".state").textContent,
        document.querySelector(".histogram").dataset.sum,
      ]`);
      return { found: numberOf(/^[\d,]+ of /.exec(state)?.[0]), sum: Number(sum) };
    },
    async addsUp(moments) {
      for (let i = 0, last = 0; i < moments; i++) {
        const now = async () => {
          const counted = await reader.counted();
          return counted.found > last ? counted : undefined;
        };
        const { found, sum } = await until(now, { ...PATIENCE, what: `more than ${last} to be found` });
        assert.equal(sum, found);
        last = found;
      }
    },
    atRest() {
      let last: unknown;
      const rested = async () => {
        const before = last;
        const [rows, state] = [await rowsInSight(frame), await frame.locator(".state").textContent()];
        last = rows;
        const still = rows.every(({ busy }) => !busy) && isDeepStrictEqual(rows, before);
        return still && !state?.includes("searching") ? rows : undefined;
      };
      return until(rested, { ...PATIENCE, what: "the lines to come to rest" });
    },
    stands: async () => ({
      query: await reader.query(),
      following: await reader.following(),
      rows: await rowsInSight(frame),
    }),
    async addColumn(field) {
      const column = frame.locator(`.options [data-column="field:${field}"]`);
      // Fields are offered as they were known when that was opened: of a log that was not read yet, none.
      await eventually(`the field ${field} to be offered`, async () => {
        if (await column.isVisible()) return true;
        await frame.locator('[data-act="options"]').click();
        return column.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      });
      await column.click(PATIENCE);
      await list.focus();
    },
    async column(title) {
      const at = (await frame.locator(".head .title").allTextContents()).indexOf(title);
      return frame
        .locator(".body .row:not([aria-busy])")
        .evaluateAll(
          (rows, at) => rows.map((row) => row.querySelectorAll("[role=gridcell]")[at]?.textContent ?? ""),
          at,
        );
    },
    async isLive() {
      const { found } = await reader.told();
      await eventually("more to be found", async () => (await reader.told()).found > found);
    },
  };
  return reader;
}
