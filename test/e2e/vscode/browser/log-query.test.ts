import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Frame, Locator } from "playwright-core";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

const LINES = 400;
/** Needs quotes and escapes, and would be markup. */
const HOSTILE = '<b>"a\\b" (c) OR -d*';

const lineOf = (number: number, time: number) =>
  JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 10 === 0 ? "error" : "info",
    msg: `request ${number} took ${number % 97} ms`,
    path: number % 4 === 0 ? HOSTILE : `/api/items/${number % 3}`,
    took: number % 97,
  });

describe("the query box of the log view", () => {
  const folder = tempFolder({ after });
  const settingsPath = join(folder, ".vscode", "settings.json");
  const settingsNow = () => JSON.parse(readFileSync(settingsPath, "utf8"));
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  const query = () => frame.getByRole("combobox", { name: /^Search/ });
  const options = () => frame.getByRole("option");
  const press = (key: string) => workbench.page.keyboard.press(key);
  const counts = (text: string) => says(frame, ".state", text);
  /** Labels of what is offered, as soon as they are these. */
  const offers = (fits: (labels: readonly string[]) => boolean, what: string) =>
    until(async () => fits(await options().locator(".label").allTextContents()), {
      timeout: 60_000,
      every: 100,
      what,
    });

  const becomes = (text: string) =>
    until(async () => (await query().inputValue()) === text, {
      timeout: 60_000,
      what: `${text} in the box`,
    });

  /** Acts on an entry of the list of saved searches, which closes itself when the window gives the page the focus back. */
  const onSaved = (name: string, act: (row: Locator) => Promise<void>) =>
    until(
      async () => {
        const row = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: name });
        if (!(await row.isVisible())) await workbench.command("Log Monitor: Open Saved Query");
        await act(row);
        return true;
      },
      { timeout: 60_000, every: 100, what: `${name} in the list` },
    );

  before(async () => {
    createAppLog(folder, LINES, lineOf);
    ({ workbench, faults } = await openOnAppLog(folder));
    frame = await openLogView(workbench);
    await counts("400 of 400 lines");
  });
  after(() => workbench?.stop());

  it("takes expressions, and marks one that is none where it stands", async () => {
    await query().fill("level:info message:/took 1[0-9] MS$/i");
    await counts("38 of 400 lines");
    await query().fill("msg /(took/");
    await frame.locator(".problem", { hasText: "no regular expression" }).waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator(".marks mark").textContent(), "/(took/");
    await workbench.pictures("log-query-problem");
    await query().fill("/request 1.$/i");
    await frame.locator(".problem:empty").waitFor({ state: "attached", timeout: 60_000 });
  });

  it("leaves the query before in force while one is wrong: for what is pressed, and when the view was hidden", async () => {
    await query().fill("took:3");
    await counts("5 of 400 lines");
    await query().fill("took:3 AND");
    const wrong = () => frame.locator(".problem", { hasText: "stops short" }).waitFor({ timeout: 60_000 });
    await wrong();
    await counts("5 of 400 lines · still for took:3");
    await frame.getByRole("grid", { name: "Log lines" }).focus();
    await press("Control+l");
    await says(frame, ".state", /^0 of /);
    await press("Control+z");
    await counts("5 of 400 lines");
    await wrong();
    const hidden = frame;
    await workbench.command("File: New Untitled Text File");
    await until(() => hidden.isDetached(), { timeout: 60_000, every: 100, what: "the page to be gone" });
    await workbench.page.locator(".tab", { hasText: "Log" }).click();
    frame = await workbench.webview("main .list");
    await counts("5 of 400 lines");
    await wrong();
    assert.equal(await query().inputValue(), "took:3 AND");
    await query().fill("");
    await counts("400 of 400 lines");
    assert.equal(await frame.locator(".problem").textContent(), "");
  });

  it("says that no line has a field, and asks for the one that is meant", async () => {
    await query().fill("tok:3");
    const empty = frame.locator(".empty");
    await empty.getByText("No line here has the field tok: did you mean took?").waitFor({ timeout: 60_000 });
    await workbench.pictures("log-query-missing");
    await empty.getByText("Search for took:3").click();
    await becomes("took:3");
    await counts("5 of 400 lines");
    await query().fill("");
    await counts("400 of 400 lines");
  });

  it("keeps each key that follows right behind Ctrl+A", async () => {
    for (let i = 0; i < 8; i++) {
      await query().fill("request");
      await query().press("Control+a");
      await workbench.page.keyboard.type("message:took", { delay: 30 });
      assert.equal(await query().inputValue(), "message:took");
    }
    await query().press("Escape");
  });

  it("completes fields and values by keyboard, and finds what was taken", async () => {
    await query().fill("");
    await query().focus();
    await press("Control+Space");
    await offers((labels) => labels.includes("level") && labels.includes("took"), "fields");
    assert.equal(await query().getAttribute("aria-expanded"), "true");
    const active = await query().getAttribute("aria-activedescendant");
    assert.equal(await frame.locator(`#${active}`).getAttribute("aria-selected"), "true");
    await workbench.pictures("log-query");
    await offers((labels) => labels.length > 5, "fields still");
    await press("Escape");
    await query().pressSequentially("level:e");
    await offers((labels) => labels.join() === "error", "levels that begin so");
    await press("ArrowDown");
    await press("Tab");
    await becomes("level:error ");
    await counts("40 of 400 lines");
    await query().pressSequentially("p");
    await offers((labels) => labels.join() === "path", "the field");
    // Of the list for what was written before: the next one is on its way.
    for (const key of ["a", "ArrowDown", "Enter"]) await press(key);
    await becomes("level:error path:");
    await offers((labels) => labels[0] === HOSTILE, "values, the most frequent first");
    assert.equal(await options().first().locator(".count").textContent(), "20");
    await press("ArrowDown");
    await press("Enter");
    await counts("20 of 400 lines");
    assert.equal(await frame.locator(".problem").textContent(), "");
    assert.equal(await query().getAttribute("aria-expanded"), "false");
    await press("Escape");
    await counts("400 of 400 lines");
  });

  it("leaves Enter and Escape alone while nothing of the list is chosen", async () => {
    await query().fill("fil");
    await offers((labels) => labels.includes("file"), "the field");
    await press("Enter");
    await counts("0 of 400 lines");
    assert.equal(await query().inputValue(), "fil");
    await query().fill("lev");
    await offers((labels) => labels.includes("level"), "the field");
    await press("Escape");
    assert.equal(await query().inputValue(), "lev");
    await press("Escape");
    assert.equal(await query().inputValue(), "");
    await counts("400 of 400 lines");
    await query().pressSequentially("bef");
    for (const [key, value] of [
      ["ArrowUp", "lev"],
      ["ArrowUp", "fil"],
      ["ArrowDown", "lev"],
      ["ArrowDown", "bef"],
    ] as const) {
      await press(key);
      assert.equal(await query().inputValue(), value);
    }
    // Of an input method it only gives up what is being composed.
    await query().dispatchEvent("keydown", { key: "Escape", isComposing: true });
    assert.equal(await query().inputValue(), "bef");
    await press("Escape");
  });

  it("saves the search under a name, in the settings of the workspace", async () => {
    await query().fill("level:error AND path:/api/*");
    await counts("20 of 400 lines");
    await frame.locator("vscode-toolbar-button.saved").click();
    await workbench.pick("Save This Search");
    await workbench.page
      .locator(".quick-input-title", { hasText: "Save Search" })
      .waitFor({ timeout: 60_000 });
    const input = workbench.page.locator(".quick-input-widget .quick-input-box input");
    await input.fill("API errors");
    await press("Enter");
    await frame
      .locator("vscode-toolbar-button.saved[label='Saved as API errors']")
      .waitFor({ timeout: 60_000 });
    assert.deepEqual(settingsNow()["logMonitor.queries"], { "API errors": "level:error AND path:/api/*" });
  });

  it("shows changes of the setting at once, and opens what is chosen", async () => {
    const queries = {
      "API errors": "level:error",
      "Slow ones": { query: "took:>=90", levels: ["error", "info"], range: "2h" },
    };
    writeFileSync(settingsPath, JSON.stringify({ ...settingsNow(), "logMonitor.queries": queries }));
    await frame.locator("vscode-toolbar-button.saved[icon='star-empty']").waitFor({ timeout: 60_000 });
    await frame.locator("vscode-toolbar-button.saved").click();
    await workbench.pick("Slow ones");
    await frame
      .locator("vscode-toolbar-button.saved[label='Saved as Slow ones']")
      .waitFor({ timeout: 60_000 });
    assert.equal(await query().inputValue(), "took:>=90");
    await counts("28 of 400 lines");
    await workbench.command("Log Monitor: Open Saved Query");
    const listed = workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "Slow ones" });
    await listed.waitFor({ timeout: 60_000 });
    await workbench.screenshot("log-query-saved");
    const deleted = () => Object.keys(settingsNow()["logMonitor.queries"] ?? {}).join() === "API errors";
    await onSaved("Slow ones", async (row) => {
      await row.hover({ timeout: 3_000 });
      await row.locator(".action-label").first().click({ timeout: 3_000 });
      await until(deleted, { timeout: 3_000, what: "the search to be deleted" });
    }).catch((error: unknown) => assert.ok(deleted(), `${error}`));
    // The caret stays in the box, where nothing is written meanwhile.
    await query().press("End");
    await onSaved("API errors", async (row) => {
      await row.click({ timeout: 3_000 });
      // It may just have been closing.
      const found = async () => (await frame.locator(".state").textContent())?.startsWith("40 of 400 lines");
      await until(found, { timeout: 10_000, what: "what it finds" });
    });
    assert.equal(await query().inputValue(), "level:error");
  });

  it("says why a saved search can't be deleted", async () => {
    const good = readFileSync(settingsPath, "utf8");
    writeFileSync(settingsPath, `${good}\n}`);
    const told = workbench.page.getByPlaceholder(/settings/);
    await onSaved("API errors", async (row) => {
      await row.hover({ timeout: 3_000 });
      await row.locator(".action-label").first().click({ timeout: 3_000 });
      await told.waitFor({ timeout: 3_000 });
    });
    writeFileSync(settingsPath, good);
    await press("Escape");
  });

  it("breaks no rule of its page", () => assert.deepEqual(faults, []));
});
