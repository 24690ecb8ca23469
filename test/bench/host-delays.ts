import { inspect } from "../helpers/inspector.ts";
import type { Delays } from "./host/index.ts";

/** How late the event loop of an extension host's main thread is. */
export interface HostDelays {
  /** What it was while something was done. */
  during<T>(act: () => Promise<T>): Promise<{ readonly done: T; readonly delays: Delays }>;
  close(): void;
}

/** Measures in the host itself, as row (d) does, through the inspector on a port. */
export async function watchHost(port: number): Promise<HostDelays> {
  const inspector = await inspect(port);
  await inspector.evaluate(`
    globalThis.benchDelays = process.getBuiltinModule("node:perf_hooks").monitorEventLoopDelay({ resolution: 1 });
    benchDelays.enable();
  `);
  return {
    async during(act) {
      await inspector.evaluate("benchDelays.reset()");
      const done = await act();
      const delays = await inspector.evaluate(`(() => {
        const [p50, p99] = [50, 99].map((share) => benchDelays.percentile(share) / 1e6);
        return { p50, p99, max: benchDelays.max / 1e6 };
      })()`);
      return { done, delays: delays as Delays };
    },
    close: inspector.close,
  };
}
