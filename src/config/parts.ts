import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { createParser, parsers } from "../parsers/index.ts";
import { sinks } from "../sinks/index.ts";
import { sources } from "../sources/index.ts";
import type { SinkConfig, SourceConfig } from "./config.ts";
import { issuesOf, type PlainIssue, unknownKey } from "./issues.ts";
import { sinkCommon, sourceCommon } from "./schema.ts";

export type Part<T> = { readonly part: T } | { readonly issues: readonly PlainIssue[] };

const COMMON = Object.keys(sourceCommon.shape);

/** One source, checked for itself. `value` has its variables expanded; paths of issues begin at the source. */
export function parseSource(
  id: string,
  value: unknown,
  baseDir: string,
  fromStart = false,
): Part<SourceConfig> {
  const whole = z.record(z.string(), z.unknown()).safeParse(value);
  if (!whole.success)
    return refuse([], 'must be an object, like { "paths": ["logs/*.log"], "parser": "auto" }');
  const issues: PlainIssue[] = [];
  const common = sourceCommon.safeParse(whole.data);
  if (!common.success) issues.push(...issuesOf(common.error, [], sourceCommon, whole.data));
  const type = sourceCommon.shape.type.safeParse(whole.data.type).data;
  const definition = type !== undefined && Object.hasOwn(sources, type) ? sources[type] : undefined;
  if (type !== undefined && !definition) {
    const message = unknownName("source type", type, Object.keys(sources));
    issues.push({ path: ["type"], message });
  }
  const own = Object.fromEntries(Object.entries(whole.data).filter(([key]) => !COMMON.includes(key)));
  const options = definition?.options.safeParse(
    fromStart && (type === "file" || type === "kafka") ? { ...own, from: "start" } : own,
  );
  if (definition && options?.error) {
    const found = issuesOf(options.error, [], definition.options, own);
    issues.push(...found.map((issue) => withCommonKeys(issue, own)));
  }
  const {
    timezone,
    ignoreOffset = false,
    clockAhead = 0,
    multiline,
    sinks: targets,
    enabled = true,
    heading: group,
    searchIn,
  } = common.data ?? {};
  if (multiline && definition?.whole) {
    const message = `goes with sources that give lines: a message of ${type} is one record, with all its lines`;
    issues.push({ path: ["multiline"], message });
  }
  const written = sourceCommon.shape.parser.safeParse(whole.data.parser).data;
  const wanted = whole.data.parser === undefined ? (definition?.parser ?? "auto") : written;
  const parser = wanted === undefined ? undefined : parseParser(wanted, timezone, ignoreOffset);
  if (parser && "issues" in parser) issues.push(...parser.issues);
  if (issues.length > 0 || !definition || type === undefined || !options?.success) return { issues };
  if (!parser || "issues" in parser) return { issues };
  const resolved = definition.resolve ? definition.resolve(options.data, baseDir) : options.data;
  return {
    part: {
      id,
      type,
      baseDir,
      options: resolved,
      parser: parser.part,
      timezone,
      ignoreOffset,
      ...(clockAhead !== 0 && { clockAhead }),
      ...(multiline && { multiline }),
      sinks: targets,
      enabled,
      ...(group !== undefined && { group }),
      ...(searchIn !== undefined && { searchIn }),
    },
  };
}

/** An unknown key of a source may be a slip of a common one. */
function withCommonKeys(issue: PlainIssue, own: Record<string, unknown>): PlainIssue {
  const [key] = issue.path;
  if (
    issue.path.length !== 1 ||
    !issue.message.startsWith("unknown key") ||
    typeof key !== "string" ||
    !(key in own)
  )
    return issue;
  const known = /Known here: (.*)\.$/.exec(issue.message)?.[1]?.split(", ") ?? [];
  return { ...issue, message: unknownKey(key, [...known, ...COMMON]) };
}

function parseParser(
  wanted: z.output<typeof sourceCommon>["parser"],
  timezone: string | undefined,
  ignoreOffset: boolean,
): Part<SourceConfig["parser"]> {
  const { type: name, ...own } = typeof wanted === "string" ? { type: wanted } : wanted;
  const definition = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  const place = typeof wanted === "string" ? ["parser"] : ["parser", "type"];
  if (!definition) return refuse(place, unknownName("parser", name, Object.keys(parsers)));
  const options = definition.options.safeParse(own);
  if (!options.success) return { issues: issuesOf(options.error, ["parser"], definition.options, own) };
  try {
    createParser(name, options.data, { timezone, ignoreOffset });
  } catch (error) {
    // It begins with the option that it is about.
    const [whole, option = "", message = ""] = /^(\w+): ([\s\S]*)$/.exec(reasonOf(error)) ?? [];
    if (whole !== undefined && option in own) return refuse(["parser", option], message);
    return refuse(["parser"], reasonOf(error));
  }
  return { part: { name, options: options.data } };
}

/** One sink, checked for itself. */
export function parseSink(id: string, value: unknown, baseDir: string): Part<SinkConfig> {
  const common = sinkCommon.safeParse(value);
  if (!common.success) return refuse([], `must be an object with a type: ${Object.keys(sinks).join(", ")}`);
  const { type } = common.data;
  const definition = Object.hasOwn(sinks, type) ? sinks[type] : undefined;
  if (!definition) return refuse(["type"], unknownName("sink type", type, Object.keys(sinks)));
  const own = Object.fromEntries(
    Object.entries(value as Record<string, unknown>).filter(([key]) => key !== "type"),
  );
  const options = definition.options.safeParse(own);
  if (!options.success) return { issues: issuesOf(options.error, [], definition.options, own) };
  return { part: { id, type, baseDir, options: options.data } };
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  return unknownKey(name, known).replace("unknown key", `unknown ${what}`);
}

function refuse(path: readonly (string | number)[], message: string): { issues: PlainIssue[] } {
  return { issues: [{ path, message }] };
}

/** Keys of a source or sink whose texts may hold `${}` that is not ours: a format, an index's name, a shell's. */
export function templatesIn(value: unknown): readonly string[] {
  const { type } = z.object({ type: z.string() }).safeParse(value).data ?? {};
  if (type === undefined) return ["parser"];
  const [sink, source] = [sinks, sources].map((known) =>
    Object.hasOwn(known, type) ? known[type]?.templates : undefined,
  );
  return ["parser", ...(sink ?? []), ...(source ?? [])];
}
