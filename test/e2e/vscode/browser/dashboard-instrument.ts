import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { it } from "node:test";
import type { Frame } from "playwright-core";
import type { Series } from "../../../../src/protocol/engine.ts";
import { readSeries } from "../../../../src/store/series-reader.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { type Dashboard, drawSpan, shownDashboard, type Totals } from "./dashboard.ts";
import { PATIENCE } from "./log-live.ts";

interface Session {
  readonly folder: string;
  readonly workbench: Workbench;
  readonly dashboard: Dashboard;
}

/** What people do with the charts, in the session of the dashboard's looks: logs that go on, and their past. */
export function useInstrument(session: () => Session): void {
  /** The span of the past that is shown, as the page keeps it, in seconds since the epoch. */
  const span = async (): Promise<{ from: number; until: number } | undefined> => {
    const inputs = session().dashboard.frame.locator(".between input");
    if (!(await inputs.first().isVisible())) return undefined;
    const [from, end] = await Promise.all([inputs.nth(0).inputValue(), inputs.nth(1).inputValue()]);
    return { from: Date.parse(from) / 1000, until: Date.parse(end) / 1000 };
  };
  const spanShown = (what: string) => until(span, { ...PATIENCE, what });
  const recorded = (from: number, to: number): Series =>
    readSeries(join(session().folder, ".data"), { from, to, points: 600 });
  const linesIn = (series: Series): Totals =>
    Object.fromEntries(Object.entries(series.sources).map(([id, { lines }]) => [id, sumOf(lines)]));

  it("show on all charts the span that was drawn on one, with the figures of that span and no other", async () => {
    const { dashboard, workbench } = session();
    const { frame } = dashboard;
    await dashboard.range("15 min");
    await frame.evaluate("scrollTo(0, 0)");
    await drawSpan(workbench, dashboard, "lines", [0.25, 0.5]);
    const { from, until: end } = await spanShown("the span");
    assert.ok(Math.abs(end - from - 225) < 20, `${end - from} s are a quarter of 15 min`);
    const series = recorded(from, end);
    await dashboard.expectTotals("lines", linesIn(series));
    await dashboard.expectTotals(
      "bytes",
      Object.fromEntries(Object.entries(series.sources).map(([id, { bytes }]) => [id, sumOf(bytes)])),
    );
    const heat = Object.values(await dashboard.totals("heat"));
    const values = series.sources.access?.durations.request_time?.overall.count ?? 0;
    assert.ok(values > 1000);
    assert.equal(
      heat.reduce((sum, count) => sum + count, 0),
      values,
      "every value is in one cell",
    );
    const { error, fatal = 0 } = await dashboard.totals("levels");
    assert.equal((await dashboard.totals("trouble"))["error lines"], (error ?? 0) + fatal);
    for (const id of ["lines", "bytes", "heat", "levels", "trouble"]) {
      await dashboard.card(id).locator(".toggle").click();
    }
  });

  it("say what is wrong with bounds that are written, and keep them", async () => {
    const { frame } = session().dashboard;
    const from = frame.locator(".between input").first();
    const told = (text: string) =>
      until(async () => (await frame.locator(".between .fault").textContent()) === text, {
        ...PATIENCE,
        what: `"${text}" to be said of the bounds`,
      });
    const shown = await spanShown("the span");
    const before = await from.inputValue();
    for (const [text, wrong] of [
      ["2126-01-01T00:00:01", "This is in the future"],
      ["2020-01-01T00:00:01", "This is longer than 30 days"],
    ] as const) {
      await from.fill(text);
      await from.blur();
      await told(wrong);
      assert.equal(await from.getAttribute("aria-invalid"), "true");
      assert.equal(await from.inputValue(), text);
    }
    await from.fill(before);
    await from.blur();
    await told("");
    assert.equal(await from.getAttribute("aria-invalid"), "false");
    assert.deepEqual(await span(), shown);
  });

  it("are chosen, widened and left by keyboard, each step told", async () => {
    const { dashboard, workbench } = session();
    const { frame } = dashboard;
    const { keyboard } = workbench.page;
    const first = await spanShown("the span");
    const stage = dashboard.card("heat").getByRole("slider", { name: /^Heat map, / });
    const told = (name: string) => stage.getAttribute(`aria-${name}`).then((value) => value ?? "");
    const tells = (text: RegExp) =>
      until(async () => text.test(await told("valuetext")), { ...PATIENCE, what: `${text} to be told` });
    await stage.focus();
    await tells(/ values; most of them, /);
    await keyboard.press("Home");
    await keyboard.press("ArrowUp");
    await tells(/: \d+ of \d+ are /);
    assert.equal(await told("valuenow"), await told("valuemin"), "at the first step");
    assert.ok(Number(await told("valuemax")) > Number(await told("valuenow")));
    for (let i = 0; i < 10; i++) await keyboard.press("Shift+ArrowRight");
    await keyboard.press("Enter");
    const next = await until(
      async () => {
        const now = await span();
        return now && now.until !== first.until ? now : undefined;
      },
      { ...PATIENCE, what: "the steps marked to be shown" },
    );
    assert.ok(next.from >= first.from - 4 && next.until < first.until, JSON.stringify([first, next]));
    await keyboard.press("-");
    await until(
      async () => ((await span())?.until ?? 0) - ((await span())?.from ?? 0) > next.until - next.from,
      {
        ...PATIENCE,
        what: "a wider span",
      },
    );
    await frame.getByRole("button", { name: "Live", exact: true }).click();
    assert.equal(await frame.locator(".ranges input:checked").getAttribute("value"), "900");
    assert.equal(await span(), undefined);
  });

  it("tell how they stand as they are come to, and nothing by themselves while one is there", async () => {
    const { card } = session().dashboard;
    const value = async (id: string) =>
      (await card(id).locator(".stage").getAttribute("aria-valuetext")) ?? "";
    const changes = async () => {
      const before = await value("levels");
      await until(async () => (await value("levels")) !== before, {
        ...PATIENCE,
        what: "what another chart tells to change",
      });
    };
    await card("lines").locator(".stage").focus();
    await changes();
    const told = await value("lines");
    assert.match(told, /now .+, highest .+ at /);
    await changes();
    assert.equal(await value("lines"), told);
    await session().workbench.page.keyboard.press("Home");
    assert.doesNotMatch(await value("lines"), /highest/);
    await card("levels").locator(".stage").focus();
    await until(async () => /highest/.test(await value("lines")), {
      ...PATIENCE,
      what: "the whole again",
    });
  });

  it("open the lines behind them in the log view: of the time shown, and of what was clicked", async () => {
    const { dashboard, workbench } = session();
    await dashboard.frame.evaluate("scrollTo(0, 0)");
    const level = dashboard.card("levels").getByRole("button", { name: /lines of warn/ });
    await level.click();
    const log = await workbench.webview("input.query", 60_000);
    const pressed = () => log.locator(".chips .chip[aria-pressed=true]").allTextContents();
    await until(async () => (await pressed()).some((chip) => chip.startsWith("warn")), {
      ...PATIENCE,
      what: "the level to be chosen",
    });
    const chips = await log
      .getByRole("group", { name: "Levels" })
      .locator(".chip[aria-pressed=true]")
      .count();
    assert.equal(chips, 1, "no other level");
    const range = "document.querySelector('.range vscode-single-select').value";
    assert.equal(await log.evaluate(range), "900");
    await workbench.page.locator(".tab", { hasText: "Log Monitor" }).click();
    const again = await shownDashboard(workbench);
    await again
      .card("statuses")
      .getByRole("button", { name: /lines of 4xx/ })
      .click();
    // The page of before may not be gone yet.
    const query = async () =>
      (await workbench.webview("input.query", 60_000)).locator("input.query").inputValue({ timeout: 1_000 });
    await until(async () => (await query()) === "status:[400 TO 499]", {
      ...PATIENCE,
      what: "the query",
    });
    assert.equal(await workbench.page.locator(".tab").count(), 2, "in the view that was opened before");
    await workbench.command("View: Close Editor");
    await shownDashboard(workbench);
  });

  it("stand above the values that the lines of that time have most often, which open them", async () => {
    const { workbench } = session();
    const dashboard = await shownDashboard(workbench);
    await dashboard.range("5 min");
    const values = dashboard.frame.locator(".values");
    await values.scrollIntoViewIfNeeded();
    const list = values
      .locator("table")
      .filter({ has: dashboard.frame.locator("caption", { hasText: /^status/ }) });
    await until(
      async () => {
        const note = (await values.locator(".note").textContent()) ?? "";
        return /^of all [\d,]+ lines$/.test(note) && (await list.count()) === 1;
      },
      { ...PATIENCE, what: "the statuses to be counted" },
    );
    const counts = await list.locator("tbody td:nth-child(2)").all();
    const sizes = await Promise.all(counts.map(async (cell) => (await cell.boundingBox())?.width ?? 0));
    assert.ok(counts.length > 2 && sizes.every((width) => width > 40), `counts are ${sizes} wide`);
    await workbench.screenshot("dashboard-values");
    await keepsFocus(dashboard.frame);
    assert.deepEqual(await dashboard.frame.evaluate(UNCOUNTED), [
      ["The values can't be counted: no room", true],
      ["", false],
    ]);
    await list.getByRole("button", { name: "status: 404" }).click();
    const log = await workbench.webview("input.query", 60_000);
    const query = () => log.locator("input.query").inputValue();
    await until(async () => (await query()) === "status:404", { ...PATIENCE, what: "the query" });
    const hits = async () =>
      Number(/^[\d,]+/.exec((await log.locator(".state").textContent()) ?? "")?.[0] ?? 0);
    await until(async () => (await hits()) > 0, { ...PATIENCE, what: "lines of that status" });
    await workbench.command("View: Close Editor");
    await shownDashboard(workbench);
  });

  it("are saved as a picture and as numbers", async () => {
    const { workbench, folder } = session();
    const dashboard = await shownDashboard(workbench);
    const save = async (button: string, name: string): Promise<Buffer> => {
      const path = join(folder, name);
      const ask = () => dashboard.frame.getByRole("button", { name: button }).click();
      await ask();
      let asked = Date.now();
      const input = workbench.page.locator(".quick-input-widget .quick-input-box input");
      // The box puts its own proposal in once it knows the folder.
      await until(
        async () => {
          if (existsSync(path)) return readFileSync(path).length > 0;
          const proposed = await input.inputValue({ timeout: 1000 }).catch(() => "");
          if (proposed === path) await input.press("Enter", { timeout: 1000 });
          else if (isAbsolute(proposed)) await input.fill(path, { timeout: 1000 });
          else if (Date.now() > asked + 15_000) {
            // It closed when the window gave the focus back to the page, or is the palette that was still open.
            await workbench.page.keyboard.press("Escape");
            await ask();
            asked = Date.now();
          }
          return false;
        },
        { timeout: 120_000, every: 300, what: path },
      );
      return readFileSync(path);
    };
    await until(async () => (await dashboard.card("heat").locator(".classes li").count()) > 1, {
      ...PATIENCE,
      what: "the charts to be drawn",
    });
    const png = await save("Save all charts as a picture", "charts.png");
    assert.equal(png.toString("latin1", 1, 4), "PNG");
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width > 900 && height > 600, `${width} × ${height}`);
    const one = await save("Save Heat map as a picture", "heat.png");
    assert.ok(one.readUInt32BE(16) < width / 2);
    const csv = (await save("Save the numbers of all charts", "charts.csv")).toString();
    const rows = csv
      .trimEnd()
      .split("\r\n")
      .map((row) => row.split(","));
    assert.deepEqual(rows[0], ["time", "chart", "line", "value", "unit", "step_seconds"]);
    const told = rows.filter(([, chart, line]) => chart === "Lines" && line === "access");
    const [begin, end] = [told[0]?.[0], told.at(-1)?.[0]].map((time) => Date.parse(time ?? "") / 1000);
    const series = recorded(begin ?? 0, (end ?? 0) + Number(told[0]?.[5]));
    // The newest seconds were not written yet when they were asked for.
    const sum = (values: readonly (number | null)[]) => sumOf(values.slice(0, -10));
    assert.equal(sum(told.map(([, , , value]) => Number(value))), sum(series.sources.access?.lines ?? []));
    const statuses = rows.filter(([, chart]) => chart === "Top values of status");
    assert.ok(
      statuses.some(([, , line, value]) => line === "200" && Number(value) > 0),
      csv.slice(-2000),
    );
    assert.ok(
      statuses.every(([, , , , , step]) => Number(step) >= 300),
      "of the last five minutes",
    );
  });
}

