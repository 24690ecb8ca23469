import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { violations } from "../../../helpers/axe.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { viewTitle } from "../../../helpers/vscode-views.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";
import { useMenus } from "./container-menus.ts";

const source = (path: string, more: object = {}) => ({
  type: "file",
  paths: [path],
  parser: "json",
  from: "start",
  ...more,
});

/** Logs in every state a person meets, a sink that nobody answers, and a port that is taken. */
describe("the container with logs in every state", () => {
  let workbench: Workbench;
  let taken: Server;
  let port = 0;
  let writer: NodeJS.Timeout | undefined;
  const folder = tempFolder({ after });
  const log = (name: string) => join(folder, "logs", name);
  const row = (text: string) => workbench.treeRow(text);
  const shows = async (text: string, pattern: RegExp) => {
    const found = await row(text);
    return until(async () => pattern.test((await found.textContent()) ?? ""), {
      timeout: 60_000,
      what: `${pattern} at ${text}`,
    });
  };
  /** What the editor shows of a row that the mouse rests on. */
  const hovered = async (text: string) => {
    const { page } = workbench;
    const tooltip = page.locator(".monaco-hover").filter({ hasText: "Account" });
    await until(
      async () => {
        await page.mouse.move(700, 600);
        await (await row(text)).locator(".label-name").hover();
        await tooltip.waitFor({ timeout: 5_000 });
        return true;
      },
      { timeout: 60_000, what: `the tooltip of ${text}` },
    );
    return tooltip;
  };
  const enabled = (id: string): boolean | undefined => {
    const text = readFileSync(join(folder, ".vscode", "settings.json"), "utf8");
    return JSON.parse(text)["logMonitor.sources"][id].enabled;
  };
  const message = () => workbench.page.locator(".pane-body .message").first();

  before(async () => {
    taken = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => taken.once("listening", done));
    const address = taken.address();
    assert.ok(address && typeof address === "object");
    ({ port } = address);
    for (const name of ["logs/api", "logs/worker", ".vscode"])
      mkdirSync(join(folder, name), { recursive: true });
    const write = () => {
      const line = (level: string) =>
        `${JSON.stringify({ time: new Date().toISOString(), level, msg: "an order was placed" })}\n`;
      appendFileSync(log("orders.log"), line("info").repeat(9) + line("error"));
      appendFileSync(log("api/out.log"), line("info"));
      appendFileSync(log("worker/out.log"), `${line("warn")}not json\n`);
      appendFileSync(log("audit.log"), line("info"));
    };
    write();
    writer = setInterval(write, 100);
    const settings = {
      "logMonitor.sources": {
        orders: source("logs/orders.log", { heading: "shop" }),
        services: source("logs/*/out.log", { heading: "shop" }),
        audit: source("logs/audit.log"),
        nightly: source("logs/nightly.log"),
        batch: source("logs/batch/*.log"),
      },
      "logMonitor.sinks": {
        grafana: { type: "influxdb", dsn: `http://127.0.0.1:${port}@u@p@nginx@s` },
      },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings, undefined, 2));
    // The first port there is belongs to someone else, who hangs up on whoever calls.
    taken.on("connection", (socket) => socket.destroy());
    workbench = await openWorkbench({ folder, settings: { "logMonitor.monitor": { port } } });
    await workbench.openContainer("Log Monitor");
  });
  after(async () => {
    clearInterval(writer);
    taken?.close();
    await workbench?.stop();
  });

  it("tells state, rate and errors of each source and file", async () => {
    await shows("orders", /\d\/s.*err/);
    await shows("nightly", /waiting for the file/);
    const paused = async () => /paused/.test((await (await row("audit")).textContent()) ?? "");
    await until(
      async () => {
        // A row that is drawn anew between press and release takes no click.
        if (!(await paused())) await workbench.rowAction("audit", "Pause");
        return until(paused, { timeout: 10_000, what: "audit to be paused" });
      },
      { timeout: 60_000, what: "audit to be paused" },
    );
    const services = await row("services");
    await shows("services", /unparsed/);
    assert.match((await services.getAttribute("aria-label")) ?? "", /watching/);
    await shows("orders.log", /\d\/s · \d+ err/);
  });

  it("shows the files of a source that come later, without a click", async () => {
    await shows("batch", /waiting for the file/);
    mkdirSync(log("batch"));
    appendFileSync(log("batch/first.log"), '{"level":"info","msg":"hello"}\n');
    await row("first.log");
  });

  it("says in one sentence that the port is taken, and what to do", async () => {
    await message().waitFor({ timeout: 60_000 });
    const remedy = `monitor.port: ${port} is in use: choose another port, or 0 for any free one.`;
    assert.equal((await message().textContent())?.trim(), remedy);
  });

  it("puts logs under the groups of their settings, with what they sum up to", async () => {
    await shows("shop", /\d\/s · .*err · .*unparsed/);
    const group = await row("shop");
    assert.equal(await group.getAttribute("aria-level"), "1");
    assert.equal(await (await row("orders")).getAttribute("aria-level"), "2");
    assert.equal(await group.getByRole("checkbox").count(), 0);
  });

  it("shows the last minutes and an account that adds up to whoever points at a log", async () => {
    // The editor takes it away when its theme changes.
    await workbench.inThemes(async (theme) => {
      await hovered("orders");
      await workbench.screenshot(`tooltip-${theme}`);
    });
    const tooltip = await hovered("orders");
    const text = (await tooltip.textContent()) ?? "";
    assert.match(text, /[▁▂▃▄▅▆▇█]{30}/);
    assert.match(text, /Last 10 minutes: [\d.]+k? lines\/s, .* on average, .* at most/);
    const [, read, parsed, unparsed] = /([\d,]+) records read .* = ([\d,]+) parsed \+ (\d+)/.exec(text) ?? [];
    const number = (value = "") => Number(value.replaceAll(",", ""));
    assert.ok(number(read) > 0);
    assert.equal(number(read), number(parsed) + number(unparsed));
    assert.match(text, /every record is accounted for/);
  });

  it("switches a log by its box, click after click, while its lines come in", async () => {
    for (const on of [false, true, false, true]) {
      await hovered("orders");
      const box = await (await row("orders")).getByRole("checkbox").boundingBox();
      assert.ok(box);
      // As long as a finger presses.
      await workbench.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { delay: 100 });
      await until(() => enabled("orders") === on, { timeout: 60_000, what: `orders to be switched ${on}` });
      await shows("orders", on ? /\d\/s/ : /switched off/);
      assert.equal(
        await (await row("orders")).getByRole("checkbox").getAttribute("aria-checked"),
        String(on),
      );
    }
    assert.equal(enabled("services"), undefined, "and no other");
  });

  it("shows those in one state alone, says so, and shows all again by a click", async () => {
    const { page } = workbench;
    const title = viewTitle(page, "Logs");
    const header = page.locator(".pane-header", { hasText: "Logs" });
    const groupBy = async (what: string) => {
      await title.choose("Group Logs by…", page.locator(".quick-input-widget", { hasText: "Group Logs by" }));
      await workbench.pick(what);
    };
    await title.press("Filter Logs by State");
    await workbench.pick("Stopped or paused");
    await (await row("orders")).waitFor({ state: "detached", timeout: 60_000 });
    await row("audit");
    await message()
      .filter({ hasText: "Filter: Stopped or paused. Hidden logs: 4 of 5." })
      .waitFor({ timeout: 60_000 });
    await header.filter({ hasText: "1 of 5" }).waitFor({ timeout: 60_000 });
    await workbench.screenshot("filtered");
    await title.press("Show All Logs");
    await row("orders");
    await until(async () => !(await message().textContent())?.includes("hidden"), { what: "no filter" });
    await groupBy("Kind of source");
    const kinds = page.locator(".pane-body .monaco-list-row[aria-level='1']");
    const names = () => kinds.evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label")));
    await until(
      async () => {
        const all = await names();
        assert.deepEqual(
          all.map((name) => name?.split(",")[0]),
          ["file"],
          all.join("; "),
        );
        return true;
      },
      { timeout: 60_000, what: "all logs under their kind" },
    );
    await workbench.screenshot("grouped-kind");
    await groupBy("Group in the settings");
    await row("shop");
  });

  it("has the way to the settings at hand as long as one has to be mended", async () => {
    await viewTitle(workbench.page, "Logs").press("Open Configuration");
    await workbench.page.locator(".tab", { hasText: "settings.json" }).waitFor({ timeout: 60_000 });
  });

  it("names the state of a sink that nobody answers", async () => {
    await workbench.page.locator(".pane-header", { hasText: "Sinks" }).click();
    await shows("grafana", /retrying · [\d.]+k? behind/);
  });

  it("counts on its icon the errors that came while it was out of sight", async () => {
    const { page } = workbench;
    const icon = page.locator(".activitybar .action-item", {
      has: page.locator("a[aria-label^='Log Monitor']"),
    });
    // By its text: VS Code shows a clock there, without one, while a tree takes more than 300 ms to be drawn.
    const count = () => icon.locator(".badge-content").textContent();
    assert.equal(await count(), "");
    await workbench.openContainer("Explorer");
    await until(async () => /\d/.test((await count()) ?? ""), { timeout: 60_000, what: "a count" });
    await workbench.screenshot("badge");
    await icon.click();
    await until(async () => (await count()) === "", { timeout: 60_000, what: "no count" });
  });

  useMenus(() => workbench);

  it("looks right in every theme", async () => {
    await (await row("orders.log")).click();
    await workbench.page.locator(".tab.active", { hasText: "orders.log" }).waitFor({ timeout: 60_000 });
    await workbench.pictures("logs");
  });

  it("opens the dashboard by the item in the status bar", async () => {
    await workbench.page.locator(".statusbar-item[aria-label^='Log Monitor']").first().click();
    await workbench.page.locator(".tab.active", { hasText: "Log Monitor" }).waitFor({ timeout: 60_000 });
  });

  it("says above the charts why a log can't be read, and why there is none", async () => {
    const settings = join(folder, ".vscode", "settings.json");
    const said = async (title: string) => {
      const dashboard = await workbench.webview("main .figures");
      await dashboard.locator(".notice", { hasText: title }).waitFor({ timeout: 60_000 });
      assert.deepEqual(await violations(dashboard), [], title);
    };
    const sources = { remote: { type: "syslog", port, protocols: ["tcp"] } };
    writeFileSync(settings, JSON.stringify({ "logMonitor.sources": sources }));
    await said("remote has failed");
    await workbench.pictures("dashboard-failed");
    writeFileSync(
      settings,
      JSON.stringify({ "logMonitor.sources": { nightly: source("logs/nightly.log") } }),
    );
    await said("nightly waits for its file");
    await workbench.pictures("dashboard-waiting");
  });

  it("says so when the configuration names no log, and offers what helps", async () => {
    writeFileSync(join(folder, "none.yaml"), "sources: {}\n");
    // VS Code shows no welcome below a message, so the port is mended too.
    const settings = { "logMonitor.configFile": "none.yaml", "logMonitor.monitor": { port: 0 } };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    const buttons = workbench.page.locator(".welcome-view-content .monaco-button");
    await buttons
      .filter({ hasText: "Open Configuration" })
      .waitFor({ timeout: 10_000 })
      .catch(() => {});
    await workbench.screenshot("sourceless");
    await buttons.filter({ hasText: "Open Configuration" }).waitFor({ timeout: 60_000 });
    assert.equal(await buttons.filter({ hasText: "Add Log" }).count(), 1);
    await workbench.screenshot("sourceless");
  });
});
