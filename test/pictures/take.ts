// npm run pictures: the README's pictures, of a real VS Code over logs that are being written.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { repository } from "../helpers/vscode-paths.ts";
import { type Started, start } from "../helpers/vscode-process.ts";
import { openWorkbench, type Theme, type Workbench } from "../helpers/vscode-workbench.ts";
import { type SampleSource, writePast } from "../webview/sample.ts";

const SOURCES: readonly (SampleSource & { readonly format: string })[] = [
  { id: "shop", format: "nginx", rate: 40, kind: "access" },
  { id: "api", format: "json", rate: 15, kind: "access" },
  { id: "worker", format: "logfmt", rate: 6, kind: "program" },
];
const THEMES = ["dark", "light"] satisfies Theme[];
/** How long (ms) a machine that has other things to do may take. */
const PATIENCE = { timeout: 120_000 };
const PAST_SECONDS = 1000;
const LINES = 1200;

const base = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-pictures-")));
// The window shows the name of its folder.
const folder = join(base, "webshop");
const writers: Started[] = [];
let workbench: Workbench | undefined;
try {
  workbench = await open();
  await takeLogView(workbench);
  await takeDashboard(workbench);
} finally {
  await Promise.all(writers.map((writer) => writer.stop()));
  await workbench?.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 5 });
}

async function open(): Promise<Workbench> {
  for (const path of [".vscode", "logs"]) mkdirSync(join(folder, path), { recursive: true });
  const source = (id: string, parser: string) => ({
    type: "file",
    paths: [`logs/${id}.log`],
    parser,
    from: "start",
  });
  const settings = {
    "logMonitor.dataDir": ".data",
    "logMonitor.monitor": { port: await freePort() },
    "logMonitor.sources": Object.fromEntries(SOURCES.map(({ id, format }) => [id, source(id, format)])),
    "logMonitor.sinks": { archive: { type: "file", path: "archive.ndjson" } },
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings, null, 2));
  writePast(join(folder, ".data"), SOURCES, {
    end: Math.floor(Date.now() / 1000) - 1,
    seconds: PAST_SECONDS,
  });
  const opened = await openWorkbench({ folder, viewport: { width: 1440, height: 900 } });
  for (const { id, format, rate } of SOURCES) {
    const args = ["--format", format, "--path", join(folder, "logs", `${id}.log`), "--rate", String(rate)];
    writers.push(start(process.execPath, [join(repository, "dist", "cli.js"), "generate", ...args]));
  }
  await opened.openContainer("Log Monitor");
  await opened.treeRow("shop.log");
  return opened;
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
  const error = frame.locator(".body .row[data-level=error]").first();
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
  await keep(opened, "log-view", async () => (await frame.locator(".row[aria-busy]").count()) === 0);
}

async function takeDashboard(opened: Workbench): Promise<void> {
  await opened.command("Log Monitor: Open Dashboard");
  const frame = await opened.webview("main .figures");
  const moves = async () => Number(await frame.locator('[data-figure="tps"] dd').textContent()) > 20;
  await until(moves, { ...PATIENCE, what: "lines" });
  await opened.page.keyboard.press("Control+b");
  await keep(opened, "dashboard", moves);
}

async function keep(opened: Workbench, name: string, ready: () => Promise<boolean>): Promise<void> {
  for (const theme of THEMES) {
    await opened.setTheme(theme);
    await opened.page.mouse.move(2, 898);
    await until(ready, { ...PATIENCE, what: name });
    const path = join(repository, "media", "pictures", `${name}-${theme}.png`);
    mkdirSync(join(path, ".."), { recursive: true });
    await opened.page.screenshot({ path });
    console.log(path);
  }
}
