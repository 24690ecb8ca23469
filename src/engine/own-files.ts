import { closeSync, openSync, readSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import type { SinkConfig } from "../config/config.ts";
import { liesIn, realPath } from "../lib/real-path.ts";
import { isRecordLine } from "../lib/record-line.ts";
import { sinks as sinkTypes } from "../sinks/index.ts";
import type { Refusal } from "../sources/source.ts";

/** Longer than the part of a record's line that tells it. */
const HEAD = 256;

/**
 * Tells the files that this engine writes itself: what a source read from them would be written to them
 * again, for ever. An output that was rotated counts as long as it keeps the beginning of its name.
 * @param source whose refusal says so
 */
export function refusalOf(
  path: string,
  source: string,
  dataDir: string,
  sinks: Iterable<SinkConfig>,
): Refusal | undefined {
  const real = realPath(path);
  const data = realPath(dataDir);
  const way = `exclude it from the source's paths`;
  if (liesIn(real, data)) {
    const reason = `this is the data folder, which sinks and spool write: source ${source} leaves it out; ${way}`;
    return { place: dataDir, reason };
  }
  for (const { id, type, options, baseDir } of sinks) {
    for (const output of sinkTypes[type]?.outputs?.(options, baseDir) ?? []) {
      const own = realPath(output);
      const place = path;
      if (real === own)
        return { place, reason: `sink ${id} writes this file: source ${source} leaves it out; ${way}` };
      const stem = basename(own, extname(own));
      if (dirname(real) === dirname(own) && basename(real).startsWith(stem) && holdsRecords(real))
        return {
          place,
          reason: `sink ${id} wrote these records before they were rotated: source ${source} leaves them out; ${way}`,
        };
    }
  }
  return undefined;
}

function holdsRecords(path: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const bytes = Buffer.alloc(HEAD);
    return isRecordLine(bytes.toString("latin1", 0, readSync(file, bytes, 0, HEAD, 0)));
  } catch {
    // Whoever reads it will say why it can't be read.
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
