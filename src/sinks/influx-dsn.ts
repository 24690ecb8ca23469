import { UserError } from "../errors.ts";

export interface Dsn {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly precision: "s" | "ms" | "us" | "ns";
}

const PRECISIONS: Readonly<Record<string, Dsn["precision"]>> = {
  s: "s",
  ms: "ms",
  u: "us",
  us: "us",
  µ: "us",
  n: "ns",
  ns: "ns",
};

/**
 * log_process's data source name: `http://127.0.0.1:8086@user@password@database@precision`. The password
 * may hold `@`: the other parts can't.
 * @throws UserError that says which part is wrong, without showing the password
 */
export function parseDsn(dsn: string): Dsn {
  const parts = dsn.split("@");
  const [url = "", user = ""] = parts;
  const precision = PRECISIONS[parts.at(-1) ?? ""];
  const database = parts.at(-2) ?? "";
  const expected =
    "expected address@user@password@database@precision, with an address like http://127.0.0.1:8086";
  if (parts.length < 5) throw new UserError(`the InfluxDB DSN has ${parts.length} of 5 parts: ${expected}`);
  if (!/^https?:\/\/[^/]+/.test(url) || !URL.canParse(url)) {
    throw new UserError(`the InfluxDB DSN's address is not an http(s) address: ${expected}`);
  }
  if (!precision) throw new UserError(`the InfluxDB DSN's precision must be s, ms, us or ns: ${expected}`);
  if (database === "") throw new UserError(`the InfluxDB DSN names no database: ${expected}`);
  return { url: url.replace(/\/+$/, ""), user, password: parts.slice(2, -2).join("@"), database, precision };
}
