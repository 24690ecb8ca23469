import { z } from "zod";
import { Fatal } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import type { LogRecord } from "../model.ts";
import { isPage, type Place, saidOf, verdictOf } from "./http-answer.ts";
import { addressLike, httpShape, openHttp, refuseHttp, secretsOf } from "./http-options.ts";
import { createStreams } from "./loki-streams.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";
import { createValueGuard } from "./value-guard.ts";

/** Names of labels as Prometheus has them; those with two underscores are its own. */
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

const lokiOptions = z
  .strictObject({
    url: z.url(addressLike(3100)).describe("Address of the server, e.g. http://127.0.0.1:3100."),
    tenant: z.string().min(1).optional().describe("Tenant that records belong to (X-Scope-OrgID)."),
    labels: z
      .record(z.string(), z.string())
      .default({ job: "log-monitor", source: "${source}", level: "${level}" })
      .describe(
        "Labels of the streams, each a text in which ${source}, ${level} or ${a field} stand for what a record holds. Choose what has few values: each combination is a stream of its own, and many streams make Loki slow. Put the rest into metadata.",
      ),
    metadata: z
      .record(z.string(), z.string())
      .default({})
      .describe(
        "Structured metadata of each line, as labels are written, for what has many values. Needs Loki 3, or 2.9 with allow_structured_metadata.",
      ),
    line: z
      .enum(["raw", "message", "json"])
      .default("raw")
      .describe("What is sent as the line: the line as it was read, the message, or the record as JSON."),
    maxLabelValues: z
      .int()
      .min(1)
      .default(1_000)
      .describe("Values that a label may have; further ones are written as _other, counted and told."),
    ...httpShape,
  })
  .superRefine((options, context) => {
    const refuse = (message: string, ...path: string[]): void =>
      context.addIssue({ code: "custom", message, path });
    refuseHttp(options, refuse);
    for (const key of ["labels", "metadata"] as const) {
      for (const name of Object.keys(options[key])) {
        if (LABEL.test(name)) continue;
        refuse("is no name for Loki: use letters, digits and _, no digit first nor two _", key, name);
      }
    }
    if (Object.keys(options.labels).length === 0) refuse("name at least one label", "labels");
    if (/[^\x20-\x7e]/.test(options.tenant ?? "")) refuse("can hold printable ASCII alone", "tenant");
  });

/** Grafana Loki's push API, as JSON: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs */
export const lokiSink: SinkDefinition<typeof lokiOptions> = {
  type: "loki",
  options: lokiOptions,
  templates: ["labels", "metadata"],
  // Loki takes lines of the same time, labels and text for one, and times are told apart by place.
  once: true,
  batch: { records: 5_000, bytes: 1 << 19, concurrency: 1 },
  create,
};

async function create(
  options: z.output<typeof lokiOptions>,
  { id, log, dataDir, baseDir }: SinkContext,
): Promise<Sink> {
  const base = options.url.replace(/\/+$/, "").replace(/\/loki\/api\/v1\/push$/, "");
  const url = new URL(`${base}/loki/api/v1/push`);
  const place: Place = { name: `Loki at ${base}`, secrets: secretsOf(options) };
  const http = await openHttp("Loki", options, baseDir);
  const guard = createValueGuard({
    limit: options.maxLabelValues,
    kind: "label",
    remedy: "put it into metadata, or raise maxLabelValues",
    ...{ id, dataDir, log },
  });
  const streamsOf = createStreams(options, guard);
  const headers = {
    "content-type": "application/json",
    ...(options.tenant !== undefined && { "x-scope-orgid": options.tenant }),
  };
  const push = (body: string): Promise<Answer> => http.send("POST", url, Buffer.from(body), headers);

  const verdict = (answer: Answer): Error => {
    if (isPage(answer.headers["content-type"]))
      return new Fatal(`${place.name} answers ${answer.status} with a web page: check url`);
    if (answer.status === 401 && /no org id/i.test(answer.text))
      return new Fatal(`${place.name} answered 401: no org id: set tenant`);
    return verdictOf(answer, place);
  };
  const taken = ({ status, headers: given }: Answer): boolean =>
    status >= 200 && status < 300 && !isPage(given["content-type"]);

  return {
    target: `${base}${options.tenant === undefined ? "" : ` tenant ${options.tenant}`}${options.verify ? "" : " (certificate not verified)"}`,
    async open() {
      guard.open();
    },
    async write(records: readonly LogRecord[]) {
      const answer = await push(streamsOf(records));
      // Of a refused push Loki may have taken a part: what is sent again of it is the same to Loki.
      if (!taken(answer)) throw verdict(answer);
    },
    // It passes all that a write passes but the storage: a push without streams is refused at the very end.
    async check() {
      const answer = await push('{"streams":[]}');
      if (taken(answer)) return;
      const { status } = answer;
      if ((status === 422 || status === 400) && /at least one (?:valid )?stream/i.test(saidOf(answer, place)))
        return;
      throw verdict(answer);
    },
    preview: (records) => `POST ${url.pathname}\n\n${streamsOf(records)}`,
    notes: () => ({ folded: guard.folded, problems: guard.problems }),
    async close() {
      http.close();
      guard.close();
    },
  };
}
