import assert from "node:assert/strict";
import { it } from "node:test";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";

const ofSource = (steer: string): readonly string[] => [
  "Open Log",
  "Open Log View",
  "Open Dashboard",
  "Try Parser…",
  steer,
  "Stop",
  "Copy Path",
  "Open Configuration",
  "Show Checkpoints",
  "Remove Log",
];

/** By the rows of the container's test: a source that is read, its file, one that is paused, a sink that is down. */
const MENUS: Readonly<Record<string, readonly string[]>> = {
  orders: ofSource("Pause"),
  "orders.log": [
    "Open Log",
    "Open Log View",
    "Open Dashboard",
    "Try Parser…",
    "Copy Path",
    "Show Checkpoints",
  ],
  audit: ofSource("Resume"),
  // Without those of dead letters: it has none.
  grafana: [
    "Open Configuration",
    "Open Dashboard",
    "Preview…",
    "Test Connection…",
    "Pause",
    "Reset Sink…",
    "Replay from a Time…",
  ],
};

/** What the menus of rows offer. */
export function useMenus(session: () => Pick<Workbench, "page" | "treeRow" | "screenshot">): void {
  for (const [name, items] of Object.entries(MENUS)) {
    it(`has a menu with what can be done with ${name}`, async () => {
      const { page, treeRow, screenshot } = session();
      await (await treeRow(name)).click({ button: "right" });
      const menu = page.locator(".monaco-menu");
      await menu.getByText(items[0] ?? "", { exact: true }).waitFor({ timeout: 60_000 });
      const labels = await menu.locator(".action-item:not(.disabled) .action-label").allTextContents();
      await screenshot(`menu-${name}`);
      await page.keyboard.press("Escape");
      await menu.waitFor({ state: "detached" });
      assert.deepEqual(labels.filter(Boolean), items);
    });
  }
}
