import { hostname } from "node:os";
import { z } from "zod";
import { Fatal, Partly, Rejected } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import type { LogRecord } from "../model.ts";
import { isPage, type Place, saidOf, verdictOf } from "./http-answer.ts";
import { addressLike, httpShape, openHttp, refuseHttp, secretsOf } from "./http-options.ts";
import { createOtlpRequest } from "./otlp-logs.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

/** All others of 4xx and 5xx must not be sent again, as they are: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
const RETRYABLE = [429, 502, 503, 504];

const otlpOptions = z
  .strictObject({
    url: z
      .url(addressLike(4318))
      .describe("Address of the collector, e.g. http://127.0.0.1:4318; records go to /v1/logs below it."),
    resource: z
      .record(z.string().min(1), z.string())
      .optional()
      .describe(
        "Attributes of the resource, each a text in which ${source} or ${a field} stand for what a record holds. Left out: service.name is the source, host.name this machine.",
      ),
    body: z
      .enum(["message", "raw"])
      .default("message")
      .describe("Body of a log record: the message, or the line."),
    original: z
      .boolean()
      .default(false)
      .describe("Send the line as it was read, too, as the attribute log.record.original."),
    ...httpShape,
  })
  .superRefine((options, context) => {
    refuseHttp(options, (message, ...path) => context.addIssue({ code: "custom", message, path }));
  });

/** Both as the specification has them; a server that leaves a name out, or says null, means its default. */
const exported = z.looseObject({
  partialSuccess: z
    .looseObject({
      rejectedLogRecords: z
        .union([z.string().regex(/^\d+$/).transform(Number), z.int()])
        .nullish()
        .transform((count) => count ?? 0),
      errorMessage: z
        .string()
        .nullish()
        .transform((said) => said ?? ""),
    })
    .nullish(),
});
const status = z.looseObject({ message: z.string() });

/** OTLP/HTTP logs in JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const otlpSink: SinkDefinition<typeof otlpOptions> = {
  type: "otlp",
  options: otlpOptions,
  templates: ["resource"],
  once: false,
  batch: { records: 2_000, bytes: 1 << 19, concurrency: 2 },
  create,
};

async function create(
  options: z.output<typeof otlpOptions>,
  { id, log, baseDir }: SinkContext,
): Promise<Sink> {
  const given = options.url.replace(/\/+$/, "");
  const address = given.endsWith("/v1/logs") ? given : `${given}/v1/logs`;
  const url = new URL(address);
  const place: Place = { name: `OTLP at ${address}`, secrets: secretsOf(options) };
  const http = await openHttp("OTLP", options, baseDir);
  const resource = options.resource ?? { "service.name": "${source}", "host.name": hostname() };
  const request = createOtlpRequest({ ...options, resource });
  const headers = { "content-type": "application/json" };
  let warned = "";

  const warn = (said: string): void => {
    if (said !== "" && said !== warned) log.warn(`sink ${id}: ${place.name} took all, and warns: ${said}`);
    warned = said;
  };

  /** @throws what the answer means for so many records */
  const settle = (answer: Answer, count: number): void => {
    const { status: code, text, headers: got } = answer;
    if (code < 200 || code > 299) throw verdict(answer, place);
    if (isPage(got["content-type"]))
      throw new Fatal(`${place.name} answers ${code} with a web page: check url`);
    const partial = exported.safeParse(jsonOf(text)).data?.partialSuccess;
    if (!partial) return;
    const said = saidOf({ ...answer, text: partial.errorMessage }, place);
    if (partial.rejectedLogRecords > 0) throw refusedOf(partial.rejectedLogRecords, count, said, place);
    warn(said);
  };

  return {
    target: `${address}${options.verify ? "" : " (certificate not verified)"}`,
    async write(records: readonly LogRecord[]) {
      settle(await http.send("POST", url, Buffer.from(request(records)), headers), records.length);
    },
    async check() {
      settle(await http.send("POST", url, Buffer.from('{"resourceLogs":[]}'), headers), 0);
    },
    preview: (records) => `POST ${url.pathname}\n\n${request(records)}`,
    async close() {
      http.close();
    },
  };
}

/**
 * Some were refused, and the answer does not say which. Nothing may be sent again then: those that were taken would
 * be there twice. So all become dead letters, which says how many of them are there, and a replay is for people.
 */
function refusedOf(rejected: number, count: number, said: string, { name }: Place): Error {
  const why = said === "" ? "" : `: ${said}`;
  const all = Array.from({ length: count }, (_, at) => at);
  const reason =
    rejected >= count
      ? `${name} refused it${why}`
      : `${name} refused ${rejected} of the ${count} records sent with this one, and does not say which: a replay sends the others twice${why}`;
  return new Partly(reason, { later: [], refused: new Map(all.map((at) => [at, reason])) });
}

function verdict(answer: Answer, place: Place): Error {
  const parsed = status.safeParse(jsonOf(answer.text));
  const said = saidOf(parsed.success ? { ...answer, text: parsed.data.message } : answer, place);
  const general = verdictOf(answer, place, said);
  if (general instanceof Rejected || general instanceof Fatal || RETRYABLE.includes(answer.status))
    return general;
  return new Fatal(
    `${place.name} answered ${answer.status}: ${said}: see the collector's log for what it lacks`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
