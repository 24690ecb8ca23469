import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { visible } from "../../../../src/lib/visible.ts";
import { violations } from "../../../helpers/axe.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { expectEdges } from "./high-contrast.ts";
import { usePanels } from "./log-panels.ts";
import { openWatched } from "./log-window.ts";
import { type Stop, turnBack, walk } from "./tab-walk.ts";

const patient = { timeout: 60_000, every: 100 };
const SIZE = { width: 1600, height: 1000 };
/** Text that would be something else if anything took it for more than text. */
const HOSTILE = [
  "<img src=x onerror=alert(1)><script>document.title = 'taken'</script>",
  "<style>* { display: none }</style><base href=//evil.example><iframe srcdoc=x></iframe>",
  "\u001b[31mred\u001b[0m \u001b]8;;command:x\u0007link\u001b]8;;\u0007 \u001b[2J\u001b]0;title\u0007",
  "\u202egnp.exe\u202c \u2066a\u2069 \u200fb \u0000null\u0000 \ufeffmark",
  "${workspaceFolder} ${env:HOME} {{7*7}} $(sync~spin) %s %n",
  "[quit](command:workbench.action.quit) ![](https://evil.example/x.png) **bold** `code`",
  "\ud83d\ude00\u0301 \ud800 lone",
];
/** A name that Markdown, icons and HTML would each read in their own way; no file system refuses it but Windows'. */
const FILE = "[quit](command:workbench.action.quit) <b>$(zap) & `.log";
const LONG = `long ${"x".repeat(1_000_000)}end`;

