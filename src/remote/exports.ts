import { byTime } from "../lib/instant.ts";
import type { ExportProgress } from "../protocol/log-details.ts";
import { searchRequest } from "../protocol/log-requests.ts";
import type { RemoteExportRequest } from "../protocol/remote.ts";
import { exportRemote } from "./export.ts";
import { FIELD_CAPS, readMapping } from "./mapping.ts";
import { createRemoteSearch } from "./search.ts";
import type { OpenIndex } from "./views.ts";

interface Parts {
  readonly open: (sink: string) => Promise<OpenIndex>;
  readonly tell: (told: ExportProgress & Pick<RemoteExportRequest, "job">) => void;
}

/** Exports from indexes, which no view has to wait for. */
export interface RemoteExports {
  /** @throws what is wrong with server, query or file, or that it was cancelled; then part of it is written */
  begin(asked: RemoteExportRequest): Promise<ExportProgress>;
  cancel(job: string): void;
  close(): void;
}

export function createRemoteExports({ open, tell }: Parts): RemoteExports {
  const running = new Map<string, AbortController>();
  return {
    async begin({ job, request: asked, path, format, shown }) {
      const request = byTime(searchRequest.parse(asked));
      const over = new AbortController();
      running.set(job, over);
      let opened: OpenIndex | undefined;
      try {
        opened = await open(request.index ?? "");
        const { index } = opened;
        const mapping = readMapping(await index.ask(FIELD_CAPS, undefined, over.signal), index.layout);
        const search = createRemoteSearch(index, mapping, request, over.signal);
        return await exportRemote({ search, path, format, shown }, (figures) => tell({ job, ...figures }));
      } finally {
        running.delete(job);
        opened?.close();
      }
    },
    cancel: (job) => running.get(job)?.abort(),
    close() {
      for (const over of running.values()) over.abort();
    },
  };
}
