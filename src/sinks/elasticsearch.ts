import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Fatal, Partly, UserError } from "../errors.ts";
import { createHttp } from "../lib/http.ts";
import type { LeavesOut } from "../lib/left-out.ts";
import type { LogRecord } from "../model.ts";
import { readBulk, wholeVerdict } from "./elastic-answer.ts";
import { createBulkFormatter } from "./elastic-documents.ts";
import { installPolicy } from "./elastic-lifecycle.ts";
import { createIndexNames, patternOf } from "./elastic-names.ts";
import { createNodes, type Nodes } from "./elastic-nodes.ts";
import { type ElasticOptions, elasticOptions } from "./elastic-options.ts";
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
  create,
};

/** The same API under its other name. */
export const opensearchSink: SinkDefinition<typeof elasticOptions> = {
  ...elasticsearchSink,
  type: "opensearch",
};

async function create(options: ElasticOptions, { id, baseDir }: SinkContext): Promise<Sink> {
  const { url: urls, index, pipeline, unparsed, timeout, gzip, fingerprint, verify } = options;
  const http = createHttp({
    name: "Elasticsearch",
    setting: "url",
    timeout,
    gzip,
    headers: signIn(options),
    fingerprint,
    verify,
    ca: await certificates(options.ca, baseDir),
  });
  const nodes = createNodes(urls, http);
  const [first = ""] = urls;
  const place = `Elasticsearch at ${first.replace(/\/+$/, "")}`;
  const format = createBulkFormatter(options, createIndexNames(index));
  const through = pipeline === undefined ? "" : `&pipeline=${encodeURIComponent(pipeline)}`;

  let leftOut = 0;
  const write = async (records: readonly LogRecord[]): Promise<void> => {
    // Copied: two writes may be under way, and the formatter has one memory for all.
    const body = Buffer.from(format(records));
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await nodes.send("POST", `/_bulk?${ANSWER}${through}`, body, headers);
    const { later, refused } = readBulk(answer, records.length, place);
    if (later.length > 0 || refused.size > 0) {
      throw new Partly(`${place} had no room for ${later.length} of ${records.length} records`, {
        later,
        refused,
      });
    }
  };

  return {
    target: `${urls.join(", ")} index ${index}${verify ? "" : " (certificate not verified)"}`,
    async open() {
      if (options.template) {
        const name = `log-monitor-${id}`;
        const policy = await installPolicy(nodes, name, options, place);
        await installTemplate(nodes, name, options, place, policy);
      }
      return { leavesOut: { unparsed: unparsed === "skip" } } satisfies LeavesOut;
    },
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
    async check() {
      const answer = await nodes.send("GET", "/");
      // Keys that may do nothing but write are not told who answers.
      if (answer.status === 403 && "x-elastic-product" in answer.headers && (await mayWrite(nodes, index)))
        return { server: "Elasticsearch" };
      if (answer.status !== 200) throw wholeVerdict(answer, place);
      if (!/"(?:lucene_version|cluster_uuid)"/.test(answer.text)) {
        throw new Fatal(`${first} does not answer like Elasticsearch or OpenSearch: check url`);
      }
      const who = { server: serverOf(answer.text) };
      if (pipeline === undefined) return who;
      const found = await nodes.send("GET", `/_ingest/pipeline/${encodeURIComponent(pipeline)}`);
      if (found.status === 404) {
        throw new Fatal(`${place} has no ingest pipeline ${pipeline}: create it, or correct pipeline`);
      }
      return who;
    },
    preview(records) {
      const sent = unparsed === "send" ? records : records.filter(({ error }) => error === undefined);
      const search = pipeline === undefined ? "" : `?pipeline=${encodeURIComponent(pipeline)}`;
      return sent.length === 0 ? "" : `POST /_bulk${search}\n\n${format(sent)}`;
    },
    notes: () => ({ ...(unparsed === "skip" && { leftOut }), problems: [] }),
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

/** Whether whoever signs in may create documents in the indexes of a template: Elasticsearch tells that to anyone. */
async function mayWrite(nodes: Nodes, index: string): Promise<boolean> {
  const asked = { index: [{ names: [patternOf(index)], privileges: ["create_doc"] }] };
  const body = Buffer.from(JSON.stringify(asked));
  const headers = { "content-type": "application/json" };
  const { status, text } = await nodes.send("POST", "/_security/user/_has_privileges", body, headers);
  return status === 200 && /"has_all_requested"\s*:\s*true/.test(text);
}

/** Who answers `GET /`, with the version. */
function serverOf(text: string): string {
  const number = /"number"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? "";
  const name = /"distribution"\s*:\s*"opensearch"/.test(text) ? "OpenSearch" : "Elasticsearch";
  return `${name} ${number}`.trim();
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
