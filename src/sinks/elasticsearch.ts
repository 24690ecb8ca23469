import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Partly, UserError } from "../errors.ts";
import { createHttp } from "../lib/http.ts";
import type { LeavesOut } from "../lib/left-out.ts";
import type { LogRecord } from "../model.ts";
import { readBulk } from "./elastic-answer.ts";
import { checkServer } from "./elastic-check.ts";
import { createBulkFormatter } from "./elastic-documents.ts";
import { remoteIndex } from "./elastic-index.ts";
import { installPolicy } from "./elastic-lifecycle.ts";
import { createIndexNames } from "./elastic-names.ts";
import { createNodes } from "./elastic-nodes.ts";
import { type ElasticOptions, elasticOptions, opensearchOptions } from "./elastic-options.ts";
import { createPatience } from "./elastic-patience.ts";
import { installTemplate } from "./elastic-template.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

/** Of the answer to a bulk request only what tells good from bad: the rest is as large as the request. */
const ANSWER =
  "filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.type,items.*.error.caused_by.reason";

/** Elasticsearch 7.8 and later, and OpenSearch. */
export const elasticsearchSink: SinkDefinition<typeof elasticOptions> = {
  type: "elasticsearch",
  options: elasticOptions,
  templates: ["index"],
  once: true,
  batch: { records: 5_000, bytes: 1 << 20, concurrency: 2 },
  create: (options, context) => create("Elasticsearch", options, context),
};

/** The same API under its other name. */
export const opensearchSink: SinkDefinition<typeof opensearchOptions> = {
  ...elasticsearchSink,
  type: "opensearch",
  options: opensearchOptions,
  create: (options, context) => create("OpenSearch", options, context),
};

/** @param kind what the server is called in messages */
async function create(
  kind: "Elasticsearch" | "OpenSearch",
  options: ElasticOptions,
  { id, baseDir }: SinkContext,
): Promise<Sink> {
  const { url: urls, index, pipeline, unparsed, timeout, gzip, fingerprint, verify } = options;
  const http = createHttp({
    name: kind,
    setting: "url",
    timeout,
    gzip,
    headers: signIn(options),
    fingerprint,
    verify,
    ca: await certificates(options.ca, baseDir),
  });
  const nodes = createNodes(urls, http);
  // All of them, as any may have answered: what is said does not change with the one that did.
  const place = `${kind} at ${urls.map((url) => url.replace(/\/+$/, "")).join(", ")}`;
  const name = `log-monitor-${id}`;
  const nameOf = createIndexNames(index);
  const format = createBulkFormatter(options, nameOf);
  const through = pipeline === undefined ? "" : `&pipeline=${encodeURIComponent(pipeline)}`;

  const leaves: LeavesOut = { leavesOut: { unparsed: unparsed === "skip" } };
  const patience = createPatience();
  let leftOut = 0;
  const write = async (records: readonly LogRecord[]): Promise<void> => {
    // Copied: two writes may be under way, and the formatter has one memory for all.
    const body = Buffer.from(format(records));
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await nodes.send("POST", `/_bulk?${ANSWER}${through}`, body, headers);
    const indexOf = (at: number): string => {
      const record = records[at];
      return record ? nameOf(record) : "";
    };
    const { later, refused, amiss } = readBulk(answer, records.length, place, patience, indexOf);
    if (later.length > 0 || refused.size > 0) {
      // Without a count, and as it is said where none is taken: a fault that lasts is told once.
      const message = `${place} ${amiss ?? "had no room for some of the records"}`;
      throw new Partly(message, { later, refused });
    }
  };

  return {
    target: `${urls.join(", ")} index ${index}${verify ? "" : " (certificate not verified)"}`,
    async open() {
      if (options.template) {
        const policy = await installPolicy(nodes, name, options, place);
        await installTemplate(nodes, name, options, place, policy);
      }
      return leaves;
    },
    ...leaves,
    async write(records, again = false) {
      const wanted = unparsed === "send" ? records : records.filter(({ error }) => error === undefined);
      if (wanted.length === records.length) return write(records);
      const without = again ? 0 : records.length - wanted.length;
      try {
        if (wanted.length > 0) await renumbered(records, wanted, write);
      } catch (error) {
        // What it does not name is done with.
        if (error instanceof Partly) leftOut += without;
        throw error;
      }
      leftOut += without;
    },
    index: remoteIndex(nodes, options, place),
    check: () => checkServer({ nodes, place, name }, options),
    preview(records) {
      const sent = unparsed === "send" ? records : records.filter(({ error }) => error === undefined);
      const search = pipeline === undefined ? "" : `?pipeline=${encodeURIComponent(pipeline)}`;
      return sent.length === 0 ? "" : `POST /_bulk${search}\n\n${format(sent)}`;
    },
    notes: () => ({
      ...(unparsed === "skip" && { leftOut }),
      problems: patience.problems.map((problem) => `sink ${id}: ${place} ${problem}`),
    }),
    async close() {
      http.close();
    },
  };
}

/** What is said of the records that were sent, said of all that were given. */
async function renumbered(
  given: readonly LogRecord[],
  sent: readonly LogRecord[],
  write: (records: readonly LogRecord[]) => Promise<void>,
): Promise<void> {
  try {
    await write(sent);
  } catch (error) {
    if (!(error instanceof Partly)) throw error;
    const places = given.flatMap((record, at) => (record.error === undefined ? [at] : []));
    const placeOf = (at: number): number => places[at] ?? at;
    const refused = new Map([...error.refused].map(([at, reason]) => [placeOf(at), reason]));
    throw new Partly(error.message, { later: error.later.map(placeOf), refused, afterMs: error.afterMs });
  }
}

function signIn({ user, password, apiKey, token }: ElasticOptions): Record<string, string> {
  if (user !== undefined) {
    return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}` };
  }
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey}` };
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function certificates(ca: string | undefined, baseDir: string): Promise<string | undefined> {
  if (ca === undefined || ca.includes("-----BEGIN CERTIFICATE-----")) return ca;
  const file = resolve(baseDir, ca);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`the certificates in ca can't be read: ${file}`, { cause: error });
  }
}
