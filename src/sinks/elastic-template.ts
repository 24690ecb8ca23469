import { Fatal } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
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
const ADDRESS: Mapping = { type: "ip", ignore_malformed: true };

/** A mapping, or one of its objects. */
interface Mapping {
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly [name: string]: unknown;
}

const MAPPINGS: Readonly<Record<ElasticOptions["documents"], Mapping>> = {
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
 * @param policy of ILM that new indexes follow
 */
export function templateOf(options: ElasticOptions, policy?: string): object {
  const { index, dataStream, shards, replicas, documents, mappings = {} } = options;
  let mapping = MAPPINGS[documents];
  for (const [path, type] of Object.entries(mappings)) mapping = withField(mapping, path, TYPES[type]);
  return {
    index_patterns: [patternOf(index)],
    priority: PRIORITY,
    ...(dataStream && { data_stream: {} }),
    template: {
      settings: {
        "index.mapping.ignore_malformed": true,
        ...(shards !== undefined && { "index.number_of_shards": shards }),
        ...(replicas !== undefined && { "index.number_of_replicas": replicas }),
        ...(policy !== undefined && { "index.lifecycle.name": policy }),
      },
      mappings: mapping,
    },
    _meta: { description: "Installed by Log Monitor" },
  };
}

type FieldType = NonNullable<ElasticOptions["mappings"]>[string];

const TYPES: Readonly<Record<FieldType, Mapping>> = {
  boolean: { type: "boolean" },
  date: { type: "date", ignore_malformed: true },
  double: { type: "double" },
  geo_point: { type: "geo_point", ignore_malformed: true },
  ip: ADDRESS,
  keyword: KEYWORD,
  long: { type: "long" },
  text: TEXT,
};

/** The mapping with a field at a path. Servers read a name with dots as a path, where it leads into no object yet. */
function withField(mapping: Mapping, path: string, field: Mapping): Mapping {
  const { properties = {} } = mapping;
  const dot = path.indexOf(".");
  const head = path.slice(0, Math.max(0, dot));
  const inner = Object.hasOwn(properties, head) ? properties[head] : undefined;
  if (!inner) return { ...mapping, properties: { ...properties, [path]: field } };
  const changed = withField(inner, path.slice(dot + 1), field);
  return { ...mapping, properties: { ...properties, [head]: changed } };
}

/** @throws Fatal or RetryLater when the server does not take it */
export async function installTemplate(
  nodes: Nodes,
  name: string,
  options: ElasticOptions,
  place: string,
  policy: string | undefined,
): Promise<void> {
  const answer = await nodes.send(
    "PUT",
    `/_index_template/${encodeURIComponent(name)}`,
    Buffer.from(JSON.stringify(templateOf(options, policy))),
    { "content-type": "application/json" },
  );
  if (answer.status !== 200) throw refusal(answer, name, place);
}

/**
 * Asks what an index would be with the template; it is not installed.
 * @throws Fatal or RetryLater when the server would not take it
 */
export async function checkTemplate(
  nodes: Nodes,
  name: string,
  options: ElasticOptions,
  place: string,
  policy: string | undefined,
): Promise<void> {
  const index = encodeURIComponent(patternOf(options.index).replaceAll("*", "x"));
  const simulate = (priority: number): Promise<Answer> =>
    nodes.send(
      "POST",
      `/_index_template/_simulate_index/${index}`,
      Buffer.from(JSON.stringify({ ...templateOf(options, policy), priority })),
      { "content-type": "application/json" },
    );
  let answer = await simulate(PRIORITY);
  // The one that is there is replaced. Between two that differ in priority alone there is no choice to be made.
  if (answer.status !== 200 && answer.text.includes(`existing templates [${name}]`))
    answer = await simulate(PRIORITY + 1);
  if (answer.status !== 200) throw refusal(answer, name, place);
}

/** What to do about what servers say of a template's names. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /have the same priority/,
    "another sink installs a template for the same names: give each an index of its own, or template: true to one",
  ],
  [
    /would cause data streams/,
    "data streams go by names that index gives: choose another index, such as lines-${source}-${date}",
  ],
  [
    /security_exception/,
    "see that the user may manage index templates, or install the template by another user and set template: false",
  ],
];

function refusal(answer: Answer, name: string, place: string): Error {
  const verdict = wholeVerdict(answer, place);
  if (!(verdict instanceof Fatal)) return verdict;
  const remedy = REMEDIES.find(([words]) => words.test(answer.text))?.[1];
  const said =
    remedy === undefined
      ? verdict.message
      : verdict.message.replace(/: (?:check url|see that).*$/, `: ${remedy}`);
  return new Fatal(`the template ${name} was not taken: ${said}`);
}
