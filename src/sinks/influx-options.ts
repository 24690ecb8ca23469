import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { parseDsn } from "./influx-dsn.ts";

const fieldSource = z.union([
  z.string(),
  z.strictObject({
    from: z.string().describe("Name of the record's field."),
    type: z
      .enum(["integer", "float", "string", "boolean", "auto"])
      .default("auto")
      .describe("Type of the InfluxDB field."),
  }),
]);

/** The options of the sink `influxdb`. */
export const influxOptions = z
  .strictObject({
    dsn: z
      .string()
      .optional()
      .describe(
        "InfluxDB 1.x in one string: address@user@password@database@precision, e.g. http://127.0.0.1:8086@${env:INFLUX_USER}@${env:INFLUX_PASSWORD}@nginx@s.",
      ),
    url: z.url().optional().describe("Address of the server, e.g. http://127.0.0.1:8086."),
    token: z
      .string()
      .optional()
      .describe("API token of InfluxDB 2.x; take it from the environment: ${env:INFLUX_TOKEN}."),
    org: z.string().optional().describe("Organization of InfluxDB 2.x."),
    bucket: z.string().optional().describe("Bucket of InfluxDB 2.x."),
    user: z.string().optional().describe("User of InfluxDB 1.x."),
    password: z
      .string()
      .optional()
      .describe("Password of InfluxDB 1.x; take it from the environment: ${env:INFLUX_PASSWORD}."),
    database: z.string().optional().describe("Database of InfluxDB 1.x."),
    retentionPolicy: z
      .string()
      .optional()
      .describe("Retention policy of InfluxDB 1.x; the database's default when left out."),
    measurement: z.string().min(1).default("nginx_log").describe("Measurement that points are written to."),
    tags: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        "Tags by name, each from a field of the record (also source, file, level). Left out: Path, Method, Scheme and Status of access logs.",
      ),
    fields: z
      .record(z.string(), fieldSource)
      .optional()
      .describe(
        "Fields by name, each from a field of the record, with a type where it must be fixed. Left out: UpstreamTime, RequestTime and BytesSent of access logs; records without them go to the measurement `log` with their numbers and message.",
      ),
    precision: z
      .enum(["s", "ms", "us", "ns"])
      .optional()
      .describe(
        "Precision that times are cut to before points of equal time are told apart; the line's own when left out.",
      ),
    unparsed: z
      .enum(["skip", "send"])
      .default("skip")
      .describe(
        "Lines that did not parse: leave them out, or send them to the measurement with _unparsed appended.",
      ),
    gzip: z.boolean().default(false).describe("Compress requests."),
    timeout: z.int().min(100).default(10_000).describe("How long a request may take, in ms."),
  })
  .superRefine((options, context) => {
    const refuse = (message: string, ...path: string[]): void =>
      context.addIssue({ code: "custom", message, path });
    if (options.measurement.startsWith("#")) {
      refuse("a measurement can't begin with #: InfluxDB takes such lines for comments", "measurement");
    }
    // 1.8 reads such a name differently when it writes and when it looks for it.
    if (/\\([, ]|$)/.test(options.measurement)) {
      refuse("a backslash can't stand before a comma or space, nor at the end", "measurement");
    }
    for (const kind of ["tags", "fields"] as const) {
      for (const name of Object.keys(options[kind] ?? {})) {
        if (name === "") refuse("a name can't be empty", kind, name);
        if (name === "time") refuse("InfluxDB keeps the name time for itself: choose another", kind, name);
      }
    }
    for (const key of ["url", "token"] as const) {
      if (/\p{Cc}/u.test(options[key] ?? "")) {
        refuse("holds a line end or another control character: remove it", key);
      }
    }
    if (options.url !== undefined) refuseUrl(options.url, (message) => refuse(message, "url"));
    if (options.dsn !== undefined) {
      for (const key of ["url", "token", "org", "bucket", "user", "password", "database"] as const) {
        if (options[key] !== undefined) refuse(`give either dsn or ${key}, not both`, key);
      }
      try {
        parseDsn(options.dsn);
      } catch (error) {
        refuse(reasonOf(error), "dsn");
      }
    } else if (options.url === undefined)
      refuse("give a dsn, or a url with org, bucket and token (2.x) or database (1.x)");
    else if (options.bucket === undefined && options.database === undefined) {
      refuse("add bucket, org and token for InfluxDB 2.x, or database for 1.x", "url");
    } else if (options.bucket !== undefined && options.database !== undefined) {
      refuse("give either bucket (2.x) or database (1.x), not both", "database");
    } else if (options.bucket !== undefined && options.org === undefined)
      refuse("bucket needs org", "bucket");
  });

function refuseUrl(url: string, refuse: (message: string) => void): void {
  if (!URL.canParse(url)) return;
  const { protocol, username, password, search, hash } = new URL(url);
  if (!/^https?:$/.test(protocol)) refuse("the address must begin with http:// or https://");
  if (username !== "" || password !== "") {
    refuse("the address can't hold a user: use user and password (1.x) or token (2.x)");
  }
  if (search !== "" || hash !== "") refuse("the address ends at its path: remove what follows ? or #");
}

export type InfluxOptions = z.output<typeof influxOptions>;
