import assert from "node:assert/strict";
import { it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { chooseOption } from "./log-live.ts";

interface Session {
  readonly frame: Frame;
  readonly workbench: Workbench;
  /** Waits until the view says how many lines it shows, of how many. */
  readonly counts: (text: string | RegExp) => Promise<void>;
  /** So many lines there are, as the view writes it. */
  readonly all: string;
  /** Appends so many lines to the log. */
  readonly write: (count: number) => void;
}

const PATIENCE = { timeout: 60_000, every: 100 };
const numberOf = (text: string | null) => Number((text ?? "").replaceAll(/\D/g, ""));

/** What people do with the histogram of the log view, in a session with lines of several levels and statuses. */
export function useHistogram(session: () => Session): void {
  const histogram = () => session().frame.locator(".histogram");
  const stage = () => histogram().getByRole("slider", { name: "Hits over time" });
  const over = () => histogram().locator(".u-over");
  /** Where the bars are: while they are drawn anew for another range there are none. */
  const place = () => until(() => over().boundingBox(), { timeout: 60_000, what: "the bars" });
  const out = () => histogram().locator('[icon="zoom-out"]');
  const hits = async () => numberOf(/^[\d,]+/.exec((await stateText()) ?? "")?.[0] ?? "");
  const stateText = () => session().frame.locator(".state").textContent();
  const sum = async () => Number(await histogram().getAttribute("data-sum"));
  const range = "document.querySelector('.range vscode-single-select').value";
  const rangeIs = (kind: string) =>
    until(async () => (await session().frame.evaluate(range)) === kind, {
      ...PATIENCE,
      what: `range ${kind}`,
    });
  /** Waits until the bars add up to what is said to be shown, and that is other than before. */
  const settles = (before: number) =>
    until(
      async () => {
        const [text, shown, drawn] = [(await stateText()) ?? "", await hits(), await sum()];
        // What is found so far adds up, too.
        const over = !text.includes("searching");
        return over && shown === drawn && shown !== before ? { shown } : undefined;
      },
      { ...PATIENCE, what: "the bars to add up to the count" },
    );
  const text = async () => (await stage().getAttribute("aria-valuetext")) ?? "";
  const tells = (wanted: RegExp) =>
    until(async () => wanted.test(await text()), { ...PATIENCE, what: `${wanted} to be told` });
  const name = (label: string) => histogram().locator(".legend button", { hasText: label });

  it("tells the same in its table as by its bars, by level and by status", async () => {
    const { all } = session();
    await histogram().locator('[icon="table"]').click();
    const totals = async () => {
      const labels = await histogram().locator("thead th").allTextContents();
      const cells = await histogram().locator(".total td").all();
      const values = await Promise.all(cells.map((cell) => cell.getAttribute("data-value")));
      return Object.fromEntries(values.map((value, i) => [labels[i + 1] ?? "", Number(value)]));
    };
    const numbers = histogram().locator(".numbers");
    await numbers.waitFor(PATIENCE);
    const levels = { info: 3636, warn: 303, error: 101 };
    await until(async () => isDeepStrictEqual(await totals(), levels), {
      ...PATIENCE,
      what: () => `${JSON.stringify(levels)} in the table`,
    });
    await session().workbench.pictures("log-histogram-table");
    const column = histogram().locator("tbody:not(.total) td:nth-child(2)");
    const info = (await column.allTextContents()).reduce((all, text) => all + numberOf(text), 0);
    assert.equal(info, 3636, "each row is counted once");
    await chooseOption(histogram().locator("vscode-single-select"), "by status");
    await until(async () => (await totals())["2xx"] === 3636, { ...PATIENCE, what: "the statuses" });
    assert.deepEqual(await totals(), { "2xx": 3636, "4xx": 303, "5xx": 101 });
    assert.equal(await sum(), numberOf(all));
    await histogram().locator('[icon="table"]').click();
    await stage().waitFor(PATIENCE);
  });

  it("shows one class alone by its name, also by keys, and all again by the same", async () => {
    const { frame, counts, all, workbench } = session();
    await name("5xx").focus();
    await workbench.page.keyboard.press("Enter");
    await counts(`101 of ${all} lines`);
    assert.equal(await frame.locator("input.query").inputValue(), "status:[500 TO 599]");
    assert.equal(await name("5xx").getAttribute("aria-pressed"), "true");
    await name("5xx").click();
    await counts(`${all} of ${all} lines`);
    await chooseOption(histogram().locator("vscode-single-select"), "by level");
    await name("warn").click();
    await counts(`303 of ${all} lines`);
    await frame.locator(".chip[aria-pressed=true]", { hasText: "warn" }).waitFor(PATIENCE);
    await name("warn").click();
    await counts(`${all} of ${all} lines`);
  });

  it("shows the class alone whose part of a bar was clicked", async () => {
    const { counts, all } = session();
    const box = await place();
    // Of ten lines nine are of this level: the foot of each bar.
    await over().click({ position: { x: box.width / 2, y: box.height - 3 } });
    await counts(`3,636 of ${all} lines`);
    await over().click({ position: { x: box.width / 2, y: box.height - 3 } });
    await counts(`${all} of ${all} lines`);
  });

  it("shows the span that was drawn on it, and what it shows adds up to the count", async () => {
    const { workbench, all, counts } = session();
    const before = await hits();
    const box = await place();
    const [y, left, right] = [box.y + box.height / 2, box.x + box.width * 0.25, box.x + box.width * 0.75];
    await workbench.page.mouse.move(left, y);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move((left + right) / 2, y);
    await workbench.page.mouse.move(right, y);
    await workbench.page.mouse.up();
    await rangeIs("between");
    const { shown } = await settles(before);
    assert.ok(shown > before * 0.3 && shown < before * 0.7, `${shown} of ${before} are about half`);
    assert.equal(await name("info").getAttribute("aria-pressed"), "false", "a drag is no click");
    await out().click();
    await rangeIs("all");
    await counts(`${all} of ${all} lines`);
    assert.equal(await out().isVisible(), false);
  });

  it("shows what was marked by keys, each step told, and zooms out by a key and by a double click", async () => {
    const { workbench, all, counts } = session();
    const { keyboard } = workbench.page;
    const before = await hits();
    await stage().focus();
    await keyboard.press("Home");
    // The first line may be alone in its step, and is an error.
    await tells(/^\d{4}-\d\d-\d\d [\d:.]+ \+ .+: (?:info|error) \d+/);
    for (let i = 0; i < 5; i++) await keyboard.press("Shift+ArrowRight");
    await keyboard.press("Shift+PageDown");
    await until(async () => (await stage().getAttribute("aria-valuenow")) === "15", {
      ...PATIENCE,
      what: "fifteen steps to be marked",
    });
    await keyboard.press("Enter");
    await rangeIs("between");
    const { shown } = await settles(before);
    assert.ok(shown < before / 3, `${shown} of ${before} are of the first steps`);
    await stage().focus();
    await keyboard.press("-");
    await rangeIs("all");
    await counts(`${all} of ${all} lines`);
    await keyboard.press("Home");
    await keyboard.press("Enter");
    await rangeIs("between");
    const box = await place();
    await over().dblclick({ position: { x: box.width / 2, y: box.height - 3 } });
    await rangeIs("all");
    await counts(`${all} of ${all} lines`);
  });

  it("shows what was drawn or marked while lines come, and still adds up to the count", async () => {
    const { workbench, write, counts } = session();
    const { mouse, keyboard } = workbench.page;
    const before = await hits();
    let written = 0;
    const more = async (what: string) => {
      const start = written;
      await until(() => written >= start + 60, { ...PATIENCE, what: `more lines ${what}` });
    };
    /** A span of the past: what comes meanwhile is not in it, and the bars still add up to the count. */
    const holds = async (what: string) => {
      await rangeIs("between");
      const shown = await until(
        async () => {
          const text = (await stateText()) ?? "";
          const [count, drawn] = [await hits(), await sum()];
          return !text.includes("searching") && count === drawn && count < before ? count : undefined;
        },
        { ...PATIENCE, what: `the lines that are ${what}` },
      );
      await more(what);
      assert.deepEqual([await hits(), await sum()], [shown, shown], what);
      return shown;
    };
    const writer = setInterval(() => {
      write(5);
      written += 5;
    }, 100);
    try {
      await more("before anything is drawn");
      const box = await place();
      const [y, left, right] = [box.y + box.height / 2, box.x + box.width * 0.2, box.x + box.width * 0.6];
      await mouse.move(left, y);
      await mouse.down();
      await mouse.move((left + right) / 2, y);
      await more("while the button is down");
      await mouse.move(right, y);
      await mouse.up();
      const drawn = await holds("drawn");
      assert.ok(drawn > before * 0.2, `${drawn} of ${before} are what was drawn`);
      await out().click();
      await rangeIs("all");
      // While older lines are still being searched the first step is not the first of all.
      await until(
        async () => {
          const [text, shown, bars] = [(await stateText()) ?? "", await hits(), await sum()];
          return !text.includes("searching") && shown === bars && shown > before;
        },
        { ...PATIENCE, what: "all lines and their bars" },
      );
      await stage().focus();
      await keyboard.press("Home");
      for (let i = 0; i < 10; i++) await keyboard.press("Shift+ArrowRight");
      await more("while steps are marked");
      assert.equal(await stage().getAttribute("aria-valuenow"), "10", "the mark stays where it is");
      await keyboard.press("Enter");
      await holds("marked");
      await stage().focus();
      await keyboard.press("-");
      await rangeIs("all");
    } finally {
      clearInterval(writer);
    }
    await counts(`${(before + written).toLocaleString("en")} of `);
    await until(async () => (await hits()) === (await sum()), { ...PATIENCE, what: "the bars of all lines" });
    assert.equal(await hits(), before + written, "and what came is there");
  });

  it("says nothing by itself while one is at it and lines come, and how it stands once one is gone", async () => {
    const { frame, workbench, write } = session();
    const { keyboard } = workbench.page;
    // Where the mouse is moves the cursor, too; where it was must not.
    await stage().hover();
    await frame.locator(".state").hover();
    /** The bars show more than they did twice, each time after others had come. */
    const more = async () => {
      for (let i = 0; i < 2; i++) {
        const before = await sum();
        await until(async () => (await sum()) > before, { ...PATIENCE, what: "more in the bars" });
      }
    };
    const writer = setInterval(() => write(5), 100);
    try {
      await frame.locator("input.query").focus();
      const first = await text();
      await until(async () => (await text()) !== first, { ...PATIENCE, what: "the whole to be told anew" });
      await stage().focus();
      await tells(/^[\d,]+ hits: info /);
      const whole = await text();
      await more();
      assert.equal(await text(), whole);
      await keyboard.press("End");
      await tells(/^\d{4}-\d\d-\d\d [\d:.]+ \+ /);
      const step = await text();
      // Bars come behind it, so that all of them move.
      const [, begin = "", seconds = ""] = /^(\S+ \S+) \+ (\d+)s: /.exec(step) ?? [];
      const over = new Date(begin.replace(" ", "T")).getTime() + (Number(seconds) + 1) * 1000;
      await until(() => Date.now() > over, { ...PATIENCE, what: `the end of ${step}` });
      await more();
      assert.equal(await text(), step);
      await keyboard.press("Home");
      await until(async () => (await text()) !== step, { ...PATIENCE, what: "the first step to be told" });
      await keyboard.press("Escape");
      await tells(/^[\d,]+ hits: info /);
      const later = await text();
      assert.ok(numberOf(later.split(" ")[0] ?? "") > numberOf(whole.split(" ")[0] ?? ""), later);
      await frame.locator("input.query").focus();
      await until(async () => (await text()) !== later, {
        ...PATIENCE,
        what: "the whole after one has gone",
      });
    } finally {
      clearInterval(writer);
    }
  });
}
