import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../../src/engine/engine.ts";
import type { ExportFormat } from "../../../src/lib/export-format.ts";
import type { Shown } from "../../../src/protocol/log-details.ts";
import type { RemoteCall } from "../../../src/protocol/remote.ts";
import type { EngineHost } from "../../../src/vscode/engine-host.ts";
import { exportFile, indexWriter } from "../../../src/vscode/export-file.ts";

interface How {
  readonly format?: ExportFormat;
  readonly query?: string;
  readonly shown?: Shown;
  /** Done when the first page is written. */
  readonly meanwhile?: (cancel: () => void) => void;
}

/** Exports what the index of the sink `es` holds, as the log view does: the file's text, and what is said of it. */
export async function exported(
  engine: Engine,
  folder: string,
  { format = "ndjson", query = "", shown, meanwhile }: How,
) {
  const { remote } = engine.sinks;
  const host: Pick<EngineHost, "call" | "onRemote"> = {
    call: ((_name: string, argument: RemoteCall) => remote.call(argument)) as EngineHost["call"],
    onRemote: remote.onTold,
  };
  const out = mkdtempSync(join(folder, "out-"));
  const cancelling = new AbortController();
  let told = 0;
  const outcome = exportFile({
    write: indexWriter(host, { search: 1, query, points: 10, index: "es" }),
    format,
    shown,
    file: join(out, "found"),
    signal: cancelling.signal,
    progress: () => void (told++ === 0 && meanwhile?.(() => cancelling.abort())),
  });
  const [said] = await Promise.allSettled([outcome]);
  const files = readdirSync(out);
  const text = files.includes("found") ? readFileSync(join(out, "found"), "utf8") : undefined;
  return { said, files, text, told };
}
