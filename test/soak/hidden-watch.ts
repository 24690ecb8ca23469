import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpuSecondsOf, mainThreadSecondsOf, residentMebibytesOf } from "../bench/proc.ts";
import type { Workbench } from "../helpers/vscode-workbench.ts";

/** What a window was over a few seconds. */
export interface Look extends Costs {
  readonly view: "shown" | "hidden";
  /** Seconds since it is that. */
  readonly at: number;
  /** Lines that were read, a second. */
  readonly lines: number;
  /** Messages of webviews and to them. */
  readonly messages: number;
}

interface Costs {
  /** Of the extension host, engine included. */
  readonly host: {
    readonly memory: number;
    /** Open files, sockets and watchers, and threads; undefined where the system does not tell. */
    readonly handles: number | undefined;
    readonly threads: number | undefined;
    /** Percent of a core: of all its threads, and of its main thread alone. */
    readonly cpu: number;
    readonly main: number | undefined;
  };
  /** Of the window, with the pages in it. */
  readonly page: {
    /** MiB of JavaScript after a collection. */
    readonly heap: number;
    readonly nodes: number;
    readonly listeners: number;
    /** Percent of a core, of all that draws. */
    readonly cpu: number;
  };
}

/** What counts up, and what is at a moment. */
interface Moment {
  readonly at: number;
  readonly host: Omit<Costs["host"], "cpu" | "main"> & {
    readonly seconds: number;
    readonly mainSeconds: number | undefined;
  };
  readonly page: Omit<Costs["page"], "cpu">;
  /** CPU seconds of what draws, when the look began and, after it had garbage collected, when it ended. */
  readonly drawn: readonly [began: number, ended: number];
}

export interface WindowWatch {
  look(): Promise<Moment>;
  between(before: Moment, after: Moment): Costs;
}

export async function watchWindow({ page, server }: Workbench): Promise<WindowWatch> {
  const pid = extensionHostOf(server.pid);
  const own = await page.context().newCDPSession(page);
  const browser = page.context().browser();
  if (!browser) throw new Error("the window is in no browser of its own");
  const all = await browser.newBrowserCDPSession();
  await own.send("Performance.enable");
  const drawing = async (): Promise<number> => {
    const { processInfo } = await all.send("SystemInfo.getProcessInfo");
    return processInfo
      .filter(({ type }) => type === "renderer")
      .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const entries = (of: string): number | undefined =>
    process.platform === "linux" ? readdirSync(`/proc/${pid}/${of}`).length : undefined;

  return {
    async look() {
      const at = performance.now() / 1000;
      const host = {
        memory: residentMebibytesOf(pid),
        handles: entries("fd"),
        threads: entries("task"),
        seconds: cpuSecondsOf(pid),
        mainSeconds: mainThreadSecondsOf(pid),
      };
      const began = await drawing();
      await own.send("HeapProfiler.collectGarbage");
      const { metrics } = await own.send("Performance.getMetrics");
      const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
      const heap = metric("JSHeapUsedSize") / 2 ** 20;
      const shown = { heap, nodes: metric("Nodes"), listeners: metric("JSEventListeners") };
      return { at, host, page: shown, drawn: [began, await drawing()] };
    },
    between(before, after) {
      const percent = (seconds: number) => (100 * seconds) / (after.at - before.at);
      const { seconds, mainSeconds, ...host } = after.host;
      const main =
        mainSeconds === undefined ? undefined : percent(mainSeconds - (before.host.mainSeconds ?? 0));
      return {
        host: { ...host, cpu: percent(seconds - before.host.seconds), main },
        // A process that has ended since takes what it used with it.
        page: { ...after.page, cpu: percent(Math.max(0, after.drawn[0] - before.drawn[1])) },
      };
    },
  };
}

/** The process of a VS Code server that runs the extensions of its window: the last one that it started. */
function extensionHostOf(server: number): number {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,pgid=,args="], { encoding: "utf8" });
  const hosts = processes
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , group, args]) => Number(group) === server && args?.includes("--type=extensionHost"))
    .map(([, pid]) => Number(pid));
  const last = hosts.at(-1);
  if (last === undefined) throw new Error(`process ${server} has no extension host`);
  return last;
}
