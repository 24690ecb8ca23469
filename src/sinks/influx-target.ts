import { UserError } from "../errors.ts";
import { parseDsn } from "./influx-dsn.ts";
import type { InfluxOptions } from "./influx-options.ts";

/** Where points go, and the words that lead to the settings when they don't arrive. */
export interface Target {
  readonly url: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly shown: string;
  /** The settings to look at when the server does not accept who writes. */
  readonly signIn: string;
  /** What to do when the server does not know the place. */
  readonly place: string;
  /** The same when it knows the place, but not the retention policy there. */
  readonly policy: string;
  /** The setting that holds the address. */
  readonly address: string;
  /** Where the database is created on request, with the database's name; 1.x alone. */
  readonly create?: { readonly path: string; readonly database: string };
  /** What must not be shown, should the server repeat it. */
  readonly secrets: readonly string[];
}

/** 1.8 speaks both APIs; its own `/write` works with every 1.x. Times are always sent in nanoseconds. */
export function targetOf(options: InfluxOptions): Target {
  const { dsn, bucket, token, org } = options;
  if (options.version === 3) return nativeTarget(options);
  if (bucket !== undefined && options.url !== undefined) {
    const url = trimmed(options.url);
    const query = new URLSearchParams({ org: org ?? "", bucket, precision: "ns" });
    return {
      url,
      path: `/api/v2/write?${query}`,
      headers: token === undefined ? {} : { authorization: headerValue(`Token ${token}`) },
      shown: `${url} bucket ${bucket}`,
      signIn: token === undefined ? "set token" : "check token",
      place: `create the bucket ${bucket}, or correct bucket or org`,
      policy: "create it, or correct bucket",
      address: "url",
      secrets: token === undefined ? [] : [token],
    };
  }
  const { url, user, password, database } =
    dsn === undefined
      ? {
          url: trimmed(options.url ?? ""),
          user: options.user ?? "",
          password: options.password ?? "",
          database: options.database ?? "",
        }
      : parseDsn(dsn);
  if (url === "") throw new UserError("the sink names no address: set dsn or url");
  const query = new URLSearchParams({ db: database, precision: "ns" });
  if (options.retentionPolicy !== undefined) query.set("rp", options.retentionPolicy);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  const within = dsn === undefined ? "" : " in dsn";
  return {
    url,
    path: `/write?${query}`,
    headers: user === "" ? {} : { authorization: `Basic ${basic}` },
    shown: `${url} database ${database}`,
    signIn: `${user === "" ? "set" : "check"} user and password${within}`,
    place: `create the database ${database}, or correct ${dsn === undefined ? "database" : "its name in dsn"}`,
    policy: "create it, or correct retentionPolicy",
    address: dsn === undefined ? "url" : "dsn",
    secrets: [password, basic],
    ...(options.createDatabase && {
      create: {
        path: `/query?${new URLSearchParams({ q: `CREATE DATABASE ${identifier(database)}` })}`,
        database,
      },
    }),
  };
}

/** https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/ */
function nativeTarget({ url: given = "", database = "", token }: InfluxOptions): Target {
  const url = trimmed(given);
  const query = new URLSearchParams({ db: database, precision: "nanosecond", accept_partial: "true" });
  return {
    url,
    path: `/api/v3/write_lp?${query}`,
    headers: token === undefined ? {} : { authorization: headerValue(`Bearer ${token}`) },
    shown: `${url} database ${database}`,
    signIn: token === undefined ? "set token" : "check token",
    place: `create the database ${database}, or correct database`,
    policy: "correct database",
    address: "url or version",
    secrets: token === undefined ? [] : [token],
  };
}

/** A name in InfluxQL, with its quotes. */
function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, "");
}

/** Node writes a character of a header as one byte: UTF-8 takes this way round. */
function headerValue(text: string): string {
  return Buffer.from(text).toString("latin1");
}
