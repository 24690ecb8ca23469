import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { RetryLater } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import { answeredOddly, verdictOf } from "./influx-answer.ts";
import { parseDsn } from "./influx-dsn.ts";
import { ACCESS_FIELDS, ACCESS_TAGS, createLineFormatter, type Mapping } from "./influx-lines.ts";
import { type InfluxOptions, influxOptions } from "./influx-options.ts";
import { targetOf } from "./influx-target.ts";
import type { Sink, SinkDefinition } from "./sink.ts";

/** InfluxDB 1.x (DSN or url and database) and 2.x (url, org, bucket, token). */
export const influxdbSink: SinkDefinition<typeof influxOptions> = {
  type: "influxdb",
  options: influxOptions,
  once: true,
  batch: { records: 10_000, bytes: 1 << 18, concurrency: 2 },
  create,
};

async function create(options: InfluxOptions): Promise<Sink> {
  const { InfluxDB, HttpError, RequestTimedOutError } = await import("@influxdata/influxdb-client");
  const target = targetOf(options);
  const { url, path, headers, shown } = target;
  const agent = url.startsWith("https:")
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  // 1.x repeats what it could not read in the header X-Influxdb-Error, control characters and all, at which
  // the strict parser would give up: a record that is refused for good would look like a broken connection.
  const transportOptions = { agent, insecureHTTPParser: true };
  const client = new InfluxDB({ url, timeout: options.timeout, headers, transportOptions });
  const format = createLineFormatter(mappingOf(options));
  const gzipThreshold = options.gzip ? { gzipThreshold: 1000 } : {};

  const late = (): Error => new RetryLater(`InfluxDB at ${url} did not answer within ${options.timeout} ms`);
  const reasonOfFailure = (error: Error): Error => {
    if (error instanceof HttpError) return verdictOf(error, target);
    if (error instanceof RequestTimedOutError) return late();
    // A name with several addresses fails with an error for each, and no words of its own.
    const cause = error instanceof AggregateError ? error.errors[0] : error;
    return new RetryLater(`InfluxDB at ${url} can't be reached`, { cause });
  };

  const post = async (body: Buffer): Promise<void> => {
    // The client leaves a request that timed out on its connection, with its body, for as long as that lasts.
    const request = new AbortController();
    let status: number | undefined;
    let deadline: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        // The client's own begins anew with each byte of an answer.
        deadline = setTimeout(() => reject(new RequestTimedOutError()), options.timeout);
        client.transport.send(
          path,
          // It makes bytes of what it is given, at once: bytes pass as they are, without a string between.
          body as unknown as string,
          {
            method: "POST",
            headers: { "content-type": "text/plain; charset=utf-8" },
            signal: request.signal,
            ...gzipThreshold,
          },
          { responseStarted: (_, code) => (status = code), complete: resolve, error: reject },
        );
      });
    } catch (error) {
      request.abort();
      throw reasonOfFailure(error as Error);
    } finally {
      clearTimeout(deadline);
    }
    if (status !== 204) throw answeredOddly(target, status);
  };

  return {
    target: shown,
    async write(records: readonly LogRecord[]) {
      const body = format(records);
      if (body.length > 0) await post(body);
    },
    // A comment passes authentication and the look-up of the database, and writes nothing; 2.x refuses an
    // empty write.
    check: () => post(Buffer.from("# log-monitor check")),
    async close() {
      agent.destroy();
    },
  };
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
