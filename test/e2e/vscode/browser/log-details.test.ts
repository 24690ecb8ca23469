import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { deadPort } from "../../../helpers/port.ts";
import { pressResting } from "../../../helpers/press.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { TRACED_MAPPINGS, TRACED_SETTINGS, TRACED_SOURCES, useFrames, writeTraced } from "./log-frames.ts";
import { openLogView, openWatched } from "./log-window.ts";

const START = Date.parse("2026-03-04T10:00:00Z");
const STACK = [
  "TypeError: no price",
  "    at total (/app/src/cart.ts:7:3)",
  "    at Module._compile (node:internal/modules/cjs/loader:1105:14)",
].join("\n");
const RECORDS = [
  {
    level: "error",
    msg: "payment failed",
    order: 4711,
    err: { type: "TypeError", stack: STACK },
    tags: ["a", "b"],
  },
  { level: "warn", msg: 'retried: File "/remote/host/tools/run.py", line 3, in run', order: 4712 },
  { level: "info", msg: "all is well", order: 4711, deep: { a: { b: { c: { d: "unfolded" } } } } },
  { level: "info", msg: "left alone at (/etc/passwd.js:1:1)", order: 4713 },
];

describe("the details of a line", () => {
  const folder = tempFolder({ after });
  const log = join(folder, "logs", "shop.log");
  const huge = join(folder, "logs", "huge.log");
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const query = () => frame.locator("input.query");
  const details = (selector: string) => frame.locator(`.details ${selector}`);
  const patient = { timeout: 60_000 };
  const tab = (name: string) => frame.locator(".details vscode-tab-header", { hasText: name }).click();
  const choose = async (text: string) => {
    // A click that comes while the rows are drawn anew goes to none of them.
    const shown = async (): Promise<boolean> => {
      // The line that is chosen already is drawn anew, too: under what is done next with what stands there now.
      await frame.evaluate(
        "document.querySelectorAll('.details .field').forEach((one) => one.dataset.old = '')",
      );
      await frame.locator(".body .row", { hasText: text }).click(patient);
      const value = details(".field:not([data-old]) .value").filter({ hasText: text }).first();
      return value.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    };
    await until(shown, { ...patient, what: `the details of ${text}` });
  };
  const stands = async (name: string, place: string) => {
    await workbench.page.locator(".tab.active", { hasText: name }).waitFor(patient);
    await workbench.page.locator(".statusbar-item", { hasText: place }).waitFor(patient);
  };

  before(async () => {
    for (const name of ["logs", "src", "tools"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "src", "cart.ts"), "// cart\n".repeat(20));
    writeFileSync(join(folder, "tools", "run.py"), "# run\n".repeat(5));
    writeTraced(folder);
    const lines = RECORDS.map((record, i) =>
      JSON.stringify({ time: new Date(START + i * 1000).toISOString(), ...record }),
    );
    writeFileSync(log, `${lines.join("\n")}\n`);
    writeFileSync(huge, "first\n");
    truncateSync(huge, 3 * 2 ** 30);
    appendFileSync(huge, "\n");
    const settings = {
      "logMonitor.sources": {
        shop: { type: "file", paths: ["logs/shop.log"], parser: "json", from: "start" },
        huge: { type: "file", paths: ["logs/huge.log"], parser: "plain", from: "end" },
        ...TRACED_SOURCES,
      },
      "logMonitor.sinks": {
        out: { type: "file", path: "out.ndjson" },
        nowhere: { type: "influxdb", url: `http://127.0.0.1:${await deadPort()}`, database: "d" },
      },
      "logMonitor.pathMappings": { "/app": "${workspaceFolder}", ...TRACED_MAPPINGS },
      ...TRACED_SETTINGS,
    };
    ({ workbench, faults } = await openWatched(folder, settings, {
      viewport: { width: 1400, height: 900 },
      toasts: [/^Exporting to .*exported\.ndjson/],
    }));
    frame = await openLogView(workbench, "shop.log");
    await frame.locator(".state", { hasText: "4 of 4 lines" }).waitFor(patient);
    await frame.locator(".body .row", { hasText: "payment failed" }).click(patient);
    await workbench.page.keyboard.press("Enter");
  });
  after(() => workbench?.stop());

  it("name each field, also nested ones, and ask for a value by click or key", async () => {
    await choose("payment failed");
    const names = await details(".field.own .name").allTextContents();
    assert.deepEqual(names, ["order", "err.type", "err.stack", "tags"]);
    const order = details(".field.own").filter({ hasText: "order" });
    await pressResting(order, order.locator("button").first(), "what asks for the order");
    assert.equal(await query().inputValue(), "order:4711");
    await frame.locator(".state", { hasText: "2 of 4 lines" }).waitFor(patient);
    await details(".field.own").filter({ hasText: "err.type" }).focus();
    await workbench.page.keyboard.press("-");
    assert.equal(await query().inputValue(), 'order:4711 -err.type:"TypeError"');
    await frame.locator(".state", { hasText: "1 of 4 lines" }).waitFor(patient);
    await query().fill("");
    await frame.locator(".state", { hasText: "4 of 4 lines" }).waitFor(patient);
  });

  it("are those of the line that was chosen, and keys go to no other where it is not found any more", async () => {
    const list = frame.locator(".list");
    const active = () => list.getAttribute("aria-activedescendant");
    await choose("payment failed");
    await until(async () => (await active()) !== null, { ...patient, what: "the line that is chosen" });
    await query().fill("-payment");
    await frame.locator(".state", { hasText: "3 of 4 lines" }).waitFor(patient);
    await until(async () => (await active()) === null, { ...patient, what: "no line that is chosen" });
    await list.focus();
    await workbench.page.keyboard.press("ArrowRight");
    assert.equal(await active(), null);
    assert.equal(await frame.locator(".body .row.active").count(), 0);
    await details(".field .value").filter({ hasText: "payment failed" }).first().waitFor(patient);
    await query().fill("");
    await frame.locator(".state", { hasText: "4 of 4 lines" }).waitFor(patient);
  });

  it("are opened by a double click, which marks nothing; text is marked by dragging over it", async () => {
    const { page } = workbench;
    // By its place among all lines: those that were found before stay in sight until these have come.
    const message = frame.locator('.body .row[data-place="2"] .message', { hasText: "all is well" });
    const marked = () => frame.evaluate<string>("String(getSelection())");
    await frame.locator(".list").focus();
    await page.keyboard.press("Escape");
    await frame.locator(".details").waitFor({ state: "hidden", ...patient });
    await message.dblclick({ position: { x: 12, y: 8 }, ...patient });
    await details(".field .value").filter({ hasText: "all is well" }).first().waitFor(patient);
    assert.equal(await marked(), "");
    const { x = 0, y = 0, height = 0 } = (await message.boundingBox()) ?? {};
    await page.mouse.move(x + 1, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 200, y + height / 2, { steps: 5 });
    await page.mouse.up();
    assert.equal((await marked()).trim(), "all is well");
    await frame.locator(".body .row .message", { hasText: "left alone" }).click();
    assert.equal(await marked(), "");
  });

  it("unfold what is nested as a tree", async () => {
    await choose("all is well");
    await tab("JSON");
    await frame.locator(".details .json-key", { hasText: /^a:$/ }).click();
    // From there on by the keyboard: right opens, and goes to what was opened.
    for (let i = 0; i < 12; i++) {
      if (await details(".json-string").filter({ hasText: "unfolded" }).isVisible()) break;
      await workbench.page.keyboard.press("ArrowRight");
    }
    await details(".json-string").filter({ hasText: "unfolded" }).waitFor(patient);
  });

  it("show the bytes as they stand in the file", async () => {
    await tab("Bytes");
    await details(".tip").filter({ hasText: "shop.log" }).waitFor(patient);
    const dump = (await details("pre.hex").textContent()) ?? "";
    const hex = [...dump.matchAll(/^[0-9a-f]{8} {2}(.{48})/gm)]
      .map(([, own = ""]) => own.replaceAll(" ", ""))
      .join("");
    assert.equal(`${Buffer.from(hex, "hex")}`, `${readFileSync(log, "utf8").split("\n")[2]}\n`);
  });

  it("tell what became of it at each sink", async () => {
    await tab("Delivery");
    await details("[data-state=delivered]").filter({ hasText: "out" }).waitFor(patient);
    await details("[data-state=waiting]").filter({ hasText: "nowhere" }).waitFor(patient);
    await details("[data-state=delivered]").filter({ hasText: "store" }).waitFor(patient);
  });

  it("are copied as line, JSON, Markdown and filter, by keys and by buttons", async () => {
    await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const clipboard = () => workbench.page.evaluate<string>("navigator.clipboard.readText()");
    const copied = async (copy: () => Promise<void>): Promise<string> => {
      await workbench.page.evaluate("navigator.clipboard.writeText('')");
      await copy();
      return until(clipboard, { ...patient, what: "what was copied" });
    };
    const key = (name: string) => async () => {
      await frame.locator(".list").focus();
      await workbench.page.keyboard.press(name);
    };
    const button = (name: string) => () => details(`[data-act=${name}]`).click();
    const sent = await until(
      () => {
        const written = readFileSync(join(folder, "out.ndjson"), "utf8").trimEnd().split("\n");
        return written.map((text) => JSON.parse(text)).find(({ message }) => message === "all is well");
      },
      { ...patient, what: "the line at the sink" },
    );
    const line = readFileSync(log, "utf8").split("\n")[2] ?? "";
    const markdown = [
      "| field | value |",
      "|---|---|",
      `| \`time\` | \`${new Date(START + 2000).toISOString()}\` |`,
      "| `level` | `info` |",
      "| `source` | `shop` |",
      `| \`file\` | \`${log}:${readFileSync(log, "utf8").indexOf(line)}\` |`,
      `| \`id\` | \`${sent.id}\` |`,
      "| `order` | `4711` |",
      "| `deep.a.b.c.d` | `unfolded` |",
      "",
      "```text",
      line,
      "```",
      "",
    ];
    await tab("Fields");
    await choose("all is well");
    for (const by of [key("Control+c"), button("line")]) assert.equal(await copied(by), line);
    for (const by of [key("Control+Shift+c"), button("json")])
      assert.deepEqual(JSON.parse(await copied(by)), sent);
    assert.equal(await copied(button("markdown")), markdown.join("\n"));
    const order = details(".field.own").filter({ hasText: "order" });
    assert.equal(await copied(() => order.press("f")), "order:4711");
    await order.hover();
    assert.equal(await copied(() => order.locator("button").nth(2).click()), "order:4711");
    // What is copied as a filter finds that line, and no other.
    await query().fill(await copied(button("filter")));
    await frame.locator(".state", { hasText: "1 of 4 lines" }).waitFor(patient);
    await frame.locator(".body .row", { hasText: "all is well" }).waitFor(patient);
    await query().fill("");
    await frame.locator(".state", { hasText: "4 of 4 lines" }).waitFor(patient);
  });

  it("look right in every theme", async () => {
    await choose("payment failed");
    for (const name of ["Fields", "JSON", "Bytes", "Delivery"] as const) {
      await tab(name);
      if (name === "Fields") await details(".field.own").filter({ hasText: "err.type" }).hover();
      await workbench.pictures(`log-details-${name.toLowerCase()}`);
    }
    await tab("Fields");
  });

  it("open the code that a stack names, by the mapping of its root", async () => {
    await choose("payment failed");
    await details(".field .code-link").filter({ hasText: "/app/src/cart.ts:7:3" }).click();
    await stands("cart.ts", "Ln 7, Col 3");
  });

  it("open the code that the line names by a key, found by the end of its path", async () => {
    await frame.locator(".body .row", { hasText: "retried" }).click(patient);
    await frame.locator(".list").focus();
    await workbench.page.keyboard.press("Alt+Enter");
    await stands("run.py", "Ln 3, Col 1");
  });

  it("open the code that the line names by Ctrl and a click", async () => {
    await frame.locator(".body .row", { hasText: "payment failed" }).click({ modifiers: ["Control"] });
    await stands("cart.ts", "Ln 7, Col 3");
  });

  it("open nothing outside the workspace, and say what to do", async () => {
    await frame.locator(".body .row", { hasText: "left alone" }).click(patient);
    await frame.locator(".list").focus();
    await workbench.page.keyboard.press("Alt+Enter");
    await frame.locator(".note", { hasText: "logMonitor.pathMappings" }).waitFor(patient);
  });

  it("belong to what can be exported to a file", async () => {
    const file = join(folder, "exported.ndjson");
    await query().fill("order:4711");
    await frame.locator(".state", { hasText: "2 of 4 lines" }).waitFor(patient);
    await frame.locator("[data-act=export]").click();
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "NDJSON" })
      .first()
      .waitFor(patient);
    await workbench.pictures("log-export");
    await workbench.pick("NDJSON");
    const name = workbench.page.locator(".quick-input-widget .quick-input-box input");
    await until(async () => (await name.inputValue()).includes("log-"), {
      what: "the dialog",
      timeout: 60_000,
    });
    await name.fill(file);
    await workbench.page.keyboard.press("Enter");
    await frame.locator(".note", { hasText: "Exported 2 lines" }).waitFor(patient);
    const read = readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      read.map(({ message }) => message),
      ["payment failed", "all is well"],
    );
    assert.deepEqual(
      readdirSync(folder).filter((entry) => entry.endsWith(".part")),
      [],
    );
    await query().fill("");
  });

  it("lead to the line of a file that is too large for the editor, and to those around it", async () => {
    await workbench.treeRow("huge.log");
    appendFileSync(huge, Array.from({ length: 9000 }, (_, i) => `huge line ${i} \n`).join(""));
    await query().fill('"huge line 4321 "');
    // The holes of 3 GiB before it are read first.
    await frame.locator(".body .row", { hasText: "huge line 4321" }).click({ timeout: 240_000 });
    await frame.locator(".list").focus();
    await workbench.page.keyboard.press("Control+Enter");
    // Two lines come before: the first, and the hole.
    await workbench.page.locator(".tab.active", { hasText: "huge.log, lines 2324 to 6323" }).waitFor(patient);
    const lines = workbench.page.locator(".editor-instance .view-line", { hasText: "huge line 4321" });
    await lines.first().waitFor(patient);
    await workbench.screenshot("log-lines-dark");
    await workbench.command("Log Monitor: Later Lines");
    await workbench.page.locator(".tab.active", { hasText: "huge.log, lines 6124 to 9002" }).waitFor(patient);
    await workbench.page.locator(".action-label[aria-label^='Earlier Lines']").first().click();
    await workbench.page.locator(".tab.active", { hasText: "huge.log, lines 2324 to 6323" }).waitFor(patient);
  });

  useFrames(() => ({ frame, workbench, folder }));

  it("close by Escape from anywhere in them", async () => {
    await details(".field").first().focus();
    await workbench.page.keyboard.press("Escape");
    await until(async () => !(await frame.locator(".details").isVisible()), { what: "the pane to close" });
  });

  it("break no rule of the page", () => assert.deepEqual(faults, []));
});
