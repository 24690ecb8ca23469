import type { Frame, Locator, Page } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { chooseOption, PATIENCE } from "./log-live.ts";

/** Steps of a chart of five minutes, each a second wide. */
const STEPS = 300;

/** Totals of a chart's table, as numbers by the name of the line; an empty chart has none. */
export type Totals = Record<string, number>;

/** The dashboard in VS Code's window, with the gestures of its reader. */
export interface Dashboard {
  readonly frame: Frame;
  card(id: string): Locator;
  /** Shows the chart's numbers in place of its drawing and reads the row of totals. */
  totals(id: string): Promise<Totals>;
  /** Whether a chart is shown as a table. */
  isTable(id: string): Promise<boolean>;
  showTable(id: string, on: boolean): Promise<void>;
  /** Waits until the totals are these. */
  expectTotals(id: string, expected: Totals): Promise<void>;
  /** Walks the crosshair from the newest step back until the rates have added up to `goal`; of five minutes, where a step is a second. */
  walk(id: string, goal: Totals): Promise<Totals>;
  /** "5 min", "15 min", … */
  range(name: string): Promise<void>;
  /** A source's id, or "All sources". */
  source(name: string): Promise<void>;
  /** Cells of the row of a source or sink by the title of the column. */
  row(table: "Sources" | "Sinks", id: string): Promise<Record<string, string>>;
  /** One of the six figures: lines, tps, read, write, runtime, errors. */
  figure(id: string): Promise<string>;
}

/** Opens the dashboard by its command. */
export async function openDashboard(workbench: Workbench): Promise<Dashboard> {
  await workbench.command("Log Monitor: Open Dashboard");
  return shownDashboard(workbench);
}

/** The dashboard that is in the window, once it is. */
export async function shownDashboard(workbench: Workbench): Promise<Dashboard> {
  const frame = await workbench.webview("main .figures");
  const card = (id: string) => frame.locator(`[data-chart="${id}"]`);

  const isTable = (id: string): Promise<boolean> =>
    card(id)
      .locator(".toggle")
      .evaluate((one) => "checked" in one && one.checked === true);
  /** A page that comes back shows as tables what it did before. */
  const showTable = async (id: string, on: boolean): Promise<void> => {
    if ((await isTable(id)) !== on) await card(id).locator(".toggle").click();
  };
  const totals = async (id: string): Promise<Totals> => {
    const numbers = card(id).locator(".numbers");
    await card(id).waitFor(PATIENCE);
    if (await card(id).locator("p.empty").isVisible()) return {};
    await showTable(id, true);
    const names = await numbers.locator("thead th").allTextContents();
    const cells = await numbers.locator(".total td").all();
    const values = await Promise.all(cells.map((cell) => cell.getAttribute("data-value")));
    return Object.fromEntries(values.map((value, i) => [names[i + 1] ?? "", Number(value || Number.NaN)]));
  };

  return {
    frame,
    card,
    totals,
    isTable,
    showTable,
    async expectTotals(id, expected) {
      const wanted = JSON.stringify(sorted(expected));
      let seen = "nothing";
      try {
        await until(
          async () => {
            seen = JSON.stringify(sorted(await totals(id)));
            return seen === wanted;
          },
          { ...PATIENCE, what: `the totals of ${id}` },
        );
      } catch (cause) {
        throw new Error(`${id} shows ${seen} instead of ${wanted}`, { cause });
      }
    },
    async walk(id, goal) {
      const stage = card(id).locator(".stage");
      await showTable(id, false);
      await stage.focus();
      const seen: Totals = Object.fromEntries(Object.keys(goal).map((name) => [name, 0]));
      for (let step = 0; step < STEPS; step++) {
        await stage.press(step === 0 ? "End" : "ArrowLeft");
        for (const item of await card(id).locator(".legend li").all()) {
          const [name = "", value = ""] = await item.locator("span").allTextContents();
          if (value !== "–") seen[name] = (seen[name] ?? 0) + Number(value);
        }
        if (Object.entries(goal).every(([name, count]) => (seen[name] ?? 0) >= count)) break;
      }
      await stage.press("Escape");
      return seen;
    },
    range: (name) => frame.locator(".ranges label", { hasText: new RegExp(`^${name}$`) }).click(),
    async source(name) {
      await chooseOption(frame.locator(".toolbar vscode-single-select"), new RegExp(`^\\s*${name}\\s*$`));
    },
    async row(table, id) {
      const grid = frame.getByRole("region", { name: table, exact: true });
      const titles = await grid.locator("thead th").allTextContents();
      const row = grid.locator("tbody tr").filter({ has: frame.locator("th", { hasText: id }) });
      const cells = await row.locator("th, td").allTextContents();
      return Object.fromEntries(titles.map((title, i) => [title, cells[i] ?? ""]));
    },
    figure: async (id) => (await frame.locator(`[data-figure="${id}"] dd`).textContent()) ?? "",
  };
}

