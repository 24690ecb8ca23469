import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { until } from "../../../helpers/until.ts";
import { type Generated, generateLog, RATE, requestOf } from "./log-generator.ts";
import { type LiveSession, PATIENCE } from "./log-live.ts";
import { logReader } from "./log-reader.ts";

/** Files of more bytes than this are shown by windows of their lines. */
const EDITABLE = 50 * 2 ** 20;
/** What a file that is larger holds before any is watched. */
const OLD = { lines: 60_000, characters: 900 };

export const OPENED_SOURCES = {
  large: { type: "file", paths: ["logs/large.log"], parser: "json", from: "end" },
  small: { type: "file", paths: ["logs/small.log"], parser: "json", from: "start" },
};

/** For `before`: the log that is larger than the editor opens. */
export function writeLarge(folder: string): void {
  const path = join(folder, "logs", "large.log");
  const message = "x".repeat(OLD.characters);
  writeFileSync(path, "");
  for (let from = 0; from < OLD.lines; from += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, i) => JSON.stringify({ old: from + i, message }));
    appendFileSync(path, `${lines.join("\n")}\n`);
  }
  assert.ok(OLD.lines * OLD.characters > EDITABLE);
}

/**
 * What the editor shows of a line that a log view has found, while its file grows.
 * @param session a window with `OPENED_SOURCES` and a log view
 */
export function useOpening(session: () => Pick<LiveSession, "frame" | "workbench" | "folder">): void {
  const page = () => session().workbench.page;
  const view = () => logReader(session().workbench, session().frame);
  const eventually = <T>(what: string, fits: () => T | Promise<T>) => until(fits, { ...PATIENCE, what });
  const path = (name: string) => join(session().folder, "logs", `${name}.log`);
  /** Waits until so many lines more are written. */
  const grows = async (generated: Generated, more: number) => {
    const { length } = generated.lines();
    await eventually(`${more} more lines`, () => generated.lines().length >= length + more);
  };
  /** All lines, also of other logs than were looked at before, with their ids. */
  const showAll = async () => {
    const { frame } = session();
    const clear = frame.locator("vscode-toolbar-button[label='Clear all filters']");
    if (await clear.isVisible()) await clear.click(PATIENCE);
    await view().isLive();
    const titles = await frame.locator(".head .title").allTextContents();
    if (!titles.includes("request_id")) await view().addColumn("request_id");
  };
  /** Finds a line in the log view, and opens its file there. */
  const open = async (id: string) => {
    const { frame } = session();
    const row = frame.locator(".body .row:not([aria-busy])").filter({ hasText: id });
    await view().ask(`request_id:"${id}"`);
    await row.waitFor(PATIENCE);
    await frame.locator(".list").focus();
    await page().keyboard.press("Home");
    await frame.locator(".body .row.active:not([aria-busy])").filter({ hasText: id }).waitFor(PATIENCE);
    await page().keyboard.press("Control+Enter");
  };
  /** The line that the cursor of the editor stands in, if it is in sight. */
  const line = () =>
    page()
      .locator(".editor-instance .monaco-editor.focused")
      .evaluate((editor) => {
        const top = (one: typeof editor | null) => one?.getBoundingClientRect().top ?? Number.NaN;
        const at = top(editor.querySelector(".cursor"));
        const all = [...editor.querySelectorAll(".view-line")];
        return all.find((one) => Math.abs(top(one) - at) < 3)?.textContent ?? "";
      });
  const shows = (id: string) =>
    eventually(`the line of ${id} in the editor`, async () => (await line()).includes(id));
  /** Number of the line of the document in which the cursor stands. */
  const number = async () => {
    const item = page().locator(".statusbar-item", { hasText: /^Ln \d+, Col \d+/ });
    return Number(/\d+/.exec((await item.textContent()) ?? "")?.[0]);
  };
  const stands = async (id: string, at: number) => {
    await shows(id);
    await eventually(`line ${at}`, async () => (await number()) === at);
  };

  it("opens a file that is too large for the editor at a line, which stays there while the file grows", async (t) => {
    const generated = generateLog(path("large"));
    t.after(() => generated.stop());
    await grows(generated, OLD.lines + 2 * RATE - generated.lines().length);
    await showAll();
    const all = generated.lines();
    const at = all.length - RATE;
    const id = requestOf(all[at]);
    await open(id);
    const tab = page().locator(".tab.active", { hasText: /^large\.log, lines \d+ to \d+/ });
    await tab.waitFor(PATIENCE);
    const first = Number(/lines (\d+) to/.exec((await tab.textContent()) ?? "")?.[1]);
    const place = at + 1 - first + 1;
    await stands(id, place);
    await grows(generated, 2 * RATE);
    assert.ok((await line()).includes(id));
    assert.equal(await number(), place);
  });

  it("opens a file at a line in the editor, which stays there while the file grows, also one just written", async (t) => {
    const rate = 200;
    const generated = generateLog(path("small"), [], rate);
    t.after(() => generated.stop());
    await eventually("lines", () => generated.lines().length >= 2 * rate);
    const at = Math.floor(generated.lines().length / 2);
    const id = requestOf(generated.lines()[at]);
    await open(id);
    await page().locator(".tab.active", { hasText: "small.log" }).waitFor(PATIENCE);
    await stands(id, at + 1);
    const { length } = generated.lines();
    await grows(generated, 5 * rate);
    await stands(id, at + 1);
    // The document has grown, too.
    await eventually("the end of the file", async () => {
      await page().keyboard.press("Control+End");
      return (await number()) > length + rate;
    });
    const all = generated.lines();
    await open(requestOf(all.at(-1)));
    await stands(requestOf(all.at(-1)), all.length);
    await grows(generated, rate);
    await stands(requestOf(all.at(-1)), all.length);
  });
}
