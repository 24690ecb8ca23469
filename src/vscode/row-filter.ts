import type { FileFigures, SinkFigures, Snapshot, SourceFigures } from "../model.ts";

/** Which sources a view shows. */
export const FILTERS = ["all", "errors", "unparsed", "failed", "lagging", "stopped"] as const;
export type Filter = (typeof FILTERS)[number];

/** So many seconds behind is lagging; less is on its way. */
const LATE = 5;
/** Bytes that a reader may have before it without lagging: a line that is not whole yet, a burst. */
const BURST = 64 * 1024;

/**
 * The sources that a filter lets through, each with the paths of the files that it is for: all of them where it is
 * the source itself that is in the state.
 */
export function passing(
  { sources, sinks }: Pick<Snapshot, "sources" | "sinks">,
  filter: Filter,
): ReadonlyMap<string, ReadonlySet<string>> {
  const late = new Set(sinks.filter(isLate).map(({ id }) => id));
  const found = new Map<string, ReadonlySet<string>>();
  for (const source of sources) {
    const files = source.files.filter((file) => isIn(file, filter, late));
    if (files.length === 0 && !isIn(source, filter, late)) continue;
    found.set(source.id, new Set((files.length > 0 ? files : source.files).map(({ path }) => path)));
  }
  return found;
}

function isIn(flow: SourceFigures | FileFigures, filter: Filter, late: ReadonlySet<string>): boolean {
  switch (filter) {
    case "all":
      return true;
    case "errors":
      return flow.errors > 0;
    case "unparsed":
      return flow.unparsed > 0;
    case "failed":
      return (flow.state === "failed" && !("leftOut" in flow)) || flow.state === "consent";
    case "stopped":
      return flow.state === "stopped" || flow.state === "paused";
    case "lagging":
      return (
        ("offset" in flow && isUnread(flow)) ||
        (flow.account?.sinks ?? []).some(({ sink, waiting }) => waiting.records > 0 && late.has(sink))
      );
  }
}

function isUnread({ offset, size, lag = 0, linesPerSecond, bytesPerSecond }: FileFigures): boolean {
  return size - offset > Math.max(BURST, LATE * bytesPerSecond) || lag > LATE * Math.max(1, linesPerSecond);
}

function isLate({ lagRecords, lagMs }: SinkFigures): boolean {
  return lagRecords > 0 && lagMs > LATE * 1000;
}
