import type { SinkConfig } from "../config/config.ts";
import { reasonOf, UserError } from "../errors.ts";
import { silent } from "../lib/log.ts";
import type { SinkTest } from "../protocol/engine.ts";
import type { Checked, Sink } from "../sinks/sink.ts";
import { buildSink } from "./build.ts";

/** How long (ms) a destination may take to answer. */
const PATIENCE = 10_000;

/**
 * Tries a destination as a real write would, and sends no record. What is wrong with it is answered; it has an
 * end within the patience, whatever the destination does.
 * @param signal gives it up
 * @throws UserError when it was given up
 */
export async function trySink(
  config: SinkConfig,
  dataDir: string,
  { patience = PATIENCE, signal }: { readonly patience?: number; readonly signal?: AbortSignal } = {},
): Promise<SinkTest> {
  const { id, baseDir, consent } = config;
  if (consent) {
    const wanted = consent.join(", ");
    return { sink: id, good: false, text: `nothing is sent to ${wanted} before that is allowed` };
  }
  const began = performance.now();
  const late = AbortSignal.timeout(patience);
  const end = signal ? AbortSignal.any([signal, late]) : late;
  let sink: Sink | undefined;
  const good = ({ server, wrote, note }: Checked): SinkTest => {
    const target = sink?.target ?? "";
    const who = server === undefined ? target : `${server} at ${target}`;
    const more = [wrote, note].map((said) => (said === undefined ? "" : `; ${said}`)).join("");
    return { sink: id, good: true, text: `${who}, in ${Math.round(performance.now() - began)} ms${more}` };
  };
  const attempt = async (): Promise<Checked | void> => {
    sink = await buildSink(config, { id, log: silent, dataDir, baseDir });
    return sink.check();
  };
  try {
    return good((await until(attempt(), end)) ?? {});
  } catch (error) {
    if (signal?.aborted) throw new UserError(`the test of ${id} was cancelled`);
    const text = late.aborted ? `no answer within ${patience / 1000} s` : reasonOf(error);
    return { sink: id, good: false, text };
  } finally {
    // What hangs must not be waited for.
    void sink?.close().catch(() => {});
  }
}

/** What comes of the work, unless the end comes first. */
function until<T>(work: Promise<T>, end: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(end.reason);
    if (end.aborted) ended();
    end.addEventListener("abort", ended, { once: true });
    work.then(resolve, reject).finally(() => end.removeEventListener("abort", ended));
  });
}
