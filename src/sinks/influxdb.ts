import { Agent as HttpAgent } from "node:http";
import { Fatal, Partly, Rejected, RetryLater, reasonOf } from "../errors.ts";
import { secureAgent } from "../lib/http.ts";
import type { LeavesOut } from "../lib/left-out.ts";
import { mismatchOf, remedyFor } from "../lib/remedies.ts";
import type { LogRecord } from "../model.ts";
import { certificates } from "./http-options.ts";
import { answeredOddly, refusedLines, verdictOf } from "./influx-answer.ts";
import { parseDsn } from "./influx-dsn.ts";
import { ACCESS_FIELDS, ACCESS_TAGS, createLineFormatter, type Mapping } from "./influx-lines.ts";
import { type InfluxOptions, influxOptions } from "./influx-options.ts";
import { targetOf } from "./influx-target.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";
import { createValueGuard } from "./value-guard.ts";

/** InfluxDB 1.x (DSN or url and database), 2.x (url, org, bucket, token) and 3.x (also version: 3, url, database, token). */
export const influxdbSink: SinkDefinition<typeof influxOptions> = {
  type: "influxdb",
  options: influxOptions,
  once: true,
  batch: { records: 10_000, bytes: 1 << 18, concurrency: 2 },
  create,
};

async function create(options: InfluxOptions, { id, dataDir, baseDir, log }: SinkContext): Promise<Sink> {
  const { InfluxDB, HttpError, RequestTimedOutError } = await import("@influxdata/influxdb-client");
  const target = targetOf(options);
  const { url, path, headers, shown } = target;
  const { fingerprint, verify } = options;
  const agent = url.startsWith("https:")
    ? secureAgent({ ca: await certificates(options.ca, baseDir), fingerprint, verify })
    : new HttpAgent({ keepAlive: true });
  // 1.x repeats what it could not read in the header X-Influxdb-Error, control characters and all, at which
  // the strict parser would give up: a record that is refused for good would look like a broken connection.
  const transportOptions = { agent, insecureHTTPParser: true };
  const client = new InfluxDB({ url, timeout: options.timeout, headers, transportOptions });
  const guard = createValueGuard({
    limit: options.maxTagValues,
    kind: "tag",
    remedy: "make it a field, or raise maxTagValues",
    ...{ id, dataDir, log },
  });
  const mapping = mappingOf(options);
  const leaves = leavesOutBy(mapping);
  let omitted = 0;
  let leftOut = 0;
  const format = createLineFormatter(mapping, guard.admits, () => void omitted++);
  const gzipThreshold = options.gzip ? { gzipThreshold: 1000 } : {};

  const late = (): Error => new RetryLater(`InfluxDB at ${url} did not answer within ${options.timeout} ms`);
  const reasonOfFailure = (error: Error): Error => {
    if (error instanceof HttpError) return verdictOf(error, target);
    if (error instanceof RequestTimedOutError) return late();
    // A name with several addresses fails with an error for each, and no words of its own.
    const cause = error instanceof AggregateError ? error.errors[0] : error;
    const mismatch = mismatchOf(new URL(url), cause, target.address);
    if (mismatch !== undefined) return new RetryLater(`InfluxDB at ${url} can't be reached: ${mismatch}`);
    const remedy = remedyFor(cause, { address: target.address, ca: "ca" });
    const what = remedy ? new Error(`${reasonOf(cause)}: ${remedy.text}`) : cause;
    return new RetryLater(`InfluxDB at ${url} can't be reached`, { cause: what });
  };

  /** What the server last said of itself. */
  let version: string | string[] | undefined;
  /** @throws as the client does */
  const send = async (to: string, body: Buffer, type: string): Promise<{ status: number; text: string }> => {
    // The client leaves a request that timed out on its connection, with its body, for as long as that lasts.
    const request = new AbortController();
    const parts: Uint8Array[] = [];
    let status = 0;
    let deadline: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        // The client's own begins anew with each byte of an answer.
        deadline = setTimeout(() => reject(new RequestTimedOutError()), options.timeout);
        client.transport.send(
          to,
          // It makes bytes of what it is given, at once: bytes pass as they are, without a string between.
          body as unknown as string,
          { method: "POST", headers: { "content-type": type }, signal: request.signal, ...gzipThreshold },
          {
            responseStarted(given, code = 0) {
              status = code;
              const told = given["x-influxdb-version"];
              // What was built without a number says so.
              version = told === "unknown" ? "" : told;
            },
            next: (part) => void parts.push(part),
            complete: resolve,
            error: reject,
          },
        );
      });
    } catch (error) {
      request.abort();
      throw error;
    } finally {
      clearTimeout(deadline);
    }
    return { status, text: Buffer.concat(parts).toString() };
  };

  const createDatabase = async (): Promise<void> => {
    if (!target.create) return;
    const { path: query, database } = target.create;
    try {
      const { text } = await send(query, Buffer.alloc(0), "application/x-www-form-urlencoded");
      // InfluxQL's errors come with 200.
      const said = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
      if (said === undefined) return;
      throw new Fatal(
        `InfluxDB can't create the database ${database}: ${said}: correct its name, or create it yourself`,
      );
    } catch (error) {
      if (!(error instanceof HttpError))
        throw error instanceof Fatal ? error : reasonOfFailure(error as Error);
      if (error.statusCode !== 403) throw reasonOfFailure(error);
      const remedy = `create the database ${database}, or let createDatabase have an administrator`;
      throw new Fatal(`InfluxDB does not let this user create a database: ${remedy}`);
    }
  };

  /** Where it can't be created it may be there, which a write finds out. */
  const ensureDatabase = async (): Promise<void> => {
    try {
      await createDatabase();
    } catch (error) {
      if (!(error instanceof Fatal)) throw error;
      log.warn(`sink ${id}: ${error.message}`);
    }
  };

  const lines = (records: readonly LogRecord[]) => () =>
    records.flatMap((record, at) => {
      const line = format([record]).toString();
      return line === "" ? [] : [{ at, text: line }];
    });

  const write = async (body: Buffer, records: readonly LogRecord[]): Promise<void> => {
    let status: number;
    try {
      ({ status } = await send(path, body, "text/plain; charset=utf-8"));
    } catch (error) {
      const answered = error instanceof HttpError ? error : undefined;
      if (answered?.statusCode === 404 && target.create) {
        await createDatabase();
        throw new RetryLater(`InfluxDB had no database ${target.create.database}: it was created`);
      }
      throw refusedLines(answered?.json, lines(records)) ?? reasonOfFailure(error as Error);
    }
    if (status !== 204) throw answeredOddly(target, status);
  };

  return {
    target: shown,
    async open() {
      guard.open();
      await ensureDatabase();
      return leaves;
    },
    ...leaves,
    async write(records: readonly LogRecord[], again = false) {
      omitted = 0;
      const body = format(records);
      const without = again ? 0 : omitted;
      try {
        if (body.length > 0) await write(body, records);
      } catch (error) {
        // What it does not name is done with.
        if (error instanceof Partly) leftOut += without;
        throw error;
      }
      leftOut += without;
    },
    preview(records) {
      const body = format(records);
      return body.length === 0 ? "" : `POST ${path}\n\n${body}`;
    },
    // A comment passes authentication and the look-up of the database, and writes nothing; 2.x refuses an
    // empty write.
    async check() {
      await ensureDatabase();
      try {
        await write(Buffer.from("# log-monitor check"), []);
      } catch (error) {
        // By the native API that is nothing to write; whoever writes and where was looked at before.
        if (options.version !== 3 || !(error instanceof Rejected)) throw error;
      }
      return version === undefined ? {} : { server: `InfluxDB ${String(version).replace(/^v/, "")}`.trim() };
    },
    notes: () => ({ folded: guard.folded, leftOut, problems: guard.problems }),
    async close() {
      agent.destroy();
      guard.close();
    },
  };
}

function leavesOutBy({ unparsed, otherwise, fields }: Mapping): LeavesOut {
  const without = otherwise === undefined && Object.values(fields).map(({ from }) => from);
  return { leavesOut: { unparsed: !unparsed, ...(without && { without }) } };
}

function mappingOf(options: InfluxOptions): Mapping {
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
