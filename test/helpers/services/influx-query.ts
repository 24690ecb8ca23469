import { postUnverified } from "../unverified.ts";

export type Value = string | number | bigint | boolean | null;

/** One row: `time` in nanoseconds since the epoch, the series' tags, and each column. */
export interface Row {
  readonly time?: bigint;
  readonly [column: string]: Value | undefined;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Series {
  tags?: Record<string, string>;
  columns: string[];
  values?: Value[][];
}

interface Answer {
  error?: string;
  results?: { error?: string; series?: Series[] }[];
}

/**
 * Runs InfluxQL over `POST /query` of InfluxDB 1.x. Integers that a number can't hold come as bigint.
 * @throws with the server's own words
 */
export async function runInfluxql(
  url: string,
  auth: Credentials | undefined,
  influxql: string,
  database = "",
): Promise<Row[]> {
  const form = new URLSearchParams({ q: influxql, db: database, epoch: "ns" });
  const { status, text } = await ask(`${url}/query`, auth ? { authorization: basic(auth) } : {}, form);
  const answer = parse(text, status);
  const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
  if (error !== undefined || status >= 300) {
    throw new Error(`InfluxDB answered ${status} to ${influxql}: ${error ?? text}`);
  }
  return (answer.results ?? []).flatMap(({ series }) => series ?? []).flatMap(rowsOf);
}

/** Posts a form, which may be empty. */
export async function ask(
  url: string,
  headers: Record<string, string>,
  form = new URLSearchParams(),
): Promise<{ status: number; text: string }> {
  if (url.startsWith("https:")) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    return postUnverified(new URL(url), form.toString(), { ...headers, ...type });
  }
  const signal = AbortSignal.timeout(60_000);
  const response = await fetch(url, { method: "POST", headers, body: form, signal });
  return { status: response.status, text: await response.text() };
}

/** The value of the header `Authorization`. */
export function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** An identifier or, with single quotes, a string of InfluxQL. */
export function quoted(text: string, quote: '"' | "'" = '"'): string {
  return quote + text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`) + quote;
}

function rowsOf({ tags = {}, columns, values = [] }: Series): Row[] {
  return values.map((row) => {
    const entries = columns.map((column, at): [string, Value] => {
      const value = row[at] ?? null;
      return [column, column === "time" && typeof value === "number" ? BigInt(value) : value];
    });
    return { ...tags, ...Object.fromEntries(entries) };
  });
}

/** JSON with exact integers: a nanosecond of this century is beyond what a number holds. */
function parse(text: string, status: number): Answer {
  const exact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context?.source ?? "")
      : value;
  try {
    return JSON.parse(text, exact) as Answer;
  } catch (error) {
    throw new Error(`InfluxDB answered ${status} with what is not JSON: ${text.slice(0, 500)}`, {
      cause: error,
    });
  }
}
