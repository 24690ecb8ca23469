import { z } from "zod";
import { Fatal, Partly, Rejected, RetryLater, reasonOf } from "../errors.ts";
import type { Answer, Http } from "../lib/http.ts";
import { maskPath } from "../lib/mask.ts";
import { retryAfter } from "../lib/retry-after.ts";
import type { LogRecord } from "../model.ts";
import { isPage, type Place, saidOf, verdictOf } from "./http-answer.ts";
import { httpShape, openHttp, refuseHttp, secretsOf } from "./http-options.ts";
import type { Checked, Sink, SinkContext, SinkDefinition } from "./sink.ts";
import { createPart, type JsonTemplate, joined } from "./webhook-body.ts";

const TYPES = {
  ndjson: "application/x-ndjson",
  array: "application/json",
  object: "application/json",
  text: "text/plain; charset=utf-8",
} as const;

const webhookOptions = z
  .strictObject({
    url: z
      .url("is no address: write it like https://example.org/logs")
      .describe("Address that records are sent to; where it is a secret: ${env:WEBHOOK_URL}."),
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST").describe("Method of the requests."),
    format: z
      .enum(["ndjson", "array", "object", "text"])
      .default("ndjson")
      .describe(
        "How records are laid out: one JSON object a line, all in one JSON array, one object and so one record a request, or lines of text.",
      ),
    body: z
      .union([z.string(), z.record(z.string(), z.unknown())])
      .optional()
      .describe(
        'What is sent of a record: an object such as { "text": "${level}: ${message}" }, or a text with format text, in which ${a field}, ${source}, ${level}, ${message}, ${raw}, ${time}, ${file} and ${id} stand for what a record holds. A value that is one of them alone keeps its type. Left out: the whole record, or with text its line.',
      ),
    statuses: z
      .record(z.string(), z.enum(["taken", "retry", "refuse", "stop"]))
      .default({})
      .describe(
        "What a status of an answer means, where it means something else than HTTP has it: the records were taken, are to be sent again, are refused for good (dead letters), or nothing goes through until someone mends it. By number, or like 5xx.",
      ),
    ...httpShape,
  })
  .superRefine((options, context) => {
    const refuse = (message: string, ...path: string[]): void =>
      context.addIssue({ code: "custom", message, path });
    refuseHttp(options, refuse, { query: true });
    const { format, body, statuses } = options;
    for (const status of Object.keys(statuses)) {
      if (!/^[1-5](?:\d\d|xx)$/.test(status))
        refuse("is no status: write it like 409 or 5xx", "statuses", status);
    }
    if (format === "text" && typeof body === "object") refuse("must be a text with format text", "body");
    if (format !== "text" && typeof body === "string") refuse("is a text: add format: text", "body");
  });
type WebhookOptions = z.output<typeof webhookOptions>;

/** Any HTTP endpoint. */
export const webhookSink: SinkDefinition<typeof webhookOptions> = {
  type: "webhook",
  options: webhookOptions,
  templates: ["body"],
  once: false,
  batch: { records: 500, bytes: 1 << 18, concurrency: 1 },
  create,
};

async function create(options: WebhookOptions, { baseDir }: SinkContext): Promise<Sink> {
  const { method, format, headers: given } = options;
  const url = new URL(options.url);
  const shown = maskPath(options.url);
  const secrets = [...secretsOf(options), options.url, `${url.pathname}${url.search}`];
  const place: Place = { name: `the webhook at ${url.origin}`, secrets };
  const http = await openHttp("the webhook", options, baseDir);
  const part = createPart(format, options.body as JsonTemplate | undefined);
  const typed = Object.keys(given).some((name) => name.toLowerCase() === "content-type");
  const headers = typed ? {} : { "content-type": TYPES[format] };

  /** @throws what the answer means when the records were not taken */
  const send = async (parts: readonly string[]): Promise<void> => {
    const answer = await http.send(method, url, Buffer.from(joined(format, parts)), headers);
    const verdict = verdictBy(answer, options.statuses, place);
    if (verdict) throw verdict;
  };

  return {
    target: `${method === "POST" ? "" : `${method} `}${shown}${options.verify ? "" : " (certificate not verified)"}`,
    async write(records: readonly LogRecord[]) {
      const parts = records.map(part);
      await (format === "object" ? sendEach(parts, send) : send(parts));
    },
    check: () => reach(http, url, place),
    preview(records) {
      const parts = records.map(part);
      const bodies =
        format === "object" ? parts.map((one) => joined(format, [one])) : [joined(format, parts)];
      // The path may be the secret.
      return bodies.map((body) => `${method} ${shown}\n\n${body.trimEnd()}\n`).join("\n");
    },
    async close() {
      http.close();
    },
  };
}

/** One request a record, in order; ends at the first that is not to be had now. */
async function sendEach(
  parts: readonly string[],
  send: (parts: readonly string[]) => Promise<void>,
): Promise<void> {
  const refused = new Map<number, string>();
  for (const [at, one] of parts.entries()) {
    try {
      await send([one]);
    } catch (error) {
      if (error instanceof Rejected) {
        refused.set(at, reasonOf(error));
        continue;
      }
      // Nothing of the write is settled: it is tried again as it is, with its own reason.
      if (at === 0) throw error;
      const later = Array.from({ length: parts.length - at }, (_, after) => at + after);
      const afterMs = error instanceof RetryLater ? error.afterMs : undefined;
      throw new Partly(reasonOf(error), { later, refused, afterMs });
    }
  }
  if (refused.size > 0) throw new Partly("some records were refused", { later: [], refused });
}

function verdictBy(answer: Answer, statuses: WebhookOptions["statuses"], place: Place): Error | undefined {
  const { status, headers } = answer;
  const way = statuses[status] ?? statuses[`${Math.floor(status / 100)}xx`];
  const said = saidOf(answer, place);
  const message = `${place.name} answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (way === "taken") return undefined;
  if (way === "retry")
    return new RetryLater(message, { afterMs: retryAfter(headers["retry-after"], headers.date) });
  if (way === "refuse") return new Rejected(message);
  if (way === "stop") return new Fatal(`${message}: check url and headers`);
  if (status < 200 || status > 299) return verdictOf(answer, place, said);
  if (!isPage(headers["content-type"])) return undefined;
  return new Fatal(`${message}: check url, or say in statuses that ${status} means taken`);
}

/** A request that changes nothing: whoever takes records there may know nothing else, and answer 404 or 405. */
async function reach(http: Http, url: URL, place: Place): Promise<Checked> {
  const answer = await http.send("HEAD", url);
  if (answer.status === 401 || answer.status === 403) throw verdictOf(answer, place);
  return {
    note: `it answered ${answer.status} to HEAD: whether it takes records only sending one would tell`,
  };
}
