import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "jsonc-parser";
import { type FaultyInflux, startFaultyInflux } from "../../../helpers/faulty-influx.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

const SETTINGS = `{
  // what I watch
  "logMonitor.sources": { "app": { "type": "file", "paths": ["logs/app.log"], "from": "start" } },
  "logMonitor.sinks": {
    // kept as it is
    "copy": { "type": "file", "path": "copy.ndjson" }
  }
}
`;

describe("a person who types no JSON", () => {
  let workbench: Workbench;
  let influx: FaultyInflux;
  const ends: (() => void)[] = [];
  const folder = tempFolder({ after });
  const settings = join(folder, ".vscode", "settings.json");
  const written = () => readFileSync(settings, "utf8");

  before(async () => {
    for (const name of ["logs", ".vscode"]) mkdirSync(join(folder, name));
    const lines = Array.from(
      { length: 20 },
      (_, n) => `time=${new Date().toISOString()} level=info msg="${n}" path=/p/${n}\n`,
    );
    appendFileSync(join(folder, "logs", "app.log"), lines.join(""));
    writeFileSync(settings, SETTINGS);
    influx = await startFaultyInflux({ after: (end) => void ends.push(end) });
    workbench = await openWorkbench({
      folder,
      viewport: { width: 1600, height: 900 },
      toasts: [
        /^Log Monitor: allow sending logs to http:\/\/logs\.example\.org:80\? This workspace defines sinks\.webhook\.$/,
        /^app is read by regex now\.$/,
      ],
    });
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
  });
  after(async () => {
    for (const end of ends) end();
    await workbench?.stop();
  });

  const input = () => workbench.page.locator(".quick-input-widget .quick-input-box input");
  const widget = () => workbench.page.locator(".quick-input-widget");
  const asked = (text: string | RegExp) => widget().filter({ hasText: text }).waitFor({ timeout: 60_000 });
  const type = async (prompt: string, text: string) => {
    await asked(prompt);
    await input().fill(text);
  };
  const enter = () => workbench.page.keyboard.press("Enter");

  it("adds a sink step by step: told what is wrong, tried, its secret kept out of the settings", async () => {
    await workbench.command("Log Monitor: Add Sink");
    await asked("Add Sink");
    await workbench.screenshot("add-sink-types");
    await workbench.pick("Grafana Loki");
    await widget().getByLabel("Back").first().click();
    await workbench.pick("InfluxDB");
    await workbench.pick("InfluxDB 3");
    await type("Address of the server", "127.0.0.1:8181");
    await enter();
    await asked("write it like http://127.0.0.1:8086");
    await workbench.screenshot("add-sink-fault");
    await input().fill(influx.url);
    await enter();
    await type("Database", "logs");
    await enter();
    await type("Token", "s3cret-t0ken");
    await enter();
    await asked("Keep it in the secret storage");
    await workbench.pick("Keep it in the secret storage");
    await asked("Name of the sink");
    assert.equal(await input().inputValue(), "influxdb");
    await enter();
    await workbench.pick("Test Connection");
    await asked(/in \d+ ms/);
    await workbench.screenshot("add-sink-tested");
    assert.equal(written(), SETTINGS, "nothing is written before the end");
    await workbench.pick("Add Sink");
    await until(() => parse(written())["logMonitor.sinks"].influxdb, { timeout: 60_000, what: "the sink" });
    assert.deepEqual(parse(written())["logMonitor.sinks"], {
      copy: { type: "file", path: "copy.ndjson" },
      influxdb: {
        type: "influxdb",
        version: 3,
        url: influx.url,
        database: "logs",
        token: "${secret:sinks.influxdb.token}",
      },
    });
    for (const kept of ["// what I watch", "// kept as it is"]) assert.ok(written().includes(kept), kept);
    assert.ok(!written().includes("s3cret"));
    await workbench.treeRow("influxdb");
    await workbench.screenshot("add-sink-added");
  });

  it("is asked once more, and then alone, before a server on another machine is sent to", async () => {
    const { page } = workbench;
    await workbench.command("Log Monitor: Add Sink");
    await workbench.pick("Webhook");
    await workbench.pick("Without signing in");
    await type("Address of the server", "http://logs.example.org/in");
    await enter();
    await asked("Name of the sink");
    await enter();
    await workbench.pick("Add Sink");
    await workbench.command("Notifications: Show Notifications");
    const question = page.locator(".notifications-center .notification-list-item", {
      hasText: "allow sending logs to http://logs.example.org:80?",
    });
    await question.getByText("Not Now").click({ timeout: 60_000 });
    const row = await workbench.treeRow(/waits for consent: http:\/\/logs\.example\.org:80/);
    const offered = async () => {
      await page.mouse.move(700, 600);
      await row.hover();
      return row.locator(".action-label:not(.disabled)[aria-label^='Allow']").isVisible();
    };
    await until(offered, { timeout: 60_000, what: "Allow… on the row" });
    const above = page.locator(".pane-body .message", { hasText: "sinks.webhook waits for your consent" });
    await above.first().waitFor({ timeout: 60_000 });
  });

  it("leaves everything as it was by giving up", async () => {
    const before = written();
    await workbench.command("Log Monitor: Add Sink");
    await workbench.pick("File");
    await type("File that records are appended to", "out/records.ndjson");
    await enter();
    await asked("Name of the sink");
    await workbench.page.keyboard.press("Escape");
    await widget().waitFor({ state: "hidden" });
    assert.equal(written(), before);
    assert.ok(!existsSync(join(folder, "out")));
  });

  it("tries parsers on the last lines of a log, and takes back what was written", async () => {
    appendFileSync(join(folder, "logs", "app.log"), "a banner \u202ewith\0 tricks\n");
    const before = written();
    const { page } = workbench;
    const row = (text: string | RegExp) =>
      page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
    const preview = async (...lines: RegExp[]) => {
      for (const line of lines)
        await page.locator(".editor-instance .view-line", { hasText: line }).waitFor({ timeout: 60_000 });
    };
    await workbench.command("Log Monitor: Try Parser");
    await workbench.pick("app");
    await row(/auto.*in use.*20 of 21 lines, 1 field.*sees logfmt/).waitFor({ timeout: 60_000 });
    await preview(/Not\staken:\s1$/, /21\s+a\sbanner\s‹202E›with␀\stricks$/, /20\s.*\/p\/19\s+19$/);
    await workbench.screenshot("try-parser");
    await workbench.pick("Expression…");
    await asked(/0 of 21 lines/);
    await input().fill("time=(?<time>.*");
    await asked(/pattern: .*group/i);
    await input().fill(String.raw`time=(?<time>\S+) level=(?<level>\w+) (?<rest>.*)`);
    await asked("20 of 21 lines, 1 field");
    await preview(/^Line\s.*\srest\s/, /20\s.*\smsg="19"\spath=/);
    await workbench.screenshot("try-parser-expression");
    assert.equal(written(), before, "nothing is written before the end");
    await enter();
    const sources = () => parse(written())["logMonitor.sources"];
    await until(() => sources().app.parser, { timeout: 60_000, what: "the parser" });
    assert.deepEqual(sources().app, {
      type: "file",
      paths: ["logs/app.log"],
      from: "start",
      parser: { type: "regex", pattern: String.raw`time=(?<time>\S+) level=(?<level>\w+) (?<rest>.*)` },
    });
    await page.locator(".tab", { hasText: "Preview of app.log" }).waitFor({ state: "hidden" });
    await workbench.command("Notifications: Show Notifications");
    await page.getByText("Undo", { exact: true }).first().click();
    await until(() => written() === before, { timeout: 60_000, what: "the settings as they were" });
  });
});
