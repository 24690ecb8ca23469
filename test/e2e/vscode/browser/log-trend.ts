import assert from "node:assert/strict";
import { it } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";

interface Session {
  readonly frame: Frame;
  readonly workbench: Workbench;
  /** Waits until the view says how many lines it shows, of how many. */
  readonly counts: (text: string | RegExp) => Promise<void>;
  /** Times (ms) and values of the field `took` of all lines. */
  readonly took: readonly { readonly time: number; readonly value: number }[];
  /** The field in the pane of fields, unfolded, and its row that shows it over time. */
  readonly row: Locator;
}

const PATIENCE = { timeout: 60_000, every: 100 };
const QUANTILES = [0.5, 0.9, 0.95, 0.99, 1];

/** Numbers of a text like "p50 1,000, p90 0.5": those that stand behind the names. */
const numbersOf = (text: string): number[] =>
  [...text.matchAll(/(?:p\d\d|max) ([\d.,]+?)(?:, |$)/g)].map(([, number = ""]) =>
    Number(number.replaceAll(",", "")),
  );

/** The chart of a field's numbers over time, in a session whose log has the field `took`. */
export function useTrend(session: () => Session): void {
  const section = () => session().frame.locator(".trend");
  const stage = () => section().getByRole("slider", { name: "took over time" });
  const words = async () => (await stage().getAttribute("aria-valuetext")) ?? "";
  let seen = "";
  const tells = (values: readonly number[]) =>
    until(
      async () => {
        seen = await words();
        return near(numbersOf(seen), values);
      },
      { ...PATIENCE, what: () => `${exactly(values).join()} instead of ${seen}` },
    );

  it("shows any number over time: p50, p90, p95, p99 and max of each step, as sorting all of them gives", async () => {
    const { row, took, workbench } = session();
    await row.click();
    await tells(took.map(({ value }) => value));
    await stage().focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight", "PageDown"]) {
      const before = await words();
      await workbench.page.keyboard.press(key);
      await until(async () => (await words()) !== before, { ...PATIENCE, what: `another step by ${key}` });
      const text = await words();
      const [, from = "", seconds = ""] = /^(.{19,23}) \+ (\d+)s: /.exec(text) ?? [];
      const begin = new Date(from.replace(" ", "T")).getTime();
      const within = took.filter(({ time }) => time >= begin && time < begin + Number(seconds) * 1000);
      // The log may begin at the very end of the first step.
      assert.ok(within.length > 0, text);
      assert.ok(
        near(
          numbersOf(text),
          within.map(({ value }) => value),
        ),
        `${text} of ${within.length}`,
      );
    }
    await workbench.page.keyboard.press("Escape");
    assert.equal(await row.getAttribute("data-role"), "included");
  });

  it("looks right in every theme, as lines and as a table", async () => {
    const { workbench } = session();
    await workbench.pictures("log-trend");
    const table = section().locator(".numbers table");
    await section().locator('[icon="table"]').click();
    await table.waitFor(PATIENCE);
    assert.deepEqual(await table.locator("thead th").allTextContents(), [
      "From",
      "p50",
      "p90",
      "p95",
      "p99",
      "max",
    ]);
    assert.equal(await table.locator(".total td").last().getAttribute("data-value"), "1000");
    await workbench.pictures("log-trend-table");
    await section().locator('[icon="table"]').click();
  });

  it("is of what is searched for: its names take what is above into the query, and what comes is in it", async () => {
    const { frame, counts, took } = session();
    await section().locator(".legend button", { hasText: "p99" }).click();
    const query = frame.locator("input.query");
    await until(async () => /^took:>=9[89]\d$/.test(await query.inputValue()), { ...PATIENCE, what: "p99" });
    const least = Number(/\d+$/.exec(await query.inputValue())?.[0]);
    await tells(took.map(({ value }) => value).filter((value) => value >= least));
    await query.fill("level:error");
    const errors = took.filter((_, number) => number % 40 === 0).map(({ value }) => value);
    await counts(/^101 of/);
    await tells(errors);
    await query.fill("took:nothing");
    await frame.locator(".trend .nothing", { hasText: "No hit has a number in took." }).waitFor(PATIENCE);
    await query.fill("");
    await tells(took.map(({ value }) => value));
    await section().locator('[icon="close"]').click();
    await until(async () => !(await section().isVisible()), { ...PATIENCE, what: "the chart to be closed" });
  });
}

function exactly(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return QUANTILES.map((q) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN);
}

/** Within 1 %, and the half digit that is cut off where there are more than three. */
function near(told: readonly number[], values: readonly number[]): boolean {
  const exact = exactly(values);
  return (
    told.length === exact.length &&
    told.every((value, i) => Math.abs(value - (exact[i] ?? Number.NaN)) <= (exact[i] ?? 0) * 0.015)
  );
}
