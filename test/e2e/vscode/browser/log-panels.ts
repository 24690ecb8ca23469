import assert from "node:assert/strict";
import { it } from "node:test";
import type { Frame } from "playwright-core";
import { violations } from "../../../helpers/axe.ts";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";
import { chooseRange, PATIENCE } from "./log-live.ts";

interface Session {
  readonly log: Frame;
  readonly workbench: Workbench;
  /** Waits until the view says so of its lines. */
  readonly state: (text: string) => Promise<void>;
}

/** What opens in the log view beside its lines, all of it, in a session with fields and details open and a field `took`. */
export function usePanels(session: () => Session): void {
  const at = (selector: string, hasText?: string | RegExp) =>
    session().log.locator(selector, hasText === undefined ? {} : { hasText });
  const press = (key: string) => session().workbench.page.keyboard.press(key);
  const tab = async (name: string, holds: string) => {
    await at(".details vscode-tab-header", name).click();
    await at(`.details ${holds}`).first().waitFor(PATIENCE);
  };
  const panel = async (act: string, holds: string) => {
    await at(`[data-act=${act}]`).click();
    await at(`.options:popover-open ${holds}`).first().waitFor(PATIENCE);
  };
  /** Looks at all that is open in each theme: by the rules of axe, and as a picture. */
  const sound = async (name: string, open: readonly string[]) => {
    const { log, workbench } = session();
    await workbench.inThemes(async (theme) => {
      for (const selector of open) assert.ok(await at(selector).first().isVisible(), `${selector}, ${theme}`);
      assert.deepEqual(await violations(log), [], `${name} in ${theme}`);
      await workbench.screenshot(`everyone-${name}-${theme}`);
    });
  };
  const trend = '.facets vscode-tree-item[data-field="took"]';

  it("break no rule of axe in any theme with a number over time, a span, a tree and a panel open", async () => {
    await at(".body .row", "calm").first().click(PATIENCE);
    await at(trend).click();
    await at(`${trend} vscode-tree-item`, "Over time").first().click(PATIENCE);
    await at(".trend .stage").waitFor(PATIENCE);
    await chooseRange(session().log, /From.*until/i);
    await tab("JSON", ".json-key");
    await panel("goto", "input");
    await press("x");
    await at(".options:popover-open .hint", "This is no time").waitFor(PATIENCE);
    await sound("panels", [".trend .stage", ".between input", ".details .json-key", ".options:popover-open"]);
    await press("Escape");
    await session().state("38 of 38 lines");
  });

  it("break none with tables in place of the charts, bytes, a span that is none and the columns", async () => {
    for (const chart of [".histogram", ".trend"]) {
      await at(`${chart} [icon="table"]`).click();
      await at(`${chart} .numbers`).waitFor(PATIENCE);
    }
    await tab("Bytes", "pre.hex");
    const [from, end] = [at(".between input").first(), at(".between input").last()];
    const later = await end.inputValue();
    await end.fill(await from.inputValue());
    await from.fill(later);
    await at(".between .fault:not(:empty)").waitFor(PATIENCE);
    await panel("options", ".boxes vscode-checkbox");
    const open = [".histogram .numbers", ".trend .numbers", "pre.hex", ".between .fault", ".options .boxes"];
    await sound("tables", open);
    await press("Escape");
    await chooseRange(session().log, "All time");
    await session().state("38 of 38 lines");
    for (const chart of [".histogram", ".trend"]) await at(`${chart} [icon="table"]`).click();
    await at('.trend [icon="close"]').click();
    await until(async () => !(await at(".trend").isVisible()), { ...PATIENCE, what: "no trend" });
  });

  it("break none with what became of a line, and what is offered or wrong in the query", async () => {
    await tab("Delivery", ".fates li");
    await at("input.query").fill("level:eror pa");
    await at(".problem", "is no level").waitFor(PATIENCE);
    await at("[role=option]").first().waitFor(PATIENCE);
    await sound("query", [".fates li", ".marks mark", ".problem", "[role=option]"]);
    await press("Escape");
    await at("input.query").fill("");
    await session().state("38 of 38 lines");
    await tab("Fields", ".field");
  });
}
