import { until } from "../helpers/until.ts";
import { type Seen, watchFor } from "./seen.ts";
import type { Opened } from "./window.ts";

/** Lines a second that are written while the log view is looked at, and for how long (ms) each time. */
export const RATE = 50_000;
export const LOOK = 15_000;

/** What the page of a log view sees as it follows the end. */
export async function follow({ page }: Opened): Promise<Seen> {
  const rows = page.locator(".body .row");
  await until(async () => (await rows.count()) > 10, { timeout: 60_000, what: "rows of the log" });
  return watchFor(page, LOOK);
}

/** The same, scrolled up a little. */
export async function read({ page, workbench }: Opened): Promise<Seen> {
  await page.getByRole("grid", { name: "Log lines" }).hover();
  for (let turn = 0; turn < 10; turn++) await workbench.page.mouse.wheel(0, -400);
  return watchFor(page, LOOK);
}
