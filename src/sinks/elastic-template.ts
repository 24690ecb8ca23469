import { Fatal } from "../errors.ts";
import { wholeVerdict } from "./elastic-answer.ts";
import { patternOf } from "./elastic-names.ts";
import type { Nodes } from "./elastic-nodes.ts";
import type { ElasticOptions } from "./elastic-options.ts";

/** Of several templates that fit a name the one with the highest priority counts; the servers' own have 100 to 200. */
const PRIORITY = 300;
const KEYWORD = { type: "keyword", ignore_above: 1024 };
const TEXT = { type: "text", fields: { keyword: KEYWORD } };
/** What is only shown, never searched: the text is in `message` already, or in the fields. */
const SHOWN = { type: "keyword", index: false, doc_values: false };
const ADDRESS = { type: "ip", ignore_malformed: true };

const MAPPINGS: Readonly<Record<ElasticOptions["documents"], object>> = {
  plain: {
    dynamic_templates: dynamicTemplates("fields."),
    properties: {
      "@timestamp": { type: "date" },
      message: TEXT,
      level: KEYWORD,
      source: KEYWORD,
      file: KEYWORD,
      offset: { type: "long" },
      raw: SHOWN,
      error: TEXT,
      fields: { properties: { remote_addr: ADDRESS } },
    },
  },
  ecs: {
    dynamic_templates: dynamicTemplates("log_monitor."),
    properties: {
      "@timestamp": { type: "date" },
      message: TEXT,
      "ecs.version": KEYWORD,
      "log.level": KEYWORD,
      "log.file.path": KEYWORD,
      "log.offset": { type: "long" },
      "event.dataset": KEYWORD,
      "event.original": SHOWN,
      "error.message": TEXT,
      "client.address": KEYWORD,
      "http.request.method": KEYWORD,
      "http.response.status_code": { type: "long" },
      "http.response.body.bytes": { type: "long" },
      "url.path": TEXT,
      "user_agent.original": TEXT,
    },
  },
  topic: { properties: { topic: KEYWORD, log: TEXT, id: KEYWORD } },
};

/**
 * Spans of time are floats even where the first one seen is whole; texts can be searched by word and as a whole.
 */
function dynamicTemplates(prefix: string): object[] {
  return [
    { spans: { path_match: `${prefix}*_time`, match_mapping_type: "*", mapping: { type: "double" } } },
    { texts: { path_match: `${prefix}*`, match_mapping_type: "string", mapping: TEXT } },
  ];
}

/**
 * The body of `PUT _index_template/NAME` (composable templates: Elasticsearch 7.8 and OpenSearch 1 on). A value
 * that does not fit its field's type is left out of the index of that field; its document is kept.
 */
export function templateOf(options: ElasticOptions): object {
  const { index, dataStream, shards, replicas, documents } = options;
  return {
    index_patterns: [patternOf(index)],
    priority: PRIORITY,
    ...(dataStream && { data_stream: {} }),
    template: {
      settings: {
        "index.mapping.ignore_malformed": true,
        ...(shards !== undefined && { "index.number_of_shards": shards }),
        ...(replicas !== undefined && { "index.number_of_replicas": replicas }),
      },
      mappings: MAPPINGS[documents],
    },
    _meta: { description: "Installed by Log Monitor" },
  };
}

/** @throws Fatal or RetryLater when the server does not take it */
export async function installTemplate(
  nodes: Nodes,
  name: string,
  options: ElasticOptions,
  place: string,
): Promise<void> {
  const answer = await nodes.send(
    "PUT",
    `/_index_template/${encodeURIComponent(name)}`,
    Buffer.from(JSON.stringify(templateOf(options))),
    { "content-type": "application/json" },
  );
  if (answer.status === 200) return;
  const verdict = wholeVerdict(answer, place);
  throw verdict instanceof Fatal
    ? new Fatal(`the template ${name} was not taken: ${verdict.message}`)
    : verdict;
}