describe("the pages for everyone", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let log: Frame;
  let dashboard: Frame;

  const state = (text: string) => log.locator(".state", { hasText: text }).waitFor(patient);
  /** Keeps what the policy of a page refuses from now on. */
  const watch = (frame: Frame) =>
    frame.evaluate(`addEventListener("securitypolicyviolation", (event) =>
      (globalThis.refused ??= []).push(event.violatedDirective + " " + event.blockedURI))`);
  const refused = (frame: Frame) => frame.evaluate<string[]>("globalThis.refused ?? []");
  /** A key of 300 characters leaves room for its value in the tree of the details. */
  const expectValueOfLongKey = async () => {
    const key = log.locator('.details .json-key[title^="<i>name"]');
    await key.waitFor(patient);
    const look = () =>
      key.evaluate((one) =>
        [one, one.nextElementSibling, one.closest(".details")].map((each) => {
          const { left = 0, right = 0 } = each?.getBoundingClientRect() ?? {};
          return { left, right };
        }),
      );
    // The record may be drawn anew just then, and what was found is gone.
    const drawn = async () => {
      const found = await look();
      return found.every(({ right }) => right > 0) ? found : undefined;
    };
    const [name, value, pane] = await until(drawn, { ...patient, what: "the key and its value" });
    const places = JSON.stringify({ name, value, pane });
    assert.ok(name && value && pane, places);
    assert.ok(name.right - name.left > 20 && value.left >= name.right, places);
    assert.ok(value.right - value.left > 40 && value.right <= pane.right + 1, places);
    assert.equal((await key.getAttribute("title"))?.length, 307);
  };
  const sound = async (name: string, frames: readonly Frame[] = [log, dashboard]) => {
    for (const frame of frames) {
      assert.deepEqual(await violations(frame), [], name);
    }
  };

  before(async () => {
    mkdirSync(join(folder, "logs"));
    const end = Date.now() - 1000;
    const lineOf = (msg: string, number: number) =>
      JSON.stringify({
        time: new Date(end - (100 - number) * 100).toISOString(),
        level: number % 2 === 0 ? "error" : "info",
        msg,
        path: HOSTILE[number % HOSTILE.length],
        [`<i>name${"y".repeat(300)}`]: "w".repeat(20_000),
        // What JSON.stringify itself leaves out.
        ["__proto__"]: { polluted: number },
        took: number,
      });
    const lines = [...HOSTILE, ...Array.from({ length: 30 }, (_, i) => `calm ${i}`)];
    writeFileSync(join(folder, "logs", FILE), `${lines.map(lineOf).join("\n")}\n`);
    appendFileSync(join(folder, "logs", FILE), `${lineOf(LONG, 99)}\n`);
    const settings = {
      "logMonitor.sources": {
        app: { type: "file", paths: ["logs/*.log"], parser: "json", from: "start" },
      },
      "logMonitor.sinks": { out: { type: "file", path: "out.ndjson" } },
    };
    ({ workbench, faults } = await openWatched(folder, settings, { viewport: SIZE }));
    workbench.page.on("dialog", (dialog) => {
      faults.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    workbench.page.on("request", (request) => {
      if (/evil\.example/.test(request.url())) faults.push(`asked for ${request.url()}`);
    });
    await workbench.openContainer("Log Monitor");
    await workbench.treeRow("quit");
  });
  after(() => workbench?.stop());

  it("show the name of a file as text in the tree and in its tooltip", async () => {
    const row = await workbench.treeRow("quit");
    assert.ok((await row.textContent())?.includes(FILE), (await row.textContent()) ?? "");
    const tips = workbench.page.locator(".monaco-hover:visible");
    const tip = await until(
      async () => {
        await workbench.page.mouse.move(700, 600);
        await row.hover({ timeout: 5_000 });
        await tips.filter({ hasText: "quit" }).first().waitFor({ timeout: 5_000 });
        // At once: it goes when the row under the mouse is drawn anew.
        const all = await tips.evaluateAll((found) =>
          found.map((one) => ({
            text: one.textContent ?? "",
            // The chart of its last minutes is code, and made of blocks alone.
            marked: [...one.querySelectorAll("a, b, code, .codicon-zap")].filter(
              ({ textContent }) => !/^[▁▂▃▄▅▆▇█]{30}$/.test(textContent ?? ""),
            ).length,
          })),
        );
        return all.find(({ text }) => text.includes("quit"));
      },
      { ...patient, what: "the tooltip" },
    );
    assert.ok(tip.text.includes(FILE), tip.text);
    assert.equal(tip.marked, 0);
    await workbench.page.mouse.move(700, 600);
  });

  it("show what lines hold as text in rows, details, fields and suggestions", async () => {
    await workbench.command("Log Monitor: Open Log View");
    log = await workbench.webview("main .list");
    await watch(log);
    await state("38 of 38 lines");
    await log.locator('vscode-toolbar-button[label="Fields and their values"]').click();
    await log.locator(".facets .told", { hasText: "all 38 hits counted" }).waitFor(patient);
    for (const word of ["img src", "iframe", "link", "gnp", "workspaceFolder", "quit", "lone", "long"]) {
      await log.locator(".list").focus();
      await workbench.page.keyboard.press(word === "long" ? "End" : "Home");
      const row = log.locator(".body .row").filter({ has: log.locator(".message", { hasText: word }) });
      await row.first().click(patient);
      if (!(await log.locator(".details").isVisible())) await workbench.page.keyboard.press("Enter");
      await log.locator(".details .field .value").filter({ hasText: word }).first().waitFor(patient);
      for (const tab of ["JSON", "Bytes", "Fields"]) {
        await log.locator(".details vscode-tab-header", { hasText: tab }).click();
        if (tab === "JSON") await expectValueOfLongKey();
      }
    }
    await log.locator('.facets vscode-tree-item[data-field="path"]').click();
    const value = log.locator('.facets vscode-tree-item[data-field="path"] vscode-tree-item');
    await value.filter({ hasText: "<img src=x" }).first().waitFor(patient);
    await log.locator("input.query").fill("path:");
    await log.locator("[role=option]", { hasText: "<img src=x" }).first().waitFor(patient);
    const own = "img, iframe, base, main script, main style, a[href^='command']";
    assert.equal(await log.locator(own).count(), 0);
    assert.notEqual(await log.evaluate("document.title"), "taken");
    await workbench.screenshot("everyone-hostile");
  });

  it("are gone through by Tab in the order in which things stand, back as there, each with a name", async () => {
    await log.locator("input.query").fill("");
    await state("38 of 38 lines");
    const { keyboard } = workbench.page;
    await log.locator("input.query").focus();
    const there = await walk(log, keyboard);
    await turnBack(log);
    const back = await walk(log, keyboard, { key: "Shift+Tab", most: there.length });

    const told = JSON.stringify(there);
    assert.ok(there.length > 15, told);
    assert.deepEqual(
      there.filter(({ name }) => name === ""),
      [],
    );
    // What is drawn anew meanwhile moves places, and sides not.
    const sides = (stops: readonly Stop[]) => stops.slice(1).map(({ side }) => side);
    assert.ok(
      sides(there).every((side) => side === "after"),
      told,
    );
    assert.ok(
      sides(back).every((side) => side === "before"),
      JSON.stringify(back),
    );
    const names = (stops: readonly Stop[]) => stops.map(({ name }) => name);
    assert.deepEqual(names(back).toReversed(), names(there));
    assert.ok(
      there.some(({ name }) => name === "Log lines"),
      told,
    );
  });

  it("break no rule of axe with suggestions or a panel open", async () => {
    await sound("suggestions", [log]);
    await workbench.page.keyboard.press("Escape");
    await log.locator("input.query").fill("");
    const table = log.locator('.histogram [icon="table"]');
    await table.click();
    await log.locator(".histogram .numbers").waitFor(patient);
    await sound("histogram", [log]);
    await table.click();
    await log.locator("[data-act=options]").click();
    await log.locator(".options .boxes").waitFor(patient);
    await sound("options", [log]);
    await workbench.page.keyboard.press("Escape");
    await log.locator("input.query").fill("level:eror");
    await log.locator(".problem", { hasText: "is no level" }).waitFor(patient);
    await sound("a problem", [log]);
    await log.locator("input.query").fill("no such line");
    await state("0 of 38 lines");
    await sound("nothing found", [log]);
    await log.locator("input.query").fill("");
    await state("38 of 38 lines");
  });

  usePanels(() => ({ log, workbench, state }));

  it("break no rule of axe in any theme, at 200 % zoom and with reduced motion", async () => {
    // This page of all that was shown so far goes now.
    assert.deepEqual(await refused(log), []);
    await workbench.command("Log Monitor: Open Dashboard");
    await workbench.webview("main .figures");
    await workbench.command("View: Move Editor into Next Group");
    await workbench.page.keyboard.press("Control+b");
    let [lastLog, lastDashboard]: Frame[] = [];
    /** Both stay: an editor that gets another place begins its page anew. */
    const sideBySide = async () => {
      [lastLog, lastDashboard] = [log, dashboard];
      dashboard = await workbench.webview("main .figures");
      log = await workbench.webview("main .list");
      const stay = log === lastLog && dashboard === lastDashboard;
      const figures = await dashboard.locator("[data-figure]").first().isVisible();
      return stay && figures && (await log.locator(".state", { hasText: "38 of 38 lines" }).isVisible());
    };
    await until(sideBySide, { ...patient, every: 500, what: "both pages, side by side" });
    await Promise.all([log, dashboard].map(watch));
    await log.locator(".body .row").filter({ hasText: "calm" }).first().dblclick(patient);
    await log.locator(".details .field").first().waitFor(patient);
    await workbench.inThemes(async (theme) => {
      await sound(theme);
      await workbench.screenshot(`everyone-${theme}`);
      if (theme.startsWith("hc-")) await expectEdges(log, dashboard);
    });
    // A page at twice the size has half of the room.
    await workbench.page.setViewportSize({ width: SIZE.width / 2, height: SIZE.height / 2 });
    await workbench.page.emulateMedia({ reducedMotion: "reduce" });
    const moving = "document.getAnimations().filter((one) => one.playState === 'running').length";
    await workbench.inThemes(async (theme) => {
      await sound(`200 % in ${theme}`);
      await workbench.screenshot(`everyone-zoomed-${theme}`);
      for (const frame of [log, dashboard]) assert.equal(await frame.evaluate(moving), 0);
    });
    await workbench.page.setViewportSize(SIZE);
  });

  it("show the most frequent values as text, with nothing hidden in them", async () => {
    const values = dashboard.locator(".values");
    await values.scrollIntoViewIfNeeded();
    await values.locator(".top .link", { hasText: "<img src=x" }).first().waitFor(patient);
    const told = await values
      .locator(".top .link")
      .evaluateAll((all) =>
        all.flatMap((one) => [one.textContent ?? "", one.getAttribute("aria-label") ?? ""]),
      );
    assert.ok(
      told.every((text) => text === visible(text)),
      JSON.stringify(told.filter((text) => text !== visible(text))),
    );
    assert.ok(
      told.some((text) => /‹202E›|␛/.test(text)),
      JSON.stringify(told),
    );
  });

  it("show tables in place of charts that axe finds nothing in", async () => {
    const cards = await dashboard.locator(".card:not(.none)").all();
    assert.ok(cards.length >= 8, `${cards.length} charts have something to show`);
    for (const card of cards) {
      const name = (await card.locator("h2").first().textContent()) ?? "";
      assert.equal(await card.locator(".toggle:visible").count(), 1, `the toggle of ${name}`);
      await card.locator(".toggle").click();
      await card.locator(".numbers table").waitFor(patient);
      assert.equal(await card.locator(".stage:visible").count(), 0, name);
      const cells = card.locator(".numbers tbody:not(.total) td");
      assert.ok(
        (await cells.allTextContents()).some((text) => /\d|[a-z]/.test(text)),
        `numbers of ${name}`,
      );
    }
    await workbench.inThemes(async (theme) => {
      await sound(`tables in ${theme}`, [dashboard]);
      await workbench.screenshot(`dashboard-tables-${theme}`);
    });
    const charts = await log.locator(".timeline:visible").all();
    assert.equal(charts.length, 1);
    for (const chart of charts) {
      await chart.locator('[icon="table"]').click();
      await chart.locator(".numbers tbody:not(.total) td").first().waitFor(patient);
    }
    await sound("tables", [log]);
  });

  it("are measured by a ruler that finds what is wrong", async () => {
    await log.evaluate("document.querySelector('.query').removeAttribute('aria-label')");
    await log.evaluate("document.querySelector('.query').removeAttribute('placeholder')");
    await log.evaluate("document.querySelector('.query').removeAttribute('title')");
    await log.evaluate("document.querySelector('.state').style.color = 'rgb(128 128 128 / 40%)'");
    const rules = (await violations(log)).map((one) => one.split(":")[0]);
    assert.ok(rules.includes("label") && rules.includes("color-contrast"), rules.join());
  });

  it("are refused nothing by their policy, none of those that there were, and ask for nothing outside", async () => {
    for (const frame of [log, dashboard]) assert.deepEqual(await refused(frame), []);
    assert.deepEqual(faults, []);
    // The window hears of what is refused in any page, for good; so it would have of those that are gone.
    for (const frame of [log, dashboard]) {
      await frame.evaluate(
        "document.body.append(Object.assign(new Image(), { src: 'https://evil.example/x' }))",
      );
      await until(async () => (await refused(frame)).some((one) => /^img-src .*evil/.test(one)), {
        ...patient,
        what: "the page to hear of it",
      });
      await until(() => faults.splice(0).some((one) => /evil.*Content Security Policy/is.test(one)), {
        ...patient,
        what: "the window to hear of it",
      });
    }
  });
});