/**
 * Reloads the window once it remembers that the dashboard is open, with `state` as parts of what the page keeps:
 * the web build stores what is open every few seconds, and can't when it is left.
 */
export function reloadWithDashboard(workbench: Workbench, ...state: readonly string[]): Promise<void> {
  return reloadWith(workbench, "logMonitor.dashboard", ...state);
}

/** The same of any view in an editor. */
export async function reloadWith(
  { page, reload }: Workbench,
  view: string,
  ...state: readonly string[]
): Promise<void> {
  await remembers(page, `the window to remember ${[view, ...state].join(", ")}`, (layout) =>
    [view, ...state].every((one) => layout.includes(one)),
  );
  await reload();
}

/** Reloads the window once it has forgotten views that were closed. */
export async function reloadWithout({ page, reload }: Workbench, ...views: string[]): Promise<void> {
  const forgotten = (layout: string) => !views.some((view) => layout.includes(view));
  await remembers(page, `the window to forget ${views.join()}`, forgotten);
  await reload();
}

async function remembers(page: Page, what: string, fits: (layout: string) => boolean): Promise<void> {
  const stored = async () => fits(String(await page.evaluate(LAYOUT)).replaceAll("\\", ""));
  await until(stored, { timeout: 120_000, every: 250, what });
}

/** The layout of the window's editors as it is stored: JSON within JSON. */
const LAYOUT = `(async () => {
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const layouts = [];
  for (const { name } of await indexedDB.databases()) {
    if (!/^vscode-web-state-db-(?!global)/.test(name)) continue;
    const db = await settled(indexedDB.open(name));
    try {
      const items = db.transaction("ItemTable").objectStore("ItemTable");
      layouts.push(await settled(items.get("memento/workbench.parts.editor")));
    } finally {
      db.close();
    }
  }
  return layouts.join();
})()`;

function sorted(totals: Totals): Totals {
  return Object.fromEntries(Object.entries(totals).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Draws a span on a chart by hand. @param part where on its width it begins and ends: over most of it by default */
export async function drawSpan(
  { page: { mouse } }: Workbench,
  { frame, card }: Dashboard,
  chart: string,
  [from, to] = [0.05, 0.995],
): Promise<void> {
  const over = card(chart).locator(".u-over");
  await until(
    async () => {
      const box = await over.boundingBox();
      if (!box) return false;
      const [y, left, right] = [box.y + box.height / 2, box.x + box.width * from, box.x + box.width * to];
      await mouse.move(left, y);
      await mouse.down();
      await mouse.move((left + right) / 2, y);
      await mouse.move(right, y);
      await mouse.up();
      // Drawn once more at once it would be a part of what is still to be shown.
      const chosen = frame.locator(".between input").first();
      return chosen.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    },
    { ...PATIENCE, what: "a span to be chosen" },
  );
}

/** The bounds of the span that a page shows, in ms since the epoch. */
export async function spanOf(frame: Frame): Promise<number[]> {
  const texts = await frame
    .locator(".between input")
    .evaluateAll((all) => all.map((one) => "value" in one && one.value));
  return texts.map((text) => Date.parse(String(text)));
}
