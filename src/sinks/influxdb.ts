import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { z } from "zod";
import { Fatal, Rejected, RetryLater, reasonOf, UserError } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import { parseDsn } from "./influx-dsn.ts";
import { ACCESS_FIELDS, ACCESS_TAGS, createLineFormatter, type Mapping } from "./influx-lines.ts";
import type { Sink, SinkDefinition } from "./sink.ts";

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

const influxOptions = z
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

type Options = z.output<typeof influxOptions>;

interface Target {
  readonly url: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly shown: string;
}

/** InfluxDB 1.x (DSN or url and database) and 2.x (url, org, bucket, token). */
export const influxdbSink: SinkDefinition<typeof influxOptions> = {
  type: "influxdb",
  options: influxOptions,
  batch: { records: 10_000, bytes: 1 << 19, concurrency: 2 },
  create,
};

async function create(options: Options): Promise<Sink> {
  const { InfluxDB, HttpError } = await import("@influxdata/influxdb-client");
  const { url, path, headers, shown } = targetOf(options);
  const agent = url.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const client = new InfluxDB({ url, timeout: options.timeout, headers, transportOptions: { agent } });
  const format = createLineFormatter(mappingOf(options));
  const gzipThreshold = options.gzip ? { gzipThreshold: 1000 } : {};

  const post = (body: string): Promise<void> =>
    new Promise((resolve, reject) => {
      client.transport.send(
        path,
        body,
        { method: "POST", headers: { "content-type": "text/plain; charset=utf-8" }, ...gzipThreshold },
        { complete: resolve, error: (error) => reject(verdictOf(error)) },
      );
    });

  /** What to do about a failed request: InfluxDB's own codes, in 1.x and 2.x alike. */
  const verdictOf = (error: Error): Error => {
    if (!(error instanceof HttpError))
      return new RetryLater(`InfluxDB at ${url} can't be reached`, { cause: error });
    const said = error.json?.error ?? error.json?.message ?? error.body ?? error.statusMessage ?? "";
    const message = `InfluxDB answered ${error.statusCode}: ${String(said).trim()}`;
    switch (error.statusCode) {
      case 400:
      case 422:
        return new Rejected(message, { cause: error });
      case 413:
        return new Rejected(message, { tooLarge: true, cause: error });
      case 401:
      case 403:
        return new Fatal(`${message}: check user and password, or the token, of this sink`);
      case 404:
        return new Fatal(`${message}: create the database or bucket, or correct its name`);
      default: {
        const afterMs = error.retryAfter();
        return new RetryLater(message, { afterMs: afterMs > 0 ? afterMs : undefined, cause: error });
      }
    }
  };

  return {
    target: shown,
    async write(records: readonly LogRecord[]) {
      const body = format(records);
      if (body !== "") await post(body);
    },
    // An empty write passes authentication and the look-up of the database, and writes nothing.
    check: () => post(""),
    async close() {
      agent.destroy();
    },
  };
}

function mappingOf(options: Options): Mapping {
  const fields: Record<string, Mapping["fields"][string]> = {};
  for (const [name, from] of Object.entries(options.fields ?? ACCESS_FIELDS)) {
    fields[name] = typeof from === "string" ? { from, type: "auto" } : from;
  }
  const precision = options.precision ?? (options.dsn === undefined ? "ns" : parseDsn(options.dsn).precision);
  return {
    measurement: options.measurement,
    otherwise: options.fields === undefined ? "log" : undefined,
    tags: options.tags ?? ACCESS_TAGS,
    fields,
    precision,
    unparsed: options.unparsed === "send",
  };
}

/** 1.8 speaks both APIs; its own `/write` works with every 1.x. Times are always sent in nanoseconds. */
function targetOf(options: Options): Target {
  if (options.bucket !== undefined && options.url !== undefined) {
    const query = new URLSearchParams({ org: options.org ?? "", bucket: options.bucket, precision: "ns" });
    return {
      url: trimmed(options.url),
      path: `/api/v2/write?${query}`,
      headers: options.token === undefined ? {} : { authorization: `Token ${options.token}` },
      shown: `${trimmed(options.url)} bucket ${options.bucket}`,
    };
  }
  const { url, user, password, database } =
    options.dsn === undefined
      ? {
          url: trimmed(options.url ?? ""),
          user: options.user ?? "",
          password: options.password ?? "",
          database: options.database ?? "",
        }
      : parseDsn(options.dsn);
  if (url === "") throw new UserError("the sink names no address: set dsn or url");
  const query = new URLSearchParams({ db: database, precision: "ns" });
  if (options.retentionPolicy !== undefined) query.set("rp", options.retentionPolicy);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  return {
    url,
    path: `/write?${query}`,
    headers: user === "" ? {} : { authorization: `Basic ${basic}` },
    shown: `${url} database ${database}`,
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}
