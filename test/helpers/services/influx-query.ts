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
  const response = await fetch(`${url}/query`, {
    method: "POST",
    headers: auth ? { authorization: basic(auth) } : {},
    body: new URLSearchParams({ q: influxql, db: database, epoch: "ns" }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const answer = parse(text, response.status);
  const error = answer.error ?? answer.results?.find((result) => result.error)?.error;
  if (error !== undefined || !response.ok) {
    throw new Error(`InfluxDB answered ${response.status} to ${influxql}: ${error ?? text}`);
  }
  return (answer.results ?? []).flatMap(({ series }) => series ?? []).flatMap(rowsOf);
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
