import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { applyEdits, modify } from "jsonc-parser";
import type { Page } from "playwright-core";
import { replaceFile } from "./replace-file.ts";
import { until } from "./until.ts";

export type Theme = "dark" | "light" | "hc-black" | "hc-light";

/** The themes that VS Code 1.139 starts with: their identifiers in settings, their labels, their CSS classes. */
export const themes: Record<Theme, { id: string; label: string; css: string }> = {
  dark: { id: "Dark 2026", label: "Dark 2026", css: "vs-dark" },
  light: { id: "Light 2026", label: "Light 2026", css: "vs" },
  "hc-black": { id: "Default High Contrast", label: "Dark High Contrast", css: "hc-black" },
  "hc-light": { id: "Default High Contrast Light", label: "Light High Contrast", css: "hc-light" },
};

export const THEMES = ["dark", "light", "hc-black", "hc-light"] satisfies Theme[];

const PATIENCE = { timeout: 60_000, every: 30 };

/**
 * Shows the window in one theme after the other, and then in its own. The settings of its folder say which,
 * so that nothing takes the focus and menus, lists and panels stay open.
 */
export async function inThemes(
  page: Page,
  folder: string,
  own: Theme,
  look: (theme: Theme) => Promise<unknown>,
): Promise<void> {
  const [path, next] = [join(folder, ".vscode", "settings.json"), `${folder}-settings.json`];
  const made = mkdirSync(dirname(path), { recursive: true });
  const before = textOf(path);
  try {
    for (const theme of THEMES) {
      const edits = modify(before || "{}", ["workbench.colorTheme"], themes[theme].id, {});
      replaceFile(path, applyEdits(before || "{}", edits), next);
      await worn(page, theme);
      await look(theme);
    }
  } finally {
    if (before === undefined) rmSync(made ?? path, { recursive: true });
    else replaceFile(path, before, next);
  }
  // What the window has not seen yet it would take for a change of someone else's when it saves its own.
  await worn(page, own);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Waits until the window, each page in it, and what they draw are of the theme. */
export async function worn(page: Page, theme: Theme): Promise<void> {
  const { id, css } = themes[theme];
  await page.locator(`.monaco-workbench.${css}`).waitFor({ timeout: PATIENCE.timeout });
  const shown = async (): Promise<boolean> => {
    for (const frame of page.frames()) {
      if (frame.name() !== "active-frame") continue;
      const wears = await frame.evaluate("document.body.dataset.vscodeThemeId ?? ''").catch(() => "");
      if (wears !== "" && wears !== id) return false;
    }
    return true;
  };
  await until(shown, { ...PATIENCE, what: `the pages to wear ${theme}` });
  const drawn =
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))";
  for (const frame of page.frames())
    if (frame.name() === "active-frame" || !frame.parentFrame()) await frame.evaluate(drawn).catch(() => {});
}
