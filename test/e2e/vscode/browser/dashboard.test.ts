import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createLines, type LineFormat } from "../../../../src/cli/lines.ts";
import { HEALTHS } from "../../../../src/model.ts";
import { deadPort, freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import { viewTitle } from "../../../helpers/vscode-views.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import {
  type Dashboard,
  drawSpan,
  openDashboard,
  reloadWithDashboard,
  shownDashboard,
  spanOf,
  type Totals,
} from "./dashboard.ts";
import { PATIENCE } from "./log-live.ts";
import { openWatched, says } from "./log-window.ts";
import { createTally, type Tally } from "./tally.ts";
import { watchWire } from "./wire.ts";

/** What goes into each log: lines of its format, every so many of them one that no parser takes. */
const LOGS: readonly { id: string; format: LineFormat; every: number }[] = [
  { id: "access", format: "nginx", every: 9 },
  { id: "app", format: "json", every: 13 },
];
/** Lines of a log in all, and of one write. */
const LINES = 600;
const CHUNK = 15;

describe("the dashboard", () => {
  const folder = tempFolder({ after });
  const written: Record<string, Tally> = {};
  let faults: string[];
  let workbench: Workbench;
  let dashboard: Dashboard;
  let port: number;
  let writer: NodeJS.Timeout | undefined;
  /** Lines that are still to be written. */
  let left = LINES;

  const path = (id: string) => join(folder, "logs", `${id}.log`);
  const all = (of: (tally: Tally) => Totals): Totals => sum(Object.values(written).map(of));
  const perSource = (of: (tally: Tally) => number): Totals =>
    Object.fromEntries(Object.entries(written).map(([id, tally]) => [id, of(tally)]));
  const startWriting = () => {
    const makers = LOGS.map((log, i) => ({ ...log, make: createLines(log.format, i + 1) }));
    writer = setInterval(() => {
      for (const { id, make, every } of makers) {
        let text = "";
        for (let i = 0; i < CHUNK; i++) {
          const number = left - i;
          text += `${number % every === 0 ? `\u00fcbel # ${number}` : make(Date.now())}\n`;
        }
        appendFileSync(path(id), text);
        written[id]?.add(text);
      }
      left -= CHUNK;
      if (left <= 0) clearInterval(writer);
    }, 250);
  };
  /** That no chart lacks what was written, and none has more. */
  const expectWritten = async (of: Dashboard) => {
    await of.expectTotals(
      "lines",
      perSource(({ lines }) => lines),
    );
    await of.expectTotals(
      "bytes",
      perSource(({ bytes }) => bytes),
    );
    await of.expectTotals(
      "unparsed",
      perSource(({ unparsed }) => unparsed),
    );
    await of.expectTotals(
      "levels",
      all(({ levels }) => levels),
    );
    await of.expectTotals(
      "statuses",
      all(({ statuses }) => statuses),
    );
  };

  before(async () => {
    port = await freePort();
    mkdirSync(join(folder, "logs"));
    for (const { id, format } of LOGS) {
      written[id] = createTally(format);
      // Already there, so that it can be chosen: a line that counts like all others.
      const first = `${createLines(format, 99)(Date.now())}\n`;
      writeFileSync(path(id), first);
      written[id].add(first);
    }
    const settings = {
      "logMonitor.monitor": { port },
      // The charts stay as wide as they are.
      "logMonitor.dashboard.openLogView": false,
      "logMonitor.sources": {
        app: { type: "file", paths: ["logs/app.log"], parser: "json", from: "start" },
      },
      "logMonitor.sinks": {
        kept: { type: "file", path: "kept.txt" },
        // Nobody listens there.
        away: { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@nginx@s` },
      },
    };
    ({ workbench, faults } = await openWatched(folder, settings));
  });
  after(async () => {
    clearInterval(writer);
    await workbench?.stop();
  });

  it("is opened from the container, once a log was added and its rate moves", async () => {
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("app.log");
    await workbench.command("Log Monitor: Add Log");
    // By a click alone: what is typed makes VS Code filter and fill the list again, under the pointer.
    for (const entry of ["logs/access.log", "nginx", "From the start"]) {
      const rows = workbench.page.locator(".quick-input-list .monaco-list-row");
      await rows.and(workbench.page.locator(`[aria-label^="${entry}"]`)).click(PATIENCE);
    }
    const row = await workbench.treeRow("access.log");
    startWriting();
    await until(async () => /[1-9][\d.]*\/s/.test((await row.textContent()) ?? ""), {
      ...PATIENCE,
      what: "a rate that moves",
    });
    await viewTitle(workbench.page, "Logs").press("Open Dashboard");
    dashboard = await shownDashboard(workbench);
    await until(async () => Number(await dashboard.figure("tps")) > 10, {
      ...PATIENCE,
      what: "lines per second that move",
    });
  });

  it("charts what was written: lines, bytes, levels, statuses and parse errors of each source", async () => {
    await until(() => left <= 0, { ...PATIENCE, what: "all lines to be written" });
    await dashboard.range("5 min");
    await expectWritten(dashboard);
    await workbench.screenshot("dashboard-figures");
  });

  it("charts the levels, statuses and durations of one source when it is chosen", async () => {
    for (const { id } of LOGS) {
      await dashboard.source(id);
      await dashboard.expectTotals("lines", { [id]: written[id]?.lines ?? Number.NaN });
      await dashboard.expectTotals("levels", written[id]?.levels ?? {});
      await dashboard.expectTotals("statuses", written[id]?.statuses ?? {});
      const most = written[id]?.slowest ?? Number.NaN;
      let slowest = Number.NaN;
      const fits = async () => {
        slowest = (await dashboard.totals("durations")).p99 ?? Number.NaN;
        return slowest > 0 && slowest <= most * 1.02;
      };
      await until(fits, { ...PATIENCE, what: () => `p99 of ${slowest} s to be at most ${most} s` });
    }
    await dashboard.source("All sources");
  });

  it("draws the same as it tells: the rates along the crosshair add up to what was written", async () => {
    const lines = perSource(({ lines }) => lines);
    assert.deepEqual(await dashboard.walk("lines", sum([lines])), lines);
    const unparsed = perSource(({ unparsed }) => unparsed);
    assert.deepEqual(await dashboard.walk("unparsed", unparsed), unparsed);
  });

  it("opens the lines of the span that was drawn: of that time, and as many as it adds up to", async () => {
    await dashboard.frame.evaluate("scrollTo(0, 0)");
    await drawSpan(workbench, dashboard, "lines");
    const [from = 0, end = 0] = await spanOf(dashboard.frame);
    assert.ok(end - from > 250_000 && end - from < 310_000, `${end - from} ms are most of five minutes`);
    const shown = perSource(({ lines }) => lines);
    await dashboard.expectTotals("lines", shown);
    await dashboard.card("lines").getByRole("button", { name: "open the lines of access" }).click();
    const log = await workbench.webview("input.query", 60_000);
    const state = `${shown.access?.toLocaleString("en")} of ${shown.access?.toLocaleString("en")} lines`;
    await says(log, ".state", state);
    assert.equal(
      await log.evaluate("document.querySelector('.range vscode-single-select').value"),
      "between",
    );
    const [since = 0, last = 0] = await spanOf(log);
    assert.ok(since >= from - 1000 && last <= end + 1000 && since < last, String([from, since, last, end]));
    await workbench.command("View: Close Editor");
    dashboard = await shownDashboard(workbench);
    await dashboard.frame.getByRole("button", { name: "Live", exact: true }).click();
    await dashboard.range("5 min");
  });

  it("has the figures of the monitor", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/monitor`);
    const monitor = (await answer.json()) as Record<string, number | string>;
    const total = Object.values(written).reduce((sum, { lines }) => sum + lines, 0);
    assert.equal(monitor.HandleLine, total);
    const number = async (id: string) => Number((await dashboard.figure(id)).replaceAll(",", ""));
    assert.equal(await number("lines"), total);
    assert.equal(await number("read"), monitor.ReadChanLen);
    assert.equal(await number("write"), monitor.WriteChanLen);
    const unparsed = Object.values(written).reduce((sum, tally) => sum + tally.unparsed, 0);
    assert.ok((await number("errors")) > unparsed, "the sink's retries count");
    assert.match(await dashboard.figure("runtime"), /^(\d+m)?[\d.]+s$/);
  });

  it("says of each sink how far behind it is, its retries and its last error", async () => {
    const total = Object.values(written).reduce((sum, { lines }) => sum + lines, 0);
    await until(async () => Number((await dashboard.row("Sinks", "away")).Retries) > 1, { what: "retries" });
    const away = await dashboard.row("Sinks", "away");
    assert.match(away.State ?? "", /retrying/);
    assert.match((away.Behind ?? "").replaceAll(",", ""), new RegExp(`^${total} records`));
    assert.match(away["Last error"] ?? "", /ECONNREFUSED/);
    const kept = await dashboard.row("Sinks", "kept");
    assert.equal(kept.Behind, "up to date");
    assert.equal((kept.Delivered ?? "").replaceAll(",", ""), String(total));
    await dashboard.expectTotals("lag", { kept: 0, away: total, store: 0 });
    await dashboard.expectTotals("channels", { read: 0, write: total });
    assert.ok(((await dashboard.totals("spool")).spool ?? 0) > 0, "the spool holds what a sink lacks");
  });

  it("charts how late each sink is and how it fares, in a table, along the crosshair and in words", async () => {
    const late = await dashboard.totals("late");
    assert.deepEqual([late.kept, late.store], [0, 0]);
    assert.ok((late.away ?? 0) > 0, JSON.stringify(late));
    const card = dashboard.card("health");
    const open = HEALTHS.indexOf("open");
    await until(async () => (await dashboard.totals("health")).away === open, {
      ...PATIENCE,
      what: "the breaker of the sink that answers nothing to be seen open",
    });
    const { kept, store } = await dashboard.totals("health");
    assert.deepEqual([kept, store], [0, 0]);
    assert.equal(await card.locator(".total th").textContent(), "Worst");
    assert.ok((await card.locator(".numbers").textContent())?.includes("breaker open"));
    await card.locator(".toggle").click();
    const stage = card.locator(".stage");
    await stage.focus();
    await stage.press("End");
    const state = card.locator(".legend li", { hasText: "breaker open" });
    await until(async () => (await state.textContent())?.endsWith("away"), { what: "the step to be told" });
    assert.match((await card.locator(".legend").allTextContents()).join(), /running.*kept/);
    const value = async () => (await stage.getAttribute("aria-valuetext")) ?? "";
    await until(async () => /: .*away breaker open/.test(await value()), {
      what: "the step to be its value",
    });
    await stage.press("Escape");
    assert.match(await value(), /away: now .+, at worst breaker open at/);
  });

  it("shows one log alone when it is opened from its row, whether or not it was open", async () => {
    const fromRow = async (name: string) => {
      await (await workbench.treeRow(name)).click({ button: "right" });
      await workbench.page.locator(".monaco-menu").getByText("Open Dashboard", { exact: true }).hover();
      // A menu that has just opened takes no click, so as not to mistake the one that opened it.
      await workbench.page.keyboard.press("Enter");
      dashboard = await shownDashboard(workbench);
      const chosen = "document.querySelector('.toolbar vscode-single-select').value";
      await until(async () => (await dashboard.frame.evaluate(chosen)) === JSON.stringify(name), {
        what: `${name} to be chosen`,
      });
      await dashboard.expectTotals("lines", { [name]: written[name]?.lines ?? Number.NaN });
    };
    await fromRow("app");
    await workbench.command("View: Close All Editors");
    await fromRow("access");
    await dashboard.source("All sources");
  });

  it("has its history after the panel was closed", async () => {
    await workbench.command("View: Close Editor");
    await until(() => dashboard.frame.isDetached(), { what: "the panel to be closed" });
    dashboard = await openDashboard(workbench);
    await dashboard.range("15 min");
    await expectWritten(dashboard);
  });

  it("returns by itself after the window was reloaded, with its history and what was chosen", async () => {
    await dashboard.range("1 hr");
    await dashboard.source("app");
    await reloadWithDashboard(workbench, '"range":3600', '"source":"app"');
    dashboard = await shownDashboard(workbench);
    await dashboard.expectTotals("lines", { app: written.app?.lines ?? Number.NaN });
    assert.equal(await dashboard.frame.locator(".ranges input:checked").getAttribute("value"), "3600");
    await dashboard.source("All sources");
    await expectWritten(dashboard);
  });

  it("asks for nothing and is sent nothing while it is hidden", async () => {
    const wire = watchWire(workbench.page);
    await reloadWithDashboard(workbench);
    dashboard = await shownDashboard(workbench);
    await dashboard.source("app");
    await dashboard.source("All sources");
    left = LINES / 4;
    startWriting();
    await until(() => wire.sent() >= 3 && wire.received() >= 3, { ...PATIENCE, what: "a page in talks" });

    await workbench.command("File: New Untitled Text File");
    await until(() => dashboard.frame.isDetached(), { what: "the panel to be hidden" });
    const lines = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/monitor`);
      return Number(((await answer.json()) as { HandleLine: number }).HandleLine);
    };
    await until(() => left <= 0, { ...PATIENCE, what: "lines to be written" });
    left = LINES / 4;
    const [before, asked, told] = [await lines(), wire.sent(), wire.received()];
    startWriting();
    await until(async () => (await lines()) >= before + (LINES / 4) * LOGS.length, {
      ...PATIENCE,
      what: "lines to be read while nobody looks",
    });
    assert.deepEqual([wire.sent() - asked, wire.received() - told], [0, 0]);

    await workbench.page.locator(".tab", { hasText: "Log Monitor" }).click();
    dashboard = await shownDashboard(workbench);
    await expectWritten(dashboard);
    assert.ok(wire.sent() > asked);
  });

  it("breaks no policy and reports no error, and its policy is in force", async () => {
    assert.deepEqual(faults, []);
    await dashboard.frame.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { text: 'window.broken = true' }))",
    );
    await until(() => faults.some((fault) => /Content Security Policy/i.test(fault)), {
      what: "the refusal of an inline script",
    });
    assert.equal(await dashboard.frame.evaluate("window.broken"), undefined);
    assert.equal(
      await dashboard.frame.evaluate("fetch('https://example.invalid/').then(() => 'sent', () => 'refused')"),
      "refused",
    );
  });
});

function sum(totals: readonly Totals[]): Totals {
  const result: Totals = {};
  for (const one of totals) {
    for (const [name, value] of Object.entries(one)) result[name] = (result[name] ?? 0) + value;
  }
  return result;
}
