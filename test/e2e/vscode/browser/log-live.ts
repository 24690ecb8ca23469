import type { Frame, Locator, Page } from "playwright-core";
import { until } from "../../../helpers/until.ts";
import type { Workbench } from "../../../helpers/vscode-workbench.ts";

/** A window with a log view, on logs of `folder/logs`. */
export interface LiveSession {
  readonly frame: Frame;
  readonly workbench: Workbench;
  readonly folder: string;
  /** Waits until the view says how many lines it shows, of how many. */
  readonly counts: (text: string | RegExp) => Promise<void>;
  /** Where the engine tells its figures. */
  readonly monitor: string;
}

/** How long a page may take for what it was asked, and how often it is looked at (ms). */
export const PATIENCE = { timeout: 60_000, every: 100 };

export const numberOf = (text: string | null | undefined): number =>
  Number((text ?? "").replaceAll(/\D/g, ""));

/** How many lines a view says that it shows, and of how many. */
export async function shownIn(frame: Frame): Promise<{ readonly shown: number; readonly total: number }> {
  const [, shown, total] =
    /^([\d,]+) of ([\d,]+) /.exec((await frame.locator(".state").textContent()) ?? "") ?? [];
  return { shown: numberOf(shown), total: numberOf(total) };
}

/** Chooses from a drop-down by name. Its list closes when the window takes the focus for a moment: it is opened again. */
export async function chooseOption(select: Locator, name: string | RegExp): Promise<void> {
  const option = select.locator("li", { hasText: name }).first();
  const shown = select.locator(".select-face .text", { hasText: name });
  const chosen = async (): Promise<boolean> => {
    if (!(await option.isVisible())) await select.click({ timeout: 5_000 });
    await option.click({ timeout: 5_000 });
    await shown.waitFor({ timeout: 5_000 });
    return true;
  };
  await until(chosen, { ...PATIENCE, what: `${name} to be chosen` });
}

/** Chooses the span of time that is shown by its name. */
export function chooseRange(frame: Frame, name: string | RegExp): Promise<void> {
  return chooseOption(frame.locator(".bar > .range vscode-single-select").first(), name);
}

/**
 * Has it asked where something is to be saved, until a name is proposed. What is asked closes itself when the window
 * gives the focus back to the page meanwhile: then it is asked once more.
 * @returns the box of the name
 */
export async function askName(page: Page, proposed: RegExp, ask: () => Promise<unknown>): Promise<Locator> {
  const name = page.locator(".quick-input-widget .quick-input-box input");
  // Its folder alone stands there first.
  const stands = async () => proposed.test(await name.inputValue({ timeout: 1_000 }));
  const asked = async (): Promise<boolean> => {
    await ask();
    return until(stands, { timeout: 15_000, every: 100, what: `a name like ${proposed}` });
  };
  await until(asked, { ...PATIENCE, timeout: 2 * PATIENCE.timeout, what: "the dialog" });
  return name;
}

/**
 * Exports what is found, up to the moment at which it is begun.
 * @param meanwhile is done while the file is asked for
 */
export async function beginExport(
  { frame, workbench }: Pick<LiveSession, "frame" | "workbench">,
  format: string,
  file: string,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const { page } = workbench;
  const name = await askName(page, /log-\d.*\.\w+$/, async () => {
    await frame.locator("[data-act=export]").click({ timeout: 10_000 });
    const formats = page.locator(".quick-input-list .monaco-list-row", { hasText: format });
    await formats.first().waitFor({ timeout: 10_000 });
    await workbench.pick(format);
  });
  await meanwhile();
  await name.fill(file);
  await name.press("Enter");
}
