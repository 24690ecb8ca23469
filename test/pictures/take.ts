// npm run pictures: the pictures of README.md and docs, of a real VS Code over logs that are being written.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../helpers/until.ts";
import type { Workbench } from "../helpers/vscode-workbench.ts";
import { takeDetails, takeTree } from "./busy.ts";
import { inScene, keep, logOf, PATIENCE, WRITTEN } from "./scene.ts";

const LINES = 1200;

/** Pictures by what they show; the words of the command line choose among them. */
const scenes: Record<string, (base: string) => Promise<void>> = {
  async views(base) {
    const settings = {
      "logMonitor.sources": Object.fromEntries(WRITTEN.map(({ id, format }) => [id, logOf(id, format)])),
      "logMonitor.sinks": { archive: { type: "file", path: "archive.ndjson" } },
    };
    await inScene(join(base, "webshop"), WRITTEN, settings, async (workbench) => {
      await workbench.treeRow("shop.log");
      await takeLogView(workbench);
      await takeDashboard(workbench);
    });
  },
  tree: takeTree,
  details: takeDetails,
};

const words = process.argv.slice(2);
for (const [name, take] of Object.entries(scenes)) {
  if (words.length > 0 && !words.includes(name)) continue;
  const base = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-pictures-")));
  try {
    await take(base);
  } finally {
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function takeLogView(opened: Workbench): Promise<void> {
  await opened.command("Log Monitor: Open Log View");
  const frame = await opened.webview("main .list");
  const enough = async () =>
    Number(/^[\d,]+/.exec((await frame.locator(".state").textContent()) ?? "")?.[0].replaceAll(",", "")) >
    LINES;
  await until(enough, { ...PATIENCE, what: "enough lines" });
  await frame.locator('vscode-toolbar-button[label="Fields and their values"]').click();
  await frame.locator(".facets .told", { hasText: "hits counted" }).waitFor(PATIENCE);
  await frame.locator("input.query").fill("status:>=400");
  const asked = async () => (await frame.locator(".body .row[data-level=info]").count()) === 0;
  await until(asked, { ...PATIENCE, what: "what was asked for" });
  // One that stands whole in sight, with lines above it.
  const error = frame.locator(".body .row[data-level=error]").nth(2);
  const unfolded = async () => {
    await error.click({ timeout: 5000 });
    await opened.page.keyboard.press("Enter");
    const field = frame.locator(".details .field").first();
    return field.waitFor({ timeout: 5000 }).then(
      () => true,
      () => false,
    );
  };
  await until(unfolded, { ...PATIENCE, what: "the details" });
  await error.click(PATIENCE);
  // The others hold the path of a temporary folder.
  await frame.locator(".details vscode-tab-header", { hasText: "Delivery" }).click();
  await frame.locator(".details [data-state=delivered]").first().waitFor(PATIENCE);
  const told = frame.locator(".facets .told", { hasText: "hits counted" });
  const still = async () =>
    (await frame.locator(".row[aria-busy]").count()) === 0 && (await told.isVisible());
  await keep(opened, "log-view", still);
}

async function takeDashboard(opened: Workbench): Promise<void> {
  await opened.command("Log Monitor: Open Dashboard");
  const frame = await opened.webview("main .figures");
  const moves = async () => Number(await frame.locator('[data-figure="tps"] dd').textContent()) > 20;
  await until(moves, { ...PATIENCE, what: "lines" });
  await opened.page.keyboard.press("Control+b");
  await keep(opened, "dashboard", moves);
}
