import { z } from "zod";
import { difference, duration, sizeFrom } from "../lib/units.ts";
import { multilineOption } from "../multiline/options.ts";
import { LEAST_STORE } from "../store/schema.ts";
import { etcdSchema } from "./etcd-options.ts";

/** What every source may say, whatever its type; all else belongs to the type. */
export const sourceCommon = z.object({
  type: z.string().default("file").describe("Kind of source."),
  parser: z
    .union([z.string(), z.looseObject({ type: z.string() })])
    .default("auto")
    .describe("Format of the lines: a parser's name, or an object with `type` and the parser's options."),
  timezone: z
    .string()
    .refine(isTimezone, { error: "is not a time zone: write an IANA name, like Asia/Shanghai or UTC" })
    .optional()
    .describe("IANA time zone of times that carry no offset; the machine's own when left out."),
  ignoreOffset: z
    .boolean()
    .default(false)
    .describe("Read times in `timezone` even where the line carries an offset, for logs whose offset lies."),
  clockAhead: difference
    .default(0)
    .describe(
      "How far the clock that writes this log is ahead of the others, like 1.5s or -250ms: so much is taken off the times of its lines, so that logs of several machines stand in their true order.",
    ),
  multiline: multilineOption.optional(),
  sinks: z.array(z.string()).optional().describe("Ids of the sinks that get the records; all when left out."),
  enabled: z.boolean().default(true).describe("Whether the source runs."),
  heading: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .optional()
    .describe("Heading under which the source stands in the view of logs."),
  searchIn: z
    .string()
    .optional()
    .describe(
      "Id of a sink of type elasticsearch or opensearch: the log view searches what it wrote, on its server, where it is opened for this source alone. On this computer when left out.",
    ),
});

export const sinkCommon = z.object({ type: z.string().describe("Kind of sink.") });

const monitorObject = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .describe("Address to listen on; anything but loopback shows the figures to the network."),
  port: z.int().min(0).max(65_535).default(9193).describe("Port; 0 picks a free one."),
  allowHosts: z.array(z.string()).default([]).describe("Host names that are answered beside localhost."),
});

export const monitorSchema = z
  .union([z.boolean(), monitorObject])
  .transform((value) => (value === true ? monitorObject.parse({}) : value))
  .describe("Serves `/monitor` (JSON) and `/metrics` (Prometheus); false switches it off.");

export const storeSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      maxBytes: sizeFrom(LEAST_STORE)
        .optional()
        .describe("Most bytes on disk, like 2GiB; the oldest records go first."),
      maxAge: duration.optional().describe("How long records are kept, like 7d or 12h."),
    }),
  ])
  .describe("The embedded store; false switches it off.");

export const spoolSchema = z
  .strictObject({
    maxBytes: sizeFrom("1KiB")
      .default(1024 ** 3)
      .describe("Most bytes on disk for lines that a sink still lacks."),
    whenFull: z
      .enum(["block", "dropOldest"])
      .default("block")
      .describe(
        "At the bound: make readers wait (the log file is the last buffer), or give up the oldest lines, counted.",
      ),
  })
  .describe("The durable queue between readers and sinks.");

/** A setting of the editor alone: the engine opens no sources. */
export const pathMappingsSchema = z
  .record(z.string(), z.string())
  .describe(
    "Where the code of programs that run elsewhere lies here, for opening the places that their stack traces name: folder there → folder here, like `/app` → `${workspaceFolder}/server`.",
  );

const records = z.record(z.string(), z.unknown());

/** The whole, sources and sinks unparsed: each of them is checked for itself, so that one can't spoil all. */
export const configSchema = z.strictObject({
  sources: records.default({}),
  sinks: records.default({}),
  monitor: monitorSchema.default(() => monitorSchema.parse({})),
  store: storeSchema.default(true),
  spool: spoolSchema.default(() => spoolSchema.parse({})),
  dataDir: z.string().min(1).optional(),
  configFile: z.string().optional(),
  etcd: etcdSchema.optional(),
});

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
