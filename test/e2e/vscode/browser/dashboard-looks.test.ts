import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { deadPort, freePort } from "../../../helpers/port.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { THEMES } from "../../../helpers/themes.ts";
import { until } from "../../../helpers/until.ts";
import { repository } from "../../../helpers/vscode-paths.ts";
import { type Started, start } from "../../../helpers/vscode-process.ts";
import { openWorkbench, type Workbench } from "../../../helpers/vscode-workbench.ts";
import { type SampleSource, writePast } from "../../../webview/sample.ts";
import { type Dashboard, openDashboard } from "./dashboard.ts";
import { useInstrument } from "./dashboard-instrument.ts";

const SOURCES: readonly (SampleSource & { readonly format: string })[] = [
  { id: "access", format: "nginx", rate: 60, kind: "access" },
  { id: "api", format: "json", rate: 20, kind: "access" },
  { id: "worker", format: "logfmt", rate: 8, kind: "program" },
];
const SIZES = [
  { width: 1280, height: 900 },
  { width: 800, height: 600 },
];

/** A quarter of an hour of figures, and logs that go on. */
describe("the looks of the dashboard", () => {
  const folder = tempFolder({ after });
  const writers: Started[] = [];
  let workbench: Workbench;
  let dashboard: Dashboard;

  before(async () => {
    mkdirSync(join(folder, ".vscode"));
    mkdirSync(join(folder, "logs"));
    const source = (name: string, parser: string) => ({ type: "file", paths: [`logs/${name}.log`], parser });
    const settings = {
      "logMonitor.dataDir": ".data",
      // The charts stay as wide as they are.
      "logMonitor.dashboard.openLogView": false,
      "logMonitor.monitor": { port: await freePort() },
      "logMonitor.sources": {
        ...Object.fromEntries(SOURCES.map(({ id, format }) => [id, source(id, format)])),
        batch: source("not-there-yet", "plain"),
      },
      "logMonitor.sinks": {
        kept: { type: "file", path: "kept.ndjson" },
        influx: { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@nginx@s` },
      },
    };
    writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
    writePast(join(folder, ".data"), SOURCES, { end: Math.floor(Date.now() / 1000) - 1, seconds: 1000 });
    for (const { id, format, rate } of SOURCES) {
      const args = ["--format", format, "--path", join(folder, "logs", `${id}.log`), "--rate", String(rate)];
      writers.push(start(process.execPath, [join(repository, "dist", "cli.js"), "generate", ...args]));
    }
    workbench = await openWorkbench({ folder });
    await workbench.openContainer("Log Monitor");
    dashboard = await openDashboard(workbench);
    await workbench.page.keyboard.press("Control+b");
    await until(async () => Number(await dashboard.figure("tps")) > 50, { timeout: 60_000, what: "lines" });
  });
  after(async () => {
    await Promise.all(writers.map((writer) => writer.stop()));
    await workbench?.stop();
  });

  for (const theme of THEMES) {
    it(`fit the window in ${theme}, wide and narrow, and keep text readable`, async () => {
      await workbench.setTheme(theme);
      for (const size of SIZES) {
        await workbench.page.setViewportSize(size);
        const width = Number(await dashboard.frame.evaluate("innerWidth"));
        await until(() => dashboard.frame.evaluate(FITTED), { what: `charts that fit ${width} px` });
        const name = `dashboard-${theme}-${size.width}`;
        await dashboard.frame.evaluate("scrollTo(0, 0)");
        await workbench.screenshot(name);
        await dashboard.card("health").scrollIntoViewIfNeeded();
        await until(() => dashboard.frame.evaluate(FITTED), { what: "the charts of the sinks" });
        await workbench.screenshot(`${name}-sinks`);
        await dashboard.frame.evaluate("scrollTo(0, document.body.scrollHeight)");
        await until(() => dashboard.frame.evaluate(FITTED), { what: "the charts below" });
        await workbench.screenshot(`${name}-end`);
        assert.deepEqual(await dashboard.frame.evaluate(CLIPPED), [], name);
        assert.deepEqual(await dashboard.frame.evaluate(FAINT), [], name);
      }
    });
  }

  it("show the title of each chart whole, in windows of any width and at 200 % zoom", async () => {
    // With the side bar, which takes as much as the page of a narrower window has less.
    for (const width of [640, 720, 960, 1130, 1280, 1440, 1920]) {
      await workbench.page.setViewportSize({ width, height: 900 });
      await until(() => dashboard.frame.evaluate(FITTED), { what: `charts that fit ${width} px` });
      assert.deepEqual(await dashboard.frame.evaluate(CUT_TITLES), [], `${width} px`);
    }
  });

  it("let everything be reached and used by keyboard, under a name of its own", async () => {
    const { frame } = dashboard;
    const { keyboard } = workbench.page;
    await workbench.page.setViewportSize(SIZES[0] ?? { width: 1280, height: 900 });
    const told = await frame.locator("main").ariaSnapshot();
    const nameless = told.split("\n").filter((line) => NAMELESS.test(line));
    assert.deepEqual(nameless, []);
    await frame.locator(".ranges input:checked").focus();
    const reached = new Set<string>();
    // Once it is nowhere: a value went that had it. Twice: it left the page.
    for (let pressed = 0, nowhere = 0; pressed < 150 && nowhere < 2; pressed++) {
      await keyboard.press("Tab");
      const at = String(await frame.evaluate(FOCUSED));
      nowhere = at === "BODY" ? nowhere + 1 : 0;
      reached.add(at);
    }
    assert.ok(reached.has("Zoom out (-)"), [...reached].join(", "));
    const stages = await frame.locator(".stage:visible").all();
    const charts = await Promise.all(
      stages.map((stage) => stage.locator("xpath=..").getAttribute("data-chart")),
    );
    const tables = ["Sources", "Sinks"];
    const buttons = [...SOURCES.map(({ id }) => `Pause ${id}`), "Pause batch"];
    const wanted = [...charts.map((id) => `chart ${id}`), ...tables, ...buttons];
    assert.deepEqual(
      wanted.filter((name) => !reached.has(name)),
      [],
      [...reached].join(", "),
    );
    const state = async () => (await dashboard.row("Sources", "api")).State;
    await frame.getByRole("button", { name: "Pause api" }).focus();
    await keyboard.press("Enter");
    await until(async () => /paused/.test((await state()) ?? ""), {
      timeout: 60_000,
      what: "the log to pause",
    });
    assert.equal(await frame.evaluate(FOCUSED), "Resume api");
    await keyboard.press("Enter");
    await until(async () => /watching/.test((await state()) ?? ""), {
      timeout: 60_000,
      what: "the log to go on",
    });
  });

  it("are measured by rulers that find what is wrong", async () => {
    const { frame } = dashboard;
    await frame.evaluate("document.querySelector('h2').style.color = 'rgb(128 128 128 / 40%)'");
    await frame.evaluate("document.querySelector('dd').style.cssText = 'width: 5px; overflow: hidden'");
    const [faint, clipped] = [await frame.evaluate(FAINT), await frame.evaluate(CLIPPED)];
    assert.equal((faint as string[]).length, 1, String(faint));
    assert.equal((clipped as string[]).length, 1, String(clipped));
  });

  useInstrument(() => ({ folder, workbench, dashboard }));
});

/** A line of an ARIA snapshot with something to use or to look at that has no name. */
const NAMELESS = /^\s*- (button|combobox|radio|checkbox|img|link|region|slider|textbox)(?! ")/;

/** What has the focus, also within a component: its chart, its label, or its element's name. */
const FOCUSED = `(() => {
  let at = document.activeElement;
  if (at.matches(".stage")) return "chart " + at.closest("[data-chart]").dataset.chart;
  return at.getAttribute("aria-label") ?? at.getAttribute("label") ?? (at.id || at.tagName);
})()`;

/** Whether the charts in sight are as wide as their places and have something drawn on them. */
const FITTED = `[...document.querySelectorAll(".canvas")].every((place) => {
  const { top, bottom } = place.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight || place.clientWidth === 0) return true;
  const canvas = place.querySelector("canvas");
  if (!canvas || Math.abs(canvas.getBoundingClientRect().width - place.clientWidth) > 1) return false;
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
})`;

/** Texts that are cut off without saying so, and boxes that reach beyond the page. */
const CLIPPED = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
  ...[...document.querySelectorAll("dt, dd, h2, .unit, .legend .value, .legend li, .ranges label, .note")]
    .filter((element) => element.offsetParent && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
    .map((element) => element.textContent),
  ...[...document.querySelectorAll(".scroll")]
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => "the table " + element.getAttribute("aria-label")),
  ...[...document.querySelectorAll(".card, .grid, .figures, .toolbar")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth)
    .map((element) => element.className),
]`;

/** Titles of charts that are cut off, go over several lines or reach into what stands beside them. */
const CUT_TITLES = `[...document.querySelectorAll(".card h2")]
  .filter((title) => title.offsetParent)
  .filter((title) => {
    const { left, right } = title.parentElement.getBoundingClientRect();
    const parts = [...title.getClientRects()];
    return parts.length !== 1 || parts[0].left < left - 1 || parts[0].right > right + 1;
  })
  .map((title) => title.textContent)`;

/** Texts whose contrast to what is behind them is below 4.5 (3 for large ones), by the formula of WCAG 2. */
const FAINT = `(() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colors) => {
    pen.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const colors = [];
    for (let at = element; at; at = at.parentElement) colors.unshift(getComputedStyle(at).backgroundColor);
    return ["#fff", ...colors];
  };
  const found = new Set();
  for (const element of document.querySelectorAll("main *")) {
    const said = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!said || !element.offsetParent || element.classList.contains("unseen")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const [a, b] = [light(over([...ground, style.color])), light(over(ground))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < (parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
      found.add(element.textContent + ": " + contrast.toFixed(2) + " (" + style.color + ")");
    }
  }
  return [...found];
})()`;
