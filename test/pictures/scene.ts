import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import { repository } from "../helpers/vscode-paths.ts";
import { type Started, start } from "../helpers/vscode-process.ts";
import { openWorkbench, type Theme, type Workbench } from "../helpers/vscode-workbench.ts";
import { type SampleSource, writePast } from "../webview/sample.ts";

/** How long (ms) a machine that has other things to do may take. */
export const PATIENCE = { timeout: 120_000 };
const THEMES = ["dark", "light"] satisfies Theme[];
const PAST_SECONDS = 1000;

/** A log that the generator writes. */
export type Written = SampleSource & { readonly format: string };

export const WRITTEN: readonly Written[] = [
  { id: "shop", format: "nginx", rate: 40, kind: "access" },
  { id: "api", format: "json", rate: 15, kind: "access" },
  { id: "worker", format: "logfmt", rate: 6, kind: "program" },
];

/** How a source of a file is configured. */
export const logOf = (id: string, parser: string, more: object = {}) => ({
  type: "file",
  paths: [`logs/${id}.log`],
  parser,
  from: "start",
  ...more,
});

/**
 * Opens a window over logs that are being written, for as long as it is used.
 * @param folder it is made, and not removed; the window shows its name
 */
export async function inScene(
  folder: string,
  written: readonly Written[],
  settings: Record<string, unknown>,
  use: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  for (const path of [".vscode", "logs"]) mkdirSync(join(folder, path), { recursive: true });
  const all = {
    "logMonitor.dataDir": ".data",
    "logMonitor.monitor": { port: await freePort() },
    ...settings,
  };
  writeFileSync(join(folder, ".vscode", "settings.json"), JSON.stringify(all, null, 2));
  writePast(join(folder, ".data"), written, {
    end: Math.floor(Date.now() / 1000) - 1,
    seconds: PAST_SECONDS,
  });
  // Read from their first line on, as it is written: what is there before would come in one burst.
  for (const { id } of written) writeFileSync(join(folder, "logs", `${id}.log`), "");
  const workbench = await openWorkbench({ folder, viewport: { width: 1440, height: 900 } });
  const writers: Started[] = [];
  try {
    await workbench.openContainer("Log Monitor");
    for (const { id, format, rate } of written) {
      await workbench.treeRow(`${id}.log`);
      const args = ["--format", format, "--path", join(folder, "logs", `${id}.log`), "--rate", String(rate)];
      writers.push(start(process.execPath, [join(repository, "dist", "cli.js"), "generate", ...args]));
    }
    await use(workbench);
  } finally {
    await Promise.all(writers.map((writer) => writer.stop()));
    await workbench.stop();
  }
}

/** What of a window a picture shows, in CSS pixels. */
interface Part {
  /** The window below its title bar by default, which says that an extension is developed. */
  readonly of?: Locator;
  readonly width?: number;
  readonly height?: number;
}

const sizes = ({ width, height }: Part) => ({ ...(width && { width }), ...(height && { height }) });

/**
 * Takes a picture in each theme.
 * @param ready whether the window shows what it is to show, before and after; it may bring that about
 */
export async function keep(
  { page, setTheme }: Workbench,
  name: string,
  ready: () => Promise<boolean>,
  part: Part = {},
): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  for (const theme of THEMES) {
    await setTheme(theme);
    await page.mouse.move(2, height - 2);
    const path = join(repository, "media", "pictures", `${name}-${theme}.png`);
    mkdirSync(join(path, ".."), { recursive: true });
    const top = (await page.locator(".part.titlebar").boundingBox())?.height ?? 0;
    const all = (await part.of?.boundingBox()) ?? { x: 0, y: top, width, height: height - top };
    const taken = async () => {
      if (!(await ready())) return false;
      await page.screenshot({ path, clip: { ...all, ...sizes(part) } });
      return ready();
    };
    await until(taken, { ...PATIENCE, what: name });
    console.log(path);
  }
}
