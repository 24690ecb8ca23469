import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { metricsOf } from "../bench/monitor.ts";
import { reloadWith } from "../e2e/vscode/browser/dashboard.ts";
import { generateLog } from "../e2e/vscode/browser/log-generator.ts";
import { type LogReader, logReader } from "../e2e/vscode/browser/log-reader.ts";
import { openLogView, openWatched } from "../e2e/vscode/browser/log-window.ts";
import { watchWire } from "../e2e/vscode/browser/wire.ts";
import { freePort } from "../helpers/port.ts";
import { until } from "../helpers/until.ts";
import type { Workbench } from "../helpers/vscode-workbench.ts";
import { hiddenReport } from "./hidden-report.ts";
import { type Look, watchWindow } from "./hidden-watch.ts";

const QUERY = "status:>=400";
/** Rotated files that are left. */
const KEEP = 2;
const ROTATE = "60s";
/** Between two looks (s). */
const EVERY = 10;
/** The view is looked at first, for so large a part of the time, so that it is known what it costs then. */
const SHOWN = 1 / 6;
const LONGEST_SHOWN = 60;
/** So many seconds without a message, and what was asked before is answered. */
const QUIET = 3;
const PATIENCE = { timeout: 60_000, every: 100 };

/** Keeps a log view hidden while 5,000 lines a second come: it may be sent nothing, and nothing may grow. */
export async function hidden(minutes: number): Promise<boolean> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-hidden-")));
  const logs = join(folder, "logs");
  mkdirSync(logs);
  const port = await freePort();
  const generated = generateLog(join(logs, "fast.log"), ["--rotate", "rename", "--every", ROTATE]);
  const sources = { fast: { type: "file", paths: ["logs/fast.log"], parser: "json", from: "start" } };
  let workbench: Workbench | undefined;
  try {
    const settings = { "logMonitor.monitor": { port }, "logMonitor.sources": sources };
    ({ workbench } = await openWatched(folder, settings));
    return await watch(workbench, logs, port, minutes * 60);
  } finally {
    await workbench?.stop();
    await generated.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function watch(workbench: Workbench, logs: string, port: number, seconds: number): Promise<boolean> {
  const wire = watchWire(workbench.page);
  const first = logReader(workbench, await openLogView(workbench, "fast.log"));
  await first.ask(QUERY);
  await reloadWith(workbench, "logMonitor.log", `"query":"${QUERY}"`);
  const page = () => workbench.webview("main .list");
  const before = logReader(workbench, await page());
  await before.isLive();
  await before.scroll(-1033);
  const stood = await before.stands();
  const known = await knownOf(before);

  const window = await watchWindow(workbench);
  const looks: Look[] = [];
  const messages = () => wire.sent() + wire.received();
  /** Looks every few seconds, for so many. */
  const look = async (view: Look["view"], span: number): Promise<void> => {
    const began = performance.now();
    let last = await window.look();
    let [read, sent] = [await linesOf(port), messages()];
    for (let at = EVERY; at <= span; at += EVERY) {
      await delay(Math.max(0, at * 1000 - (performance.now() - began)));
      const [now, readNow, sentNow] = [await window.look(), await linesOf(port), messages()];
      const next: Look = {
        ...window.between(last, now),
        view,
        at,
        lines: (readNow - read) / (now.at - last.at),
        messages: sentNow - sent,
      };
      [last, read, sent] = [now, readNow, sentNow];
      looks.push(next);
      hiddenReport.tell(next);
      prune(logs);
    }
  };

  hiddenReport.head();
  const shown = Math.min(LONGEST_SHOWN, seconds * SHOWN);
  await look("shown", shown);
  await workbench.command("File: New Untitled Text File");
  await until(() => before.frame.isDetached(), { ...PATIENCE, what: "the page to be gone" });
  await until(
    async () => {
      const sent = messages();
      await delay(QUIET * 1000);
      return messages() === sent;
    },
    { ...PATIENCE, what: "what is under way to end" },
  );
  const quiet = messages();
  await look("hidden", seconds - shown);
  const sentHidden = messages() - quiet;
  await workbench.page.locator(".tab", { hasText: "Log" }).click();
  const again = logReader(workbench, await page());
  const returned = await until(
    async () => isDeepStrictEqual(await again.stands(), stood) && (await knownOf(again)) === known,
    { ...PATIENCE, what: "the view as it was" },
  ).catch(() => false);
  return hiddenReport.end({ looks, sentHidden, returned, fresh: (await again.told()).fresh });
}

/** How many lines were found when the view was left, once what came since is counted as new. */
async function knownOf(view: LogReader): Promise<number> {
  let known = 0;
  await until(
    async () => {
      const before = known;
      await view.isLive();
      const { found, fresh } = await view.told();
      known = found - fresh;
      return known === before;
    },
    { ...PATIENCE, what: "what is new to be counted" },
  );
  return known;
}

const linesOf = async (port: number): Promise<number> =>
  (await metricsOf(port))("source_lines_total").get("fast") ?? 0;

/** Deletes what was rotated long ago: the disk would be full otherwise. */
function prune(logs: string): void {
  const rotated = readdirSync(logs)
    .filter((name) => name !== "fast.log")
    .sort();
  for (const name of rotated.slice(0, -KEEP)) unlinkSync(join(logs, name));
}
