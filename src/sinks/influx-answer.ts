import type { HttpError } from "@influxdata/influxdb-client";
import { z } from "zod";
import { Fatal, Partly, Rejected, RetryLater } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { retryAfter } from "../lib/retry-after.ts";
import { withoutSecrets } from "./http-answer.ts";
import type { Target } from "./influx-target.ts";

/** How much of an answer is passed on, in characters. */
const SAID = 300;

/**
 * InfluxDB 1.x answers 400, as for bad points, also when a file of the series can't be written (tsdb/shard.go makes
 * a partial write of any such error). Lines that it repeats are nothing of the system's: "unable to parse" is left out.
 */
const SYSTEM_FAILURE =
  /^partial write: (?!unable to parse).*: (?:no space left on device|disk quota exceeded|read-only file system|input\/output error|too many open files(?: in system)?|cannot allocate memory)(?: dropped=\d+)?$/;

/** What to do about an answer that is not 204: InfluxDB's own codes, in 1.x and 2.x alike. */
export function verdictOf(error: HttpError, target: Target): Error {
  const { statusCode: status, json, body, statusMessage, headers } = error;
  const { signIn, place, policy, secrets } = target;
  const text = String(json?.error ?? json?.message ?? body ?? "").trim() || (statusMessage ?? "");
  const said = withoutSecrets(text, secrets);
  const message = `InfluxDB answered ${status}: ${short(said)}`;
  if (status === 413) return new Rejected(message, { tooLarge: true });
  if (status === 401) return new Fatal(`${message}: ${signIn}`);
  if (status === 403) return new Fatal(`${message}: ${signIn}, and see that it may write there`);
  if (status === 400 || status === 404 || status === 422 || status < 400) {
    // InfluxDB says in JSON what is wrong: a page of something else is no verdict on the records.
    if (json === undefined) return answeredOddly(target, status, said);
    if (SYSTEM_FAILURE.test(said)) return new RetryLater(message);
    return status === 404 ? new Fatal(`${message}: ${place}`) : new Rejected(message);
  }
  // 1.x has no status of its own for this one.
  if (/^retention policy not found/.test(said)) return new Fatal(`${message}: ${policy}`);
  return new RetryLater(message, { afterMs: retryAfter(headers?.["retry-after"], headers?.date) });
}

const partialWrite = z.looseObject({
  error: z.string().regex(/^partial write/),
  data: z
    .array(
      z.looseObject({
        line_number: z.int(),
        error_message: z.string(),
        original_line: z.string().optional(),
      }),
    )
    .min(1),
});

/**
 * Reads the answer of InfluxDB 3 that names the lines it did not take; it has all others.
 * @param lines those that were sent, each with the place of its record among those of the write
 * @returns undefined where the answer names none, or others than were sent: then nothing is known
 */
export function refusedLines(
  json: unknown,
  lines: () => readonly { readonly at: number; readonly text: string }[],
): Partly | undefined {
  const parsed = partialWrite.safeParse(json);
  if (!parsed.success) return undefined;
  const sent = lines();
  const refused = new Map<number, string>();
  for (const { line_number: number, error_message: message, original_line: shown } of parsed.data.data) {
    const line = sent[number - 1];
    if (!line || (shown !== undefined && !begins(line.text, shown))) return undefined;
    refused.set(line.at, `InfluxDB refused the line: ${short(message)}`);
  }
  return new Partly(`InfluxDB refused ${counted(refused.size, "line")}`, { later: [], refused });
}

/** Long lines are shown in part. */
function begins(text: string, shown: string): boolean {
  const [first = ""] = shown.replace(/(?:\.\.\.|…)$/, "").split("\n");
  return text.startsWith(first);
}

/** The address leads to something, but hardly to InfluxDB, which answers a write with 204 or with a reason. */
export function answeredOddly({ url, address }: Target, status = 0, said = ""): Fatal {
  const answer = said === "" ? `${status}` : `${status}: ${short(said)}`;
  return new Fatal(`${url} does not answer like InfluxDB (${answer}): check ${address}`);
}

/** 1.x repeats the lines that it could not read: a whole batch. */
function short(said: string): string {
  return said.length <= SAID ? said : `${said.slice(0, SAID)}…`;
}
