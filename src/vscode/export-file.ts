import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.ts";
import { createChannel } from "../protocol/channel.ts";
import type { ExportProgress } from "../protocol/log-details.ts";
import type { QueryCalls, QueryNotices } from "../protocol/log-view.ts";

type NoCalls = Record<never, never>;

interface Parts {
  readonly what: Omit<QueryCalls["export"][0], "path">;
  readonly file: string;
  /** Starts a query thread; it has ended when the export has. */
  readonly spawn: () => Worker;
  readonly progress: (progress: ExportProgress) => void;
  /** Cancels it. */
  readonly signal: AbortSignal;
}

/**
 * Has a thread of its own write what a search finds. The file appears, in place of one that was there, when it is
 * whole: what was written is removed when it is cancelled or fails. Undefined: it was cancelled.
 */
export async function exportFile({
  what,
  file,
  spawn,
  progress,
  signal,
}: Parts): Promise<ExportProgress | undefined> {
  if (signal.aborted) return undefined;
  // In the same folder, so that it becomes the file in one step.
  const path = `${file}.${randomBytes(4).toString("hex")}.part`;
  const worker = spawn();
  const channel = createChannel<QueryCalls, NoCalls, NoCalls, QueryNotices>(
    {
      post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
      listen: (receive) => void worker.on("message", receive),
    },
    {},
    { progress: () => undefined, facets: () => undefined, failed: () => undefined, exported: progress },
  );
  worker.on("error", (error) => channel.close(reasonOf(error)));
  worker.on("exit", (code) => channel.close(`the thread ended with code ${code}`));
  const cancel = (): void => channel.close("cancelled");
  signal.addEventListener("abort", cancel);
  try {
    const written = await channel.call("export", { ...what, path });
    await rename(path, file);
    return written;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    signal.removeEventListener("abort", cancel);
    await worker.terminate();
    await rm(path, { force: true });
  }
}
