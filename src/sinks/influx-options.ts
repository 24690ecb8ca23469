import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { trustShape } from "./http-options.ts";
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
    version: z
      .literal([1, 2, 3])
      .optional()
      .describe(
        "Which API to write by. Left out: 2 with bucket, else 1. 3 is the native one of InfluxDB 3, with url, database and token; with 2 and 1 it takes points as well.",
      ),
    token: z
      .string()
      .optional()
      .describe("API token of InfluxDB 2.x and 3.x; take it from the environment: ${env:INFLUX_TOKEN}."),
    org: z.string().optional().describe("Organization of InfluxDB 2.x."),
    bucket: z.string().optional().describe("Bucket of InfluxDB 2.x."),
    user: z.string().optional().describe("User of InfluxDB 1.x."),
    password: z
      .string()
      .optional()
      .describe("Password of InfluxDB 1.x; take it from the environment: ${env:INFLUX_PASSWORD}."),
    database: z.string().optional().describe("Database of InfluxDB 1.x and 3.x."),
    retentionPolicy: z
      .string()
      .optional()
      .describe("Retention policy of InfluxDB 1.x; the database's default when left out."),
    createDatabase: z
      .boolean()
      .default(false)
      .describe("Create the database of InfluxDB 1.x when it is missing; the user must be an administrator."),
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
    maxTagValues: z
      .int()
      .min(1)
      .default(10_000)
      .describe(
        "Values that a tag may have: each is a series, which takes memory of the server. Further ones are written as _other, counted and told.",
      ),
    gzip: z.boolean().default(false).describe("Compress requests."),
    timeout: z.int().min(100).default(10_000).describe("How long a request may take, in ms."),
    ...trustShape,
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
    if (options.fingerprint !== undefined && options.ca !== undefined) {
      refuse("give either ca or fingerprint, not both", "fingerprint");
    }
    refuseVersion(options, refuse);
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
      refuse("give a dsn, or a url with org, bucket and token (2.x) or database (1.x and 3.x)");
    else if (options.bucket === undefined && options.database === undefined) {
      refuse("add bucket, org and token for InfluxDB 2.x, or database for 1.x and 3.x", "url");
    } else if (options.bucket !== undefined && options.database !== undefined) {
      refuse("give either bucket (2.x) or database (1.x), not both", "database");
    } else if (options.bucket !== undefined && options.org === undefined)
      refuse("bucket needs org", "bucket");
  });

type Given = {
  readonly [key in "dsn" | "bucket" | "org" | "user" | "password" | "retentionPolicy"]?: string | undefined;
} & { readonly version?: 1 | 2 | 3 | undefined; readonly createDatabase: boolean };

/** Says which options do not go with the version that is asked for. */
function refuseVersion(options: Given, refuse: (message: string, ...path: string[]) => void): void {
  const version = options.version ?? (options.bucket === undefined ? 1 : 2);
  const ofOthers = {
    1: ["bucket", "org"],
    2: ["dsn", "user", "password", "retentionPolicy"],
    3: ["dsn", "bucket", "org", "user", "password", "retentionPolicy"],
  } as const;
  if (options.version !== undefined) {
    for (const key of ofOthers[version]) {
      if (options[key] !== undefined) refuse(`does not go with version ${version}`, key);
    }
    if (version === 2 && options.bucket === undefined) refuse("version 2 needs bucket and org", "version");
  }
  if (options.createDatabase && version !== 1) refuse("goes with InfluxDB 1.x alone", "createDatabase");
}

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
