import assert from "node:assert/strict";
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import type { Frame } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { pseudo } from "./pseudo.ts";

interface Session {
  readonly workbench: Workbench;
  readonly folder: string;
  /** Everything that a page, or a part of the window, says is in its language, and nothing is cut off. */
  readonly inFrame: (name: string, frame: Frame) => Promise<void>;
  readonly inWindow: (name: string, selector: string) => Promise<void>;
  readonly question: (name: string, text: string, where?: string) => Promise<void>;
  readonly take: (text: string) => Promise<void>;
}

const patient = { timeout: 60_000 };
const ROW = ".quick-input-list .monaco-list-row";
const INPUT = ".quick-input-widget .quick-input-box input";
/** The editor opens no larger files itself. */
const EDITABLE = 50 * 2 ** 20;

/** The question where to save something, whose list and buttons are the editor's own. */
async function asksWhere(
  { workbench, inWindow }: Session,
  name: string,
  title: string,
  ask: () => Promise<void>,
) {
  const titles = workbench.page.locator(".quick-input-title", { hasText: pseudo(title) });
  await until(
    async () => {
      if (await titles.isVisible()) return true;
      // It closes when the window gives the focus back to the page meanwhile.
      await ask();
      await titles.waitFor({ timeout: 10_000 });
      return true;
    },
    { ...patient, what: title },
  );
  await inWindow(name, ".quick-input-title");
}

/** What stands further down on the dashboard, and what it asks. */
export function useLanguageOfDashboard(session: () => Session): void {
  it("is that of the dashboard's lists of values, and of where to save it", async () => {
    const { workbench, inFrame } = session();
    const frame = await workbench.webview("main .figures");
    await frame.locator(".values").scrollIntoViewIfNeeded(patient);
    await frame.locator(".values tbody tr").first().waitFor(patient);
    await inFrame("dashboard-values", frame);
    for (const [icon, title] of [
      ["device-camera", "Save Picture"],
      ["desktop-download", "Save Numbers"],
    ] as const) {
      const button = frame.locator(`.tools [icon="${icon}"]`);
      await asksWhere(session(), `dashboard-${icon}`, title, () => button.click());
      await workbench.page.keyboard.press("Escape");
      await workbench.page.locator(".quick-input-widget").waitFor({ ...patient, state: "hidden" });
    }
  });
}

/** What the log view opens and asks beside its panes. */
export function useLanguageOfLogView(session: () => Session): void {
  const shown = () => session().workbench.webview("input.query");

  it("is that of numbers over time", async () => {
    const { inFrame } = session();
    const frame = await shown();
    const field = frame.locator('.facets vscode-tree-item[data-field="took"]');
    await field.click();
    await field.locator("vscode-tree-item", { hasText: pseudo("Over time") }).click(patient);
    await frame.locator(".trend:not(.empty) canvas").first().waitFor(patient);
    await inFrame("log-view-trend", frame);
    await frame.locator('.trend [icon="table"]').click();
    await frame.locator(".trend .numbers").waitFor(patient);
    await inFrame("log-view-trend-table", frame);
    await frame.locator('.trend [icon="close"]').click();
  });

  it("is that of an export, its questions and what it says at the end", async () => {
    const { workbench, folder, inFrame, question, take } = session();
    const frame = await shown();
    const file = join(folder, "exported.ndjson");
    const ask = async (): Promise<void> => {
      await frame.locator("[data-act=export]").click();
      await question("export-format", pseudo("Text"), ROW);
      await take("NDJSON");
    };
    await asksWhere(session(), "export-file", "Export", ask);
    const name = workbench.page.locator(INPUT);
    await until(async () => (await name.inputValue()).includes("log-"), { ...patient, what: "the proposal" });
    await name.fill(file);
    await workbench.page.keyboard.press("Enter");
    await frame.locator(".note", { hasText: file }).waitFor(patient);
    await inFrame("log-view-exported", frame);
    assert.ok(readFileSync(file, "utf8").length > 0);
  });

  it("is that of lines of a file that the editor can't open", async () => {
    const { workbench, folder } = session();
    const { page } = workbench;
    const huge = join(folder, "huge.log");
    writeFileSync(huge, "first\n");
    truncateSync(huge, EDITABLE + 1);
    appendFileSync(huge, "\n");
    const settings = join(folder, ".vscode", "settings.json");
    const all = JSON.parse(readFileSync(settings, "utf8"));
    all["logMonitor.sources"].huge = { type: "file", paths: ["huge.log"], parser: "plain", from: "end" };
    writeFileSync(settings, JSON.stringify(all));
    await workbench.treeRow("huge.log");
    appendFileSync(huge, Array.from({ length: 40 }, (_, i) => `№ ${i}\n`).join(""));
    const frame = await shown();
    await frame.locator("input.query").fill("source:huge 39");
    await frame.locator(".body .row", { hasText: "№ 39" }).click(patient);
    await frame.locator(".list").focus();
    await page.keyboard.press("Control+Enter");
    const tab = page.locator(".tab.active", { hasText: /^⟦huge\.log, lines \d+ to \d+·+⟧/ });
    await tab.waitFor(patient);
    await page.locator(".editor-instance .view-line", { hasText: /№.39/ }).first().waitFor(patient);
    const action = (title: string) =>
      page.locator(`.editor-actions .action-label[aria-label^="${pseudo(title)}"]`).first();
    await action("Earlier Lines").waitFor(patient);
    await action("Later Lines").click(patient);
    await page
      .locator(".statusbar-item", { hasText: pseudo("The file ends here.") })
      .first()
      .waitFor(patient);
    await workbench.command("View: Close Editor");
    await (await shown()).locator("input.query").fill("");
  });
}

/** Where the log view searches: here, or where a sink writes to, which nobody answers for. */
export function useLanguageOfPlaces(session: () => Session): void {
  const places = async () => {
    const frame = await session().workbench.webview("input.query");
    return { frame, picker: frame.locator("[data-part=index] vscode-single-select") };
  };

  it("is that of the places to search in", async () => {
    const { frame, picker } = await places();
    await picker.click(patient);
    await picker.locator("li", { hasText: pseudo("This computer") }).waitFor(patient);
    await session().inFrame("log-view-places", frame);
    await picker.click();
  });

  it("is that of a place that can't be searched", async () => {
    const { frame, picker } = await places();
    await picker.click(patient);
    await picker.locator("li", { hasText: "elastic" }).click(patient);
    await frame.locator(".empty strong", { hasText: pseudo("The lines can't be read") }).waitFor(patient);
    await session().inFrame("log-view-elsewhere", frame);
  });
}
