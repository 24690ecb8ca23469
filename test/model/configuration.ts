import { join } from "node:path";
import type { Extra } from "./check.ts";
import type { Edit } from "./steps.ts";

/** The configuration that a run edits. */
export interface Configuration {
  /** @param next number of the next line that will be written */
  edit(edit: Edit, next: number): void;
  /** The source is there and runs. */
  restore(): void;
  values(): Record<string, unknown>;
  /** The sink that was added and is still there. */
  readonly extra: Extra | undefined;
}

/** Sources and sinks under `folder`: logs in `logs`, a file sink in `out`, a server at `url`, and the store. */
export function createConfiguration(folder: string, url: string): Configuration {
  let extra: Extra | undefined;
  let extras = 0;
  let moved = false;
  let gzip = false;
  let bare = false;
  let wide = false;
  let together = false;
  let enabled = true;
  let removed = false;

  return {
    edit(edit, next) {
      switch (edit) {
        case "add a sink":
          extra ??= { path: join(folder, `extra-${extras++}.ndjson`), since: next };
          break;
        case "remove a sink":
          extra = undefined;
          break;
        case "move the file sink":
          moved = !moved;
          break;
        case "pack requests":
          gzip = !gzip;
          break;
        case "leave the parser's message out":
          bare = !bare;
          break;
        case "widen the patterns":
          wide = !wide;
          break;
        case "put lines together":
          together = !together;
          break;
        case "disable the source":
          enabled = false;
          break;
        case "remove the source":
          removed = true;
          break;
        case "reset":
          enabled = true;
          removed = false;
          moved = false;
          gzip = false;
          bare = false;
          wide = false;
          together = false;
      }
    },
    restore() {
      enabled = true;
      removed = false;
    },
    values: () => ({
      monitor: false,
      sources: removed
        ? {}
        : {
            logs: {
              paths: wide ? ["logs/*.log*", "more/*.log"] : ["logs/*.log*"],
              from: "start",
              // Lines that are under way are ended before that.
              partialAfter: 600_000,
              parser: bare ? { type: "json", message: "log" } : "json",
              enabled,
              // Each line is a record all the same, and the last one is held back.
              ...(together && { multiline: { start: "^\\{", timeout: 200 } }),
            },
          },
      sinks: {
        out: { type: "file", path: moved ? "out/b.ndjson" : "out/a.ndjson" },
        influx: {
          type: "influxdb",
          url,
          database: "d",
          measurement: "m",
          tags: { log: "log", file: "file" },
          fields: { raw: "raw" },
          unparsed: "send",
          timeout: 300,
          gzip,
        },
        ...(extra && { extra: { type: "file", path: extra.path } }),
      },
    }),
    get extra() {
      return extra;
    },
  };
}
