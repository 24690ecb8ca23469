import type { Fields, LogRecord, Origin } from "../../src/model.ts";

export function originOf(
  source = "access",
  file = `/var/log/${source}.log`,
  key = source.padEnd(16, "0"),
): Origin {
  return { source, file, key };
}

const origin = originOf();

/** A record as a parser would make it; whatever is not said is dull. */
export function recordOf(changes: Partial<LogRecord> = {}): LogRecord {
  const raw = changes.raw ?? "hello world";
  return {
    origin,
    offset: 0,
    time: 1_700_000_000_000,
    nanos: 0,
    precision: "ms",
    level: undefined,
    message: raw,
    fields: {},
    raw,
    error: undefined,
    ...changes,
  };
}

/** When the records of `accessRecords` begin unless they are told (ms since the epoch). */
export const BEGAN = 1_700_000_000_000;

/** Lines of the nginx format with two times, as records, `count` of them from number `from` on. */
export function accessRecords(
  count: number,
  { from = 0, at = origin, rate = 1000, began = BEGAN } = {},
): LogRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const status = n % 50 === 0 ? 500 : n % 10 === 0 ? 404 : 200;
    const fields: Fields = {
      remote: `172.0.0.${n % 256}`,
      user: "-",
      scheme: "http",
      method: "GET",
      path: `/api/items/${n % 97}`,
      query: `query=t${n}`,
      protocol: "HTTP/1.0",
      status,
      bytes_sent: 2000 + (n % 500),
      referer: "-",
      agent: "KeepAliveClient/1.0 (compatible; test)",
      upstream_time: (n % 1000) / 1000,
      request_time: (n % 1500) / 1000,
    };
    const raw = `172.0.0.${n % 256} - - [04/Mar/2018:13:49:52 +0000] http "GET ${fields.path}?${fields.query} HTTP/1.0" ${status} ${fields.bytes_sent} "-" "KeepAliveClient/1.0 (compatible; test)" "-" ${fields.upstream_time} ${fields.request_time}`;
    return recordOf({
      origin: at,
      offset: n * 190,
      time: began + Math.floor((n * 1000) / rate),
      precision: "s",
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      fields,
      raw,
      message: raw,
    });
  });
}
