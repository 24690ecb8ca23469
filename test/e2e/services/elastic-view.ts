import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { violations } from "../../helpers/axe.ts";
import { unavailable } from "../../helpers/require.ts";
import type { Elastic, ElasticKind } from "../../helpers/services/elastic.ts";
import { untilDocuments } from "../../helpers/services/elastic.ts";
import { tempFolder } from "../../helpers/temp.ts";
import type { Theme } from "../../helpers/vscode-workbench.ts";
import { beginExport } from "../vscode/browser/log-live.ts";
import {
  createAppLog,
  openLogView,
  openWatched,
  says,
  type WatchedWindow,
} from "../vscode/browser/log-window.ts";

const lineOf = (number: number, time: number): string =>
  JSON.stringify({
    time: new Date(time).toISOString(),
    level: number % 10 === 0 ? "error" : "info",
    msg: `request ${number} took ${number % 97} ms`,
    took: number % 97,
  });

/** A test of the log view in a real window, over what a sink wrote to a real server. */
export function viewCase(kind: ElasticKind, real: (t: TestContext) => Promise<Elastic | undefined>): void {
  it("is searched by the log view of the editor where its sink is chosen there, or by a source", async (t) => {
    const elastic = await real(t);
    if (!elastic) return;
    const folder = tempFolder(t);
    const log = createAppLog(folder, 400, lineOf);
    const sink = {
      type: kind,
      url: elastic.url,
      index: "viewed",
      template: true,
      ...(elastic.ca && { ca: elastic.ca }),
    };
    let window: WatchedWindow;
    try {
      const settings = {
        "logMonitor.sources": {
          app: { paths: ["logs/app.log"], parser: "json", from: "start", searchIn: "es" },
        },
        "logMonitor.sinks": { es: sink },
        "logMonitor.queries": { "Slow there": { query: "took:>=50", levels: ["error"], searchIn: "es" } },
      };
      window = await openWatched(folder, settings, { toasts: [/^Exporting to .*found\.log/] });
    } catch (error) {
      unavailable(t, "VS Code", error);
      return;
    }
    const { workbench, faults } = window;
    t.after(() => workbench.stop());
    let frame = await openLogView(workbench);
    await says(frame, ".state", "400 of 400 lines");
    await untilDocuments(elastic, "viewed", 400);
    const picker = frame.locator("[data-part=index] vscode-single-select");
    const choose = async (label: string): Promise<void> => {
      await picker.click();
      await picker.locator("li", { hasText: label }).click();
    };
    await choose(`es (${kind})`);
    await says(frame, ".state", /^400 of 400 lines · asked anew/);
    await frame.getByText("request 399 took 11 ms").first().waitFor({ timeout: 60_000 });
    const query = frame.locator("input.query");
    await query.fill("level:error took:>=50");
    await says(frame, ".state", /^19 of 400 lines/);
    await query.fill("level:error /a(?=b)/");
    await frame
      .locator(".problem", { hasText: "can't be asked of a remote index" })
      .waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator(".marks mark").textContent(), "/a(?=b)/");
    await query.fill("level:error");
    await says(frame, ".state", /^40 of 400 lines/);
    log.write(20);
    await says(frame, ".state", /^42 of 420 lines/);
    await frame.getByText("request 410").first().dblclick();
    await frame.getByText("Delivery").first().waitFor({ timeout: 60_000 });
    assert.equal(await frame.locator(".note").textContent(), "");
    assert.deepEqual(await violations(frame), []);
    for (const theme of ["light", "hc-black", "hc-light", "dark"] satisfies Theme[]) {
      await workbench.setTheme(theme);
      await picker.click();
      await picker.locator("li", { hasText: "This computer" }).waitFor({ timeout: 60_000 });
      assert.deepEqual(await violations(frame), [], theme);
      const colour = (option: string) =>
        picker.locator(option).evaluate("(one) => getComputedStyle(one).color");
      // It has no colour of its own for what is chosen, of which axe says nothing.
      if (theme === "hc-light") assert.equal(await colour("li.active"), await colour("li:not(.active)"));
      await workbench.screenshot(`log-remote-${theme}`);
      await workbench.page.keyboard.press("Escape");
    }
    const file = join(folder, "found.log");
    await beginExport({ frame, workbench }, "Text", file);
    await frame.locator(".note", { hasText: "Exported 42 lines" }).waitFor({ timeout: 60_000 });
    const errors = readFileSync(log.path, "utf8")
      .split("\n")
      .filter((text) => text.includes('"error"'));
    assert.deepEqual(readFileSync(file, "utf8").trimEnd().split("\n"), errors);

    await choose("This computer");
    await says(frame, ".state", /^42 of 420 lines$/);
    await frame.locator("vscode-toolbar-button.saved").click();
    await workbench.pick("Slow there");
    await frame
      .locator("vscode-toolbar-button.saved[label='Saved as Slow there']")
      .waitFor({ timeout: 60_000 });
    await says(frame, ".state", /^19 of 420 lines · asked anew/);

    await workbench.command("View: Close Editor");
    await workbench.rowAction("app", "Open Log View");
    frame = await workbench.webview("main .list");
    await says(frame, ".state", /^420 of 420 lines · asked anew/);
    await frame.locator("[data-part=index] vscode-single-select").click();
    await frame.locator("[data-part=index] li", { hasText: "This computer" }).click();
    await says(frame, ".state", /^420 of 420 lines$/);
    assert.deepEqual(faults, []);
  });
}
