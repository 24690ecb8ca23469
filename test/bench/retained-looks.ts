import { statSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../helpers/port.ts";
import type { Delays } from "./host/index.ts";
import { watchHost } from "./host-delays.ts";
import { follow, LOOK, RATE, read } from "./looks.ts";
import { metricsOf } from "./monitor.ts";
import { type Seen, watch } from "./seen.ts";
import { type Strokes, typeWord } from "./strokes.ts";
import { linesShown, type Opened, openLogWindow, watchedLog } from "./window.ts";
import { whileWriting } from "./writer.ts";

/** After each jump of the scroll bar the wheel is turned so often, by so many pixels, every so many ms. */
const TURNS = 10;
const TURN = 300;
const PAUSE = 50;
/** How far (0 to 1 of all lines) one jump is from the one before: so they come by everything. */
const STEP = 0.618;

export interface Look extends Seen {
  /** How late the extension host's main thread was. */
  readonly host: Delays;
  /** How many seconds the store was behind what was written, at the end of it. */
  readonly behind: number;
}

export interface RetainedLooks {
  readonly following: Look;
  readonly reading: Look;
  /** From jumps of the scroll bar to the lines there, in ms. */
  readonly wandering: Look & { readonly jumps: readonly number[] };
  readonly typing: Look & Strokes;
  /** Lines a second that were written. */
  readonly reached: number;
  /** Records of the store at the end. */
  readonly retained: number;
}

interface Store {
  /** For the workspace, apart from the data folder: the editor watches every file below it. */
  readonly folder: string;
  readonly dataDir: string;
  readonly records: number;
  readonly maxBytes: number;
  /** Of a line that comes, on average. */
  readonly bytes: number;
}

/** Opens a window over a filled store, and looks at its log view while 50,000 lines a second come. */
export async function lookOver({ folder, dataDir, records, maxBytes, bytes }: Store): Promise<RetainedLooks> {
  const path = watchedLog(folder);
  writeFileSync(path, "");
  const inspect = await freePort();
  const settings = { "logMonitor.dataDir": dataDir, "logMonitor.store": { maxBytes } };
  const opened = await openLogWindow(folder, { settings, inspect });
  try {
    await linesShown(opened.page, records);
    const host = await watchHost(inspect);
    const metrics = () => metricsOf(opened.port);
    const seen = async <T extends Seen>(act: (opened: Opened) => Promise<T>) => {
      const { done, delays } = await host.during(() => act(opened));
      const stored = (await metrics())("sink_delivered_records_total").get("store") ?? 0;
      return { ...done, host: delays, behind: (statSync(path).size / bytes - stored) / RATE };
    };
    try {
      return await whileWriting({ path, rate: RATE, least: 0.9 * RATE, bytes }, async (reached) => {
        await linesShown(opened.page, records + RATE);
        const looks = {
          following: await seen(follow),
          reading: await seen(read),
          wandering: await seen(wander),
          typing: await seen(type),
        };
        const retained = (await metrics())("store_records").get("") ?? 0;
        return { ...looks, reached: reached(), retained };
      });
    } finally {
      host.close();
    }
  } finally {
    await opened.workbench.stop();
  }
}

/** Jumps to places all over the lines, and goes on from each by the wheel. */
async function wander({ page, workbench }: Opened): Promise<Seen & { readonly jumps: readonly number[] }> {
  await page.getByRole("grid", { name: "Log lines" }).hover();
  const seen = await watch(page);
  const jumps: number[] = [];
  const until = performance.now() + LOOK;
  for (let share = STEP; performance.now() < until; share = (share + STEP) % 1) {
    jumps.push(await page.evaluate<number>(jumpTo(share)));
    for (let turn = 0; turn < TURNS; turn++) {
      await workbench.page.mouse.wheel(0, TURN);
      await delay(PAUSE);
    }
  }
  return { ...(await seen()), jumps };
}

/** Takes the scroll bar to a share (0 to 1) of all lines: how long (ms) it takes until all in sight are there. */
const jumpTo = (share: number): string => `(async () => {
  const list = document.querySelector(".list");
  const frame = () => new Promise(requestAnimationFrame);
  const began = performance.now();
  list.scrollTop = ${share} * (list.scrollHeight - list.clientHeight);
  // They are asked for once the list is told that it was scrolled, with the next frame.
  await frame();
  do await frame(); while (list.querySelector(".body .row[aria-busy]") || !list.querySelector(".body .row"));
  return performance.now() - began;
})()`;

async function type({ page }: Opened): Promise<Seen & Strokes> {
  const seen = await watch(page);
  const strokes = await typeWord(page);
  return { ...(await seen()), ...strokes };
}
