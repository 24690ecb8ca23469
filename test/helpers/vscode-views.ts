import type { Locator, Page } from "playwright-core";
import { pressResting } from "./press.ts";
import { until } from "./until.ts";

const PATIENCE = 60_000;
/** How long (ms) is waited for what may have gone astray, before it is tried anew. */
const ATTEMPT = 10_000;

/** What a view offers in its title while the mouse is over it. */
export interface ViewTitle {
  /** Presses, once, what the title offers. */
  press(label: string): Promise<void>;
  /**
   * Chooses from the menu of what else it offers, until it is asked what `asked` shows, which closes itself when the
   * menu gives the focus back only then.
   */
  choose(item: string, asked: Locator): Promise<void>;
}

export function viewTitle(page: Page, view: string): ViewTitle {
  const header = page.locator(".pane-header", { hasText: view }).first();
  const press = (label: string) =>
    pressResting(
      header,
      header.locator(`[aria-label^='${label}']`).first(),
      `"${label}" in the title of ${view}`,
    );
  return {
    press,
    choose: (item, asked) => chooseFrom(page, () => press("More Actions"), item, asked),
  };
}

/**
 * Chooses from the menu that `open` opens, until `asked` is there: a menu that has just opened takes no click, lest it
 * take the one that opened it, and stays.
 */
export async function chooseFrom(
  page: Page,
  open: () => Promise<void>,
  item: string,
  asked: Locator,
): Promise<void> {
  const entry = page.locator(".monaco-menu .action-item", { hasText: item });
  const chosen = async () => {
    if (await asked.isVisible()) {
      if (await entry.isVisible()) await page.keyboard.press("Escape");
      return true;
    }
    if (!(await entry.isVisible())) await open();
    await entry.click({ timeout: ATTEMPT });
    await asked.waitFor({ timeout: ATTEMPT });
    return true;
  };
  await until(chosen, { timeout: PATIENCE, what: `"${item}" of a menu` });
}
