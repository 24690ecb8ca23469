import type { Frame } from "playwright-core";
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

/** Chooses the span of time that is shown by its name. */
export async function chooseRange(frame: Frame, name: string | RegExp): Promise<void> {
  const select = frame.locator(".bar > .range vscode-single-select").first();
  await select.click();
  await select.locator("li", { hasText: name }).first().click();
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
  await frame.locator("[data-act=export]").click();
  await workbench.pick(format);
  const name = workbench.page.locator(".quick-input-widget .quick-input-box input");
  // Its folder alone stands there first.
  await until(async () => /log-\d.*\.\w+$/.test(await name.inputValue()), {
    ...PATIENCE,
    what: "the dialog",
  });
  await meanwhile();
  await name.fill(file);
  await name.press("Enter");
}
