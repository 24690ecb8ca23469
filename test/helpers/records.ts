import type { LogRecord, Origin } from "../../src/model.ts";

export const origin: Origin = { source: "access", file: "/logs/access.log", key: "00000000000000ff" };

/** A parsed access-log record; any property can be given. */
export function accessRecord(given: Partial<LogRecord> = {}): LogRecord {
  return {
    origin,
    offset: 0,
    time: Date.UTC(2018, 2, 4, 13, 49, 52),
    nanos: 0,
    precision: "s",
    level: "info",
    message: "GET /foo?query=t HTTP/1.0",
    fields: {
      method: "GET",
      path: "/foo",
      scheme: "http",
      status: 200,
      bytes_sent: 2133,
      upstream_time: 1.005,
      request_time: 1.854,
    },
    raw: "the line",
    error: undefined,
    ...given,
  };
}
