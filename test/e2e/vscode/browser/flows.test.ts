import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { parse } from "jsonc-parser";
import { type FaultyInflux, startFaultyInflux } from "../../../helpers/faulty-influx.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { chooseFrom } from "../../../helpers/vscode-views.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";

const SETTINGS = `{
  // what I watch
  "logMonitor.sources": {
    "app": { "type": "file", "paths": ["logs/app.log"], "from": "start" },
    "busy": { "type": "file", "paths": ["logs/busy.log"], "parser": "logfmt", "from": "start" }
  },
  "logMonitor.configFile": "log-monitor.yaml",
  "logMonitor.sinks": {
    // kept as it is
    "copy": { "type": "file", "path": "copy.ndjson" }
  }
}
`;

const FILE = `# shared by all of us
sources:
  extra: # written by hand
    type: file

    # where it is
    paths: [logs/extra.log] # one
    parser: plain   # for now
    from: start
`;

describe("a person who types no JSON", () => {
  let workbench: Workbench;
  let influx: FaultyInflux;
  let writer: NodeJS.Timeout | undefined;
  const ends: (() => void)[] = [];
  // Before the folder goes: the editor may still be saving there.
  after(async () => {
    clearInterval(writer);
    for (const end of ends) end();
    await workbench?.stop();
  });
  const folder = tempFolder({ after });
  const settings = join(folder, ".vscode", "settings.json");
  const file = join(folder, "log-monitor.yaml");
  const busy = join(folder, "logs", "busy.log");
  const write = (number: number) =>
    appendFileSync(busy, `time=${new Date().toISOString()} level=warn msg="busy ${number}"\n`);
  const written = () => readFileSync(settings, "utf8");

  before(async () => {
    for (const name of ["logs", ".vscode"]) mkdirSync(join(folder, name));
    const lines = Array.from(
      { length: 20 },
      (_, n) => `time=${new Date().toISOString()} level=info msg="${n}" path=/p/${n}\n`,
    );
    appendFileSync(join(folder, "logs", "app.log"), lines.join(""));
    write(0);
    writeFileSync(settings, SETTINGS);
    writeFileSync(file, FILE);
    const objects = Array.from({ length: 12 }, (_, n) => `{"level":"info","msg":"${n}","n":${n}}\n`);
    appendFileSync(join(folder, "logs", "extra.log"), objects.join(""));
    influx = await startFaultyInflux({ after: (end) => void ends.push(end) });
    workbench = await openWorkbench({
      folder,
      viewport: { width: 1600, height: 900 },
      toasts: [
        /^Log Monitor: allow sending logs to http:\/\/logs\.example\.org:80\? This workspace defines sinks\.webhook\.$/,
        /^app is read by regex now\.$/,
        /^extra is read by json now\.$/,
      ],
    });
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
  });

  const input = () => workbench.page.locator(".quick-input-widget .quick-input-box input");
  const widget = () => workbench.page.locator(".quick-input-widget");
  const asked = (text: string | RegExp) => widget().filter({ hasText: text }).waitFor({ timeout: 60_000 });
  const type = async (prompt: string, text: string) => {
    await asked(prompt);
    await input().fill(text);
  };
  const enter = () => input().press("Enter", { timeout: 60_000 });
  /** The box before may still stand there, and would take what is picked. */
  const listed = () => widget().locator(".monaco-list-row").first().waitFor({ timeout: 60_000 });

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
    await workbench.pictures("add-sink-fault");
    await input().fill(influx.url);
    await enter();
    await type("Database", "logs");
    await enter();
    await type("Token", "s3cret-t0ken");
    await enter();
    await asked("Keep it in the secret storage");
    await workbench.pick("Keep it in the secret storage");
    await asked("Name of the sink");
    await until(async () => (await input().inputValue()) === "influxdb", {
      what: "the name that is proposed",
    });
    await enter();
    await listed();
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
    await workbench.ask("Log Monitor: Add Sink", "Webhook");
    await workbench.pick("Without signing in");
    await type("Address of the server", "http://logs.example.org/in");
    await enter();
    await asked("Name of the sink");
    await enter();
    await listed();
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

  it("is shown what would be sent of a log that is being written, while a sink is put together", async () => {
    const { page } = workbench;
    const shown = (text: RegExp) =>
      page.locator(".editor-instance .view-line", { hasText: text }).first().waitFor({ timeout: 60_000 });
    const title = /(\d+)\sof\sthe\slast\s(\d+)\srecords,\sas\sthey\swould\sbe\ssent/;
    const counts = async (): Promise<readonly number[]> => {
      const line = page.locator(".editor-instance .view-line", { hasText: title }).first();
      const [, sent, all] = title.exec((await line.textContent({ timeout: 5_000 })) ?? "") ?? [];
      return [Number(sent), Number(all)];
    };
    let number = 1;
    writer = setInterval(() => write(number++), 200);
    await workbench.command("Log Monitor: Add Sink");
    await asked("Apache Kafka");
    // Kinds of sinks in the list, each with its payload as one looks at it.
    await shown(/^POST\s\/write/);
    await page.keyboard.press("ArrowDown");
    await shown(/^topic:\s(app|busy)$/);
    await page.keyboard.press("ArrowDown");
    await shown(/\{"create":\{"_index":"logs-(app|busy)-/);
    await workbench.screenshot("sink-preview-elasticsearch");
    await workbench.pick("InfluxDB");
    await workbench.pick("InfluxDB 1.x without signing in");
    await type("Address of the server", influx.url);
    await enter();
    await type("Database", "first");
    await shown(/^POST\s\/write\?db=first/);
    const unsent = page.locator(".editor-instance .view-line", { hasText: /^Not\ssent:\s1$/ }).first();
    assert.equal(await unsent.count(), 0);
    // What is written meanwhile is among them at the next key, or at one a second later.
    clearInterval(writer);
    appendFileSync(busy, "no logfmt at all\n");
    let tries = 0;
    await until(
      async () => {
        await input().fill(`logs${++tries}`);
        await shown(new RegExp(`^POST\\s/write\\?db=logs${tries}&`));
        return unsent.isVisible();
      },
      { timeout: 60_000, what: "the line that came" },
    );
    await enter();
    await type("Name of the sink", "points");
    await enter();
    await asked("How records are written");
    // What can't be sent is told, and is sent once that is chosen.
    await workbench.pick("Lines that did not parse");
    await asked("are left out");
    await unsent.waitFor({ timeout: 60_000 });
    await shown(/^it\sdid\snot\sparse\s\(unparsed:\sskip\)/);
    await shown(/^\s+no\slogfmt\sat\sall$/);
    await workbench.pictures("sink-preview-unsent");
    await page.keyboard.press("ArrowUp");
    await until(
      async () => {
        const [sent, all] = await counts();
        return sent === all;
      },
      { timeout: 60_000, what: "all of them to be sent" },
    );
    await enter();
    await asked("How records are written");
    assert.equal(parse(written())["logMonitor.sinks"].points, undefined, "nothing is written before the end");
    await workbench.screenshot("sink-preview-confirm");
    await workbench.pick("Add Sink");
    await until(() => parse(written())["logMonitor.sinks"].points, { timeout: 60_000, what: "the sink" });
    const { points } = parse(written())["logMonitor.sinks"];
    const database = `logs${tries}`;
    assert.deepEqual(points, { type: "influxdb", url: influx.url, database, unparsed: "send" });
    await page.locator(".tab", { hasText: "What would be sent" }).waitFor({ state: "hidden" });
  });

  it("leaves everything as it was by giving up", async () => {
    const before = written();
    await workbench.command("Log Monitor: Add Sink");
    await asked("Add Sink");
    await listed();
    // What fits nothing is no answer.
    await input().fill("none of these");
    await widget().locator(".monaco-list-row").first().waitFor({ state: "hidden", timeout: 60_000 });
    await enter();
    await workbench.pick("File");
    await type("File that records are appended to", "out/records.ndjson");
    await enter();
    await asked("Name of the sink");
    await input().press("Escape");
    await widget().waitFor({ state: "hidden", timeout: 60_000 });
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
    await workbench.ask("Log Monitor: Try Parser", "app");
    await row(/auto.*in use.*20 of 21 lines, 1 field.*sees logfmt/).waitFor({ timeout: 60_000 });
    await preview(/Not\staken:\s1$/, /21\s+a\sbanner\s‹202E›with␀\stricks$/, /20\s.*\/p\/19\s+19$/);
    await workbench.pictures("try-parser");
    const boxes = await page.locator(".editor-instance .unicode-highlight").count();
    assert.equal(boxes, 0, "what is shown in place of hidden characters is no warning of the editor's");
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
    await page.getByText("Undo", { exact: true }).first().click({ timeout: 60_000 });
    await until(() => written() === before, { timeout: 60_000, what: "the settings as they were" });
  });

  it("gives the place of a question that was left open to the one that is asked next", async () => {
    const { page } = workbench;
    const before = written();
    await workbench.ask("Log Monitor: Try Parser", "extra");
    const tab = (name: string) => page.locator(".tab", { hasText: `Preview of ${name}` });
    await tab("extra").waitFor({ timeout: 60_000 });
    const menuOfBusy = async () =>
      (await workbench.treeRow("busy")).click({ button: "right", timeout: 10_000 });
    await chooseFrom(page, menuOfBusy, "Try Parser…", tab("busy"));
    await tab("extra").waitFor({ state: "hidden", timeout: 60_000 });
    await asked(/logfmt.*in use/);
    await page
      .locator(".editor-instance .view-line", { hasText: /busy\s\d/ })
      .first()
      .waitFor({ timeout: 60_000 });
    await input().press("Escape");
    await widget().waitFor({ state: "hidden", timeout: 60_000 });
    await tab("busy").waitFor({ state: "hidden", timeout: 60_000 });
    assert.equal(written(), before);
  });

  it("writes into the configuration file that has the log, where all else stays, and takes it back", async () => {
    const { page } = workbench;
    await workbench.ask("Log Monitor: Try Parser", "extra");
    const rows = page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: /^plain.*in use/ }).waitFor({ timeout: 60_000 });
    await rows.filter({ hasText: /^json.*12 of 12 lines/ }).click({ timeout: 60_000 });
    const changed = FILE.replace("parser: plain", "parser: json");
    await until(() => readFileSync(file, "utf8") === changed, { timeout: 60_000, what: "the new parser" });
    await workbench.command("Notifications: Show Notifications");
    const told = page.locator(".notifications-center .notification-list-item", {
      hasText: "extra is read by json now",
    });
    await told.getByText("Undo", { exact: true }).click({ timeout: 60_000 });
    await until(() => readFileSync(file, "utf8") === FILE, { timeout: 60_000, what: "the file as it was" });
  });
});
