import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deadPort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import type { Workbench } from "../helpers/vscode-workbench.ts";
import { writeOrders } from "./orders.ts";
import { inScene, keep, logOf, PATIENCE, WRITTEN } from "./scene.ts";

const ORDERS = 400;
/** So wide (px) the sidebar is that what stands beside the names of logs can be read beside a tooltip. */
const SIDEBAR = 440;

/** One that delivers, one that nobody answers, and one that waits to be allowed. */
const sinks = async () => ({
  archive: { type: "file", path: "archive.ndjson" },
  collector: { type: "otlp", url: `http://127.0.0.1:${await deadPort()}` },
  search: { type: "elasticsearch", url: "https://search.example:9200" },
});

/** Logs and sinks in the states that one meets, and what the editor shows of one that the mouse rests on. */
export async function takeTree(base: string): Promise<void> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const headed = (heading: string, id: string, parser: string, more: object = {}) => ({
    [id]: logOf(id, parser, { heading, ...more }),
  });
  const settings = {
    "logMonitor.sources": {
      ...headed("Shop", "shop", "nginx"),
      ...headed("Shop", "api", "json"),
      ...headed("Jobs", "worker", "logfmt"),
      ...headed("Jobs", "nightly", "plain"),
      ...headed("Jobs", "import", "plain", { enabled: false }),
      pods: { type: "command", command: ["kubectl", "logs", "-f", "shop"], heading: "Machines" },
      routers: { type: "syslog", port, protocols: ["tcp"], heading: "Machines" },
    },
    "logMonitor.sinks": await sinks(),
  };
  try {
    await inScene(join(base, "webshop"), WRITTEN, settings, showTree);
  } finally {
    taken.close();
  }
}

async function showTree(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  const row = (text: string) => workbench.treeRow(text);
  const shows = async (text: string, pattern: RegExp) => {
    const seen = async () => pattern.test((await (await row(text)).textContent()) ?? "");
    await until(seen, { ...PATIENCE, what: `${pattern} at ${text}` });
  };
  await shows("shop.log", /\d\/s · \d+ err/);
  await workbench.rowAction("worker", "Pause");
  await shows("worker", /paused/);
  await workbench.command("Log Monitor: Open Log View");
  await workbench.webview("main .list");
  await page.locator(".pane-header", { hasText: "Sinks" }).click();
  await shows("collector", /retrying|breaker/);
  await page.locator(".tab", { hasText: "Log" }).first().click();
  const edge = (await page.locator(".part.sidebar").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(edge.x + edge.width, edge.y + edge.height / 2);
  await page.mouse.down();
  await page.mouse.move(SIDEBAR, edge.y + edge.height / 2, { steps: 8 });
  await page.mouse.up();
  const tooltip = page.locator(".monaco-hover").filter({ hasText: "Last 10 minutes" });
  const hovered = async () => {
    await page.mouse.move(700, 890);
    const box = await (await row("api")).boundingBox();
    if (!box) return false;
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 });
    return tooltip.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  };
  await keep(workbench, "tree", hovered, { width: 960 });
}

/** A record of nested fields as a tree, and what became of it at sinks that do and do not answer. */
export async function takeDetails(): Promise<void> {
  // The record holds the path of its file.
  const folder = join(tmpdir(), "webshop");
  mkdirSync(folder);
  try {
    mkdirSync(join(folder, "logs"));
    writeOrders(join(folder, "logs", "orders.log"), ORDERS);
    const settings = {
      "logMonitor.sources": { orders: logOf("orders", "json") },
      "logMonitor.sinks": await sinks(),
    };
    await inScene(folder, [], settings, showDetails);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function showDetails(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.treeRow("orders.log");
  await workbench.command("Log Monitor: Open Log View");
  const frame = await workbench.webview("main .list");
  await frame.locator(".state", { hasText: `${ORDERS} of ${ORDERS} lines` }).waitFor(PATIENCE);
  // So wide that the details stand beside the lines.
  await page.setViewportSize({ width: 1240, height: 768 });
  await page.keyboard.press("Control+b");
  const declined = frame.locator(".body .row", { hasText: "payment declined" }).last();
  const tab = (name: string) => frame.locator(".details vscode-tab-header", { hasText: name });
  const unfolded = async () => {
    await declined.click({ timeout: 5000 });
    if (!(await frame.locator(".details").isVisible())) await page.keyboard.press("Enter");
    await tab("JSON").click({ timeout: 5000 });
    return frame.locator(".details .json-leaf", { hasText: "insufficient funds" }).isVisible();
  };
  await until(unfolded, { ...PATIENCE, what: "the record as a tree" });
  await keep(workbench, "details", async () => true);
  await tab("Delivery").click(PATIENCE);
  await frame.locator(".details [data-state=waiting]").first().waitFor(PATIENCE);
  await keep(workbench, "delivery", async () => true, { of: frame.locator(".details"), height: 232 });
}
