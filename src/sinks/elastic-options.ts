import { z } from "zod";
import { duration, size } from "../lib/units.ts";
import { isDataStreamName } from "./elastic-names.ts";
import { addressLike, connectionShape } from "./http-options.ts";

/** Types of fields that can be asked for by name. */
const FIELD_TYPES = ["boolean", "date", "double", "geo_point", "ip", "keyword", "long", "text"] as const;

/** The options of the sink `opensearch`. */
export const opensearchOptions = z
  .strictObject({
    url: z
      .union([z.url(addressLike(9200)), z.array(z.url(addressLike(9200))).min(1)])
      .transform((urls) => (typeof urls === "string" ? [urls] : urls))
      .describe("Address of the server, or of several nodes of it, e.g. http://127.0.0.1:9200."),
    user: z.string().optional().describe("User."),
    password: z
      .string()
      .optional()
      .describe("Password; take it from the environment: ${env:ELASTIC_PASSWORD}."),
    apiKey: z
      .string()
      .optional()
      .describe("API key, as the server gave it (encoded): ${env:ELASTIC_API_KEY}."),
    token: z.string().optional().describe("Bearer token."),
    index: z
      .string()
      .min(1)
      .default("logs-${source}-${date}")
      .describe(
        "Index (or data stream, or alias) that records go to: a name in which ${source}, ${level}, ${date}, ${month}, ${year} or ${a field} stand for what a record holds. In lower case; what an index name can't hold becomes -. Of names like logs-*-* whole distributions of Elasticsearch make data streams.",
      ),
    documents: z
      .enum(["plain", "ecs", "topic"])
      .default("plain")
      .describe(
        "How a record is laid out: plain (@timestamp, message, level, source, file, offset, raw, fields.*), ecs (the names of the Elastic Common Schema), or topic (topic, log and id, as old consumers of Kafka wrote it).",
      ),
    template: z
      .boolean()
      .default(false)
      .describe(
        "Install an index template with mappings for these documents under the name log-monitor-<id of the sink>.",
      ),
    dataStream: z
      .boolean()
      .default(false)
      .describe(
        "With template: new names become data streams, not indexes. Leave ${date} out of index then.",
      ),
    shards: z.int().min(1).optional().describe("With template: primary shards of a new index."),
    replicas: z.int().min(0).optional().describe("With template: replicas of a new index."),
    mappings: z
      .record(z.string().min(1), z.enum(FIELD_TYPES))
      .optional()
      .describe(
        'With template: types of fields by their path in the document, in place of what would be guessed: {"fields.client": "ip"}.',
      ),
    lifecycle: z
      .strictObject({
        deleteAfter: duration.describe("Age at which an index is deleted, like 30d."),
        rolloverAge: duration
          .optional()
          .describe("With dataStream: age at which a new index is begun, like 1d."),
        rolloverSize: size
          .optional()
          .describe("With dataStream: size of a primary shard at which a new index is begun, like 50GiB."),
      })
      .optional()
      .describe(
        "With template: install a policy (ILM of Elasticsearch, ISM of OpenSearch) under the template's name that deletes old indexes.",
      ),
    pipeline: z
      .string()
      .min(1)
      .optional()
      .describe("Ingest pipeline of the server that documents go through."),
    unparsed: z
      .enum(["skip", "send"])
      .default("send")
      .describe("Lines that did not parse: send them with the reason in error, or leave them out."),
    ...connectionShape,
  })
  .superRefine((options, context) => {
    const refuse = (message: string, path: string): void =>
      context.addIssue({ code: "custom", message, path: [path] });
    const ways = (["user", "apiKey", "token"] as const).filter((key) => options[key] !== undefined);
    for (const key of ways.slice(1)) refuse(`give either ${ways[0]} or ${key}, not both`, key);
    if ((options.user === undefined) !== (options.password === undefined)) {
      refuse("user and password go together", options.user === undefined ? "password" : "user");
    }
    for (const url of options.url) {
      // Said already: checks of the whole are made as well where an address is none.
      if (!URL.canParse(url)) continue;
      const { protocol, username, password, search, hash } = new URL(url);
      if (!/^https?:$/.test(protocol)) refuse("the address must begin with http:// or https://", "url");
      if (username !== "" || password !== "") {
        refuse("the address can't hold a user: use user and password, apiKey or token", "url");
      }
      if (search !== "" || hash !== "") {
        refuse("the address ends at its path: remove what follows ? or #", "url");
      }
    }
    if (!options.template) {
      for (const key of ["shards", "replicas", "mappings", "lifecycle"] as const) {
        if (options[key] !== undefined) refuse("goes with template: true", key);
      }
      if (options.dataStream) refuse("goes with template: true", "dataStream");
    }
    const { rolloverAge, rolloverSize } = options.lifecycle ?? {};
    if (!options.dataStream && (rolloverAge ?? rolloverSize) !== undefined) {
      refuse("only a data stream is rolled over: set dataStream: true, or leave rollover out", "lifecycle");
    }
    if (options.dataStream && options.documents === "topic") {
      refuse("needs documents with a time: choose plain or ecs", "dataStream");
    }
    if (options.fingerprint !== undefined && options.ca !== undefined) {
      refuse("give either ca or fingerprint, not both", "fingerprint");
    }
  });

/** The options of the sink `elasticsearch`, which has a template of its own for `logs-*-*` (7.9 on). */
export const elasticOptions = opensearchOptions.superRefine(({ documents, template, index }, context) => {
  if (documents !== "topic" || template || !isDataStreamName(index)) return;
  context.addIssue({
    code: "custom",
    message:
      "makes data streams of such names, which need documents with a time: choose another index, such as ${topic}, or set template: true",
    path: ["index"],
  });
});

export type ElasticOptions = z.output<typeof opensearchOptions>;
