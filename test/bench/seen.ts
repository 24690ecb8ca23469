import type { Frame } from "playwright-core";
import { percentile } from "./statistics.ts";
import { spread } from "./table.ts";

/** Milliseconds between two frames, and by which the page's main thread answered late. */
export interface Seen {
  readonly frames: readonly number[];
  readonly delays: readonly number[];
}

/** What a page sees, until it is asked, of its own frames, and of messages that it sends to itself. */
export async function watch(page: Frame): Promise<() => Promise<Seen>> {
  await page.evaluate(`(() => {
    const [frames, delays] = [[], []];
    const channel = new MessageChannel();
    let last = performance.now();
    let sent = last;
    let over = false;
    channel.port1.onmessage = () => {
      delays.push(performance.now() - sent);
      if (over) return;
      setTimeout(() => {
        sent = performance.now();
        channel.port2.postMessage(0);
      }, 10);
    };
    const frame = (now) => {
      frames.push(now - last);
      last = now;
      if (!over) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    channel.port2.postMessage(0);
    globalThis.seen = () => {
      over = true;
      channel.port1.close();
      return { frames, delays };
    };
  })()`);
  return () => page.evaluate<Seen>("seen()");
}

/** The same for so long (ms). */
export async function watchFor(page: Frame, long: number): Promise<Seen> {
  const seen = await watch(page);
  await page.evaluate(`new Promise((done) => setTimeout(done, ${long}))`);
  return seen();
}

/** What the pages of several runs saw: of the frames and of the delays these shares (0 to 1; 1 is the worst). */
export function toldOf(runs: readonly Seen[], shares: readonly number[]): string {
  const of = (which: keyof Seen): string => {
    const at = (share: number) =>
      spread(
        runs.map((run) => percentile(run[which], share)),
        (value) => value.toFixed(1),
      );
    return shares.map((share) => `${share === 1 ? "worst" : `p${share * 100}`} ${at(share)} ms`).join(", ");
  };
  return `frames: ${of("frames")}; delay of the page's main thread: ${of("delays")}`;
}