function sumOf(column: readonly (number | null)[]): number {
  return column.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** That a value keeps the focus when others come before it, and that its neighbour has it when it goes. */
async function keepsFocus(frame: Frame): Promise<void> {
  const { kept, next } = (await frame.evaluate(REORDERED)) as Record<"kept" | "next", readonly string[]>;
  assert.match(kept[0] ?? "", /^status: /);
  assert.equal(kept[1], kept[0], "it has moved");
  assert.match(next[0] ?? "", /^status: /);
  assert.notEqual(next[0], kept[0]);
}

/** Tells the page that its values are counted no further, and tries again: what it says, and whether it offers that. */
const UNCOUNTED = `(() => {
  const again = [...document.querySelectorAll(".values vscode-button")].find((one) => one.textContent === "Try Again");
  const said = () => [document.querySelector(".values .fault").textContent, !again.hidden];
  const body = { reason: "no room" };
  dispatchEvent(new MessageEvent("message", { data: { kind: "notice", name: "uncounted", body } }));
  const before = said();
  again.click();
  return [before, said()];
})()`;

/** Tells the page what it was told last once more: its values the other way round, then without the one that has the focus. */
const REORDERED = `new Promise((done, fail) => {
  setTimeout(() => fail(new Error("no values were told of within a minute")), 60_000);
  let told = false;
  addEventListener("message", ({ data }) => {
    const status = data?.body?.fields?.find(({ name }) => name === "status");
    if (told || !status || status.values.length < 2) return;
    told = true;
    const again = (change) => {
      const fields = data.body.fields.map((field) => field === status ? { ...field, values: change(field.values) } : field);
      dispatchEvent(new MessageEvent("message", { data: { ...data, body: { ...data.body, fields } } }));
    };
    const focused = () => document.activeElement.getAttribute("aria-label") ?? "nothing";
    const { text } = status.values.at(-1);
    const list = [...document.querySelectorAll(".values [aria-label^='status: ']")];
    const button = list.find((one) => one.getAttribute("aria-label").startsWith("status: " + text));
    if (!button) return fail(new Error(text + " is none of " + list.map((one) => one.getAttribute("aria-label"))));
    button.focus();
    const kept = [focused()];
    again((values) => values.toReversed());
    kept.push(focused());
    again((values) => values.filter((value) => value.text !== text));
    done({ kept, next: [focused()] });
  });
})`;
