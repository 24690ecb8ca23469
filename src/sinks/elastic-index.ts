import { Fatal } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import { CUT } from "../store/own-id.ts";
import { jsonOf, wholeVerdict } from "./elastic-answer.ts";
import { ECS_FIELDS } from "./elastic-documents.ts";
import { patternOf } from "./elastic-names.ts";
import type { Nodes } from "./elastic-nodes.ts";
import type { ElasticOptions } from "./elastic-options.ts";

/** Where documents have what every record has, by path; absent: they lack it. */
export interface Layout {
  readonly time?: string;
  readonly message: string;
  readonly raw: string;
  readonly level?: string;
  readonly source: string;
  readonly file?: string;
  readonly offset?: string;
  readonly error?: string;
  /** A field of its own that holds the id of the document. */
  readonly id?: string;
  /** True in documents of what was cut when it was read: a field `truncated` may be the log's own. */
  readonly cut?: string;
  /** What stands before the names of a record's fields. */
  readonly prefix: string;
  /** Fields that have a name of the layout's, by their own. */
  readonly names: Readonly<Record<string, string>>;
}

/** The documents that a sink writes, to be searched. */
export interface RemoteIndex {
  /** `Elasticsearch at http://127.0.0.1:9200` */
  readonly place: string;
  readonly layout: Layout;
  /**
   * Asks an API of the index, such as `_search`; options go behind a question mark.
   * @param signal gives it up
   * @returns what the answer holds
   * @throws what is wrong and what to do about it
   */
  ask(api: string, body: object | undefined, signal: AbortSignal): Promise<unknown>;
}

const COMMON = { time: "@timestamp", message: "message" } as const;

const LAYOUTS: Readonly<Record<ElasticOptions["documents"], Layout>> = {
  plain: {
    ...COMMON,
    raw: "raw",
    level: "level",
    source: "source",
    file: "file",
    offset: "offset",
    error: "error",
    cut: `fields.${CUT}`,
    prefix: "fields.",
    names: {},
  },
  ecs: {
    ...COMMON,
    raw: "event.original",
    level: "log.level",
    source: "event.dataset",
    file: "log.file.path",
    offset: "log.offset",
    error: "error.message",
    cut: `log_monitor.${CUT}`,
    prefix: "log_monitor.",
    names: ECS_FIELDS,
  },
  topic: { message: "log", raw: "log", source: "topic", id: "id", prefix: "", names: {} },
};

/** What a sink writes to, all indexes that its template can name. */
export function remoteIndex(
  nodes: Nodes,
  { index, documents }: Pick<ElasticOptions, "index" | "documents">,
  place: string,
): RemoteIndex {
  const path = `/${encodeURIComponent(patternOf(index))}/`;
  const headers = { "content-type": "application/json" };
  return {
    place,
    layout: LAYOUTS[documents],
    async ask(api, body, signal) {
      const sent = body && Buffer.from(JSON.stringify(body));
      const answer = await nodes.send(sent ? "POST" : "GET", path + api, sent, headers, signal);
      if (answer.status !== 200) throw readingVerdict(answer, place);
      const found = jsonOf(answer.text);
      if (found === undefined)
        throw new Fatal(`${place} does not answer like Elasticsearch or OpenSearch: check url`);
      return found;
    },
  };
}

/** In the words of a reader: nothing was to be written. */
function readingVerdict(answer: Answer, place: string): Error {
  const verdict = wholeVerdict(answer, place);
  const said = verdict.message
    .replace(/: see that the user may create documents there$/, ": see that the user may read there")
    .replace(/: check url, index and pipeline$/, ": check url and index of the sink");
  return new Fatal(said);
}
