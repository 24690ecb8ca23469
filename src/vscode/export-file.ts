import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.ts";
import type { ExportFormat } from "../lib/export-format.ts";
import { createChannel } from "../protocol/channel.ts";
import type { ExportProgress, Shown } from "../protocol/log-details.ts";
import type { QueryCalls, QueryNotices } from "../protocol/log-view.ts";
import type { EngineHost } from "./engine-host.ts";

type NoCalls = Record<never, never>;

interface To {
  readonly format: ExportFormat;
  /** Of a view that is paused: nothing else. */
  readonly shown?: Shown | undefined;
  readonly progress: (progress: ExportProgress) => void;
  /** Cancels it. */
  readonly signal: AbortSignal;
}

/** Has what a search finds written to a new file; nothing writes there any more when it has settled. */
export type Write = (to: To & { readonly path: string }) => Promise<ExportProgress>;

interface Parts extends To {
  readonly file: string;
  readonly write: Write;
}

/**
 * The file appears, in place of one that was there, when it is whole: what was written is removed when it is cancelled
 * or fails. Undefined: it was cancelled.
 */
export async function exportFile({ file, write, ...to }: Parts): Promise<ExportProgress | undefined> {
  const { signal } = to;
  if (signal.aborted) return undefined;
  // In the same folder, so that it becomes the file in one step.
  const path = `${file}.${randomBytes(4).toString("hex")}.part`;
  try {
    const written = await write({ ...to, path });
    await rename(path, file);
    return written;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/**
 * From the store, by a thread of its own.
 * @param spawn starts a query thread; it has ended when the export has
 */
export function storeWriter(
  spawn: () => Worker,
  what: Omit<QueryCalls["export"][0], "path" | "format" | "shown">,
): Write {
  return async ({ path, format, shown, progress, signal }) => {
    const worker = spawn();
    const channel = createChannel<QueryCalls, NoCalls, NoCalls, QueryNotices>(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) => void worker.on("message", receive),
      },
      {},
      {
        progress: () => undefined,
        facets: () => undefined,
        trend: () => undefined,
        failed: () => undefined,
        exported: progress,
      },
    );
    worker.on("error", (error) => channel.close(reasonOf(error)));
    worker.on("exit", (code) => channel.close(`the thread ended with code ${code}`));
    const cancel = (): void => channel.close("cancelled");
    signal.addEventListener("abort", cancel);
    try {
      return await channel.call("export", { ...what, path, format, shown });
    } finally {
      signal.removeEventListener("abort", cancel);
      await worker.terminate();
    }
  };
}

/** From the index of a sink, by the engine. */
export function indexWriter(engine: Pick<EngineHost, "call" | "onRemote">, request: unknown): Write {
  return async ({ path, format, shown, progress, signal }) => {
    const job = randomBytes(8).toString("hex");
    const heard = engine.onRemote((one) => {
      if (one.name === "exported" && one.told.job === job) progress(one.told);
    });
    const cancel = (): void =>
      void engine.call("remote", { name: "cancelExport", argument: { job } }).catch(() => undefined);
    signal.addEventListener("abort", cancel);
    try {
      const argument = { job, request, path, format, shown };
      return (await engine.call("remote", { name: "export", argument })) as ExportProgress;
    } finally {
      signal.removeEventListener("abort", cancel);
      heard.dispose();
    }
  };
}
