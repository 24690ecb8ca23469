import type { Received, Reply } from "./receiver.ts";

/** A server as far as this program sees it: what it says of itself, and what it knows. */
export interface Strictness {
  readonly name: "Elasticsearch" | "OpenSearch";
  readonly number: string;
  readonly lucene: string;
  /** Headers of `authorization` that it lets in; none: anyone. */
  readonly authorized?: readonly string[];
  /** Whoever is let in may do no more than create documents in what has this name. */
  readonly writable?: string;
}

/** The ones that make a request to `_bulk`, `_index_template`, or a policy, of all that servers know of them. */
const BULK_PARAMETERS = [
  "filter_path",
  "pipeline",
  "refresh",
  "routing",
  "timeout",
  "wait_for_active_shards",
];
/** `_type` is refused since 8; `_doc` never was one of them. */
const BULK_METADATA = ["_index", "_id", "routing", "if_seq_no", "if_primary_term", "version", "pipeline"];
const TEMPLATE = ["index_patterns", "priority", "data_stream", "template", "composed_of", "version", "_meta"];
const JSON_TYPES = /^application\/(?:json|x-ndjson)$/;

interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/**
 * Answers as Elasticsearch 8 and 9 and OpenSearch 3 do, and refuses what these refuse: types of documents and media
 * types that they don't know, parameters and names in bodies that are none of theirs, the other one's lifecycles,
 * any operation but `create` on a data stream. Elasticsearch 9.1.0 was asked for the words. There is a pipeline `stamp`.
 */
export function createStrictElastic(server: Strictness): (request: Received) => Reply {
  const elastic = server.name === "Elasticsearch";
  const documents = new Map<string, unknown>();
  const streams: RegExp[] = [];
  const policies = new Map<string, object>();

  const reply = (status: number, body: object): Reply => ({
    status,
    headers: {
      "content-type": "application/json",
      ...(elastic && { "x-elastic-product": "Elasticsearch" }),
    },
    text: JSON.stringify(body),
  });
  const refusal = (status: number, type: string, reason: string): Reply =>
    reply(status, { error: { root_cause: [{ type, reason }], type, reason }, status });
  const illegal = (reason: string): Reply => refusal(400, "illegal_argument_exception", reason);

  const root = (): Reply => {
    const { number, lucene: lucene_version } = server;
    const flavor = elastic ? { build_flavor: "default" } : { distribution: "opensearch" };
    return reply(200, {
      name: "node",
      cluster_name: "cluster",
      cluster_uuid: "dCr4jYx4TJ6QmxZ0rLKCAA",
      version: { ...flavor, number, lucene_version },
      tagline: elastic ? "You Know, for Search" : "The OpenSearch Project: https://opensearch.org/",
    });
  };

  const privileges = ({ body }: Asked): Reply => {
    const { cluster = [], index } = JSON.parse(body) as {
      cluster?: string[];
      index: { names: string[]; privileges: string[] }[];
    };
    const free = server.writable === undefined;
    const rights = index.flatMap(({ names, privileges: wanted }) =>
      names.map((name) => {
        const own = wanted.map((one) => [one, free || (name === server.writable && one === "create_doc")]);
        return [name, Object.fromEntries(own) as Record<string, boolean>] as const;
      }),
    );
    const all =
      (free || cluster.length === 0) && rights.every(([, own]) => Object.values(own).every(Boolean));
    return reply(200, {
      username: "u",
      has_all_requested: all,
      cluster: Object.fromEntries(cluster.map((one) => [one, free])),
      index: Object.fromEntries(rights),
      application: {},
    });
  };

  const template = ({ body }: Asked): Reply => {
    const asked = JSON.parse(body) as Record<string, unknown>;
    const unknown = Object.keys(asked).find((name) => !TEMPLATE.includes(name));
    if (unknown !== undefined)
      return refusal(400, "x_content_parse_exception", `[index_template] unknown field [${unknown}]`);
    const settings = (asked.template as { settings?: Record<string, unknown> }).settings ?? {};
    if (!elastic && "index.lifecycle.name" in settings)
      return illegal(
        "unknown setting [index.lifecycle.name] please check that any required plugins are installed",
      );
    for (const pattern of "data_stream" in asked ? (asked.index_patterns as string[]) : [])
      streams.push(new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`));
    return reply(200, { acknowledged: true });
  };

  const policy = (method: string, { path, query, body }: Asked): Reply => {
    const name = path.split("/").at(-1) ?? "";
    const stored = policies.get(name);
    if (method === "GET")
      return stored
        ? reply(200, { _id: name, _version: 1, _seq_no: 4, _primary_term: 1, ...stored })
        : refusal(404, "status_exception", "Policy not found");
    if (stored && !elastic && query.get("if_seq_no") !== "4")
      return refusal(409, "version_conflict_engine_exception", "document already exists");
    policies.set(name, JSON.parse(body) as object);
    return elastic
      ? reply(200, { acknowledged: true })
      : reply(201, { _id: name, _seq_no: 4, _primary_term: 1 });
  };

  const bulk = ({ query, body }: Asked): Reply => {
    const strange = [...query.keys()].find((name) => !BULK_PARAMETERS.includes(name));
    if (strange !== undefined)
      return illegal(`request [/_bulk] contains unrecognized parameter: [${strange}]`);
    if (body.trim() === "") return refusal(400, "parse_exception", "request body is required");
    if (!body.endsWith("\n")) return illegal("The bulk request must be terminated by a newline [\\n]");
    const lines = body.split("\n").slice(0, -1);
    const items: object[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      const [[action, meta] = ["", {}]] = Object.entries(
        JSON.parse(lines[at] ?? "") as Record<string, Record<string, string>>,
      );
      const unknown = Object.keys(meta).find((name) => !BULK_METADATA.includes(name));
      if (unknown !== undefined)
        return illegal(`Action/metadata line [${at + 1}] contains an unknown parameter [${unknown}]`);
      items.push({
        [action]: index(action, meta, JSON.parse(lines[at + 1] ?? "") as Record<string, unknown>),
      });
    }
    const errors = items.some((item) => Object.values(item).some(({ status }) => status >= 300));
    return reply(200, { took: 1, errors, items });
  };

  const index = (action: string, meta: Record<string, string>, document: Record<string, unknown>) => {
    const { _index: name = "", _id: id = "" } = meta;
    const error = (status: number, type: string, reason: string) => ({ status, error: { type, reason } });
    const stream = streams.some((pattern) => pattern.test(name));
    if (stream && action !== "create")
      return error(
        400,
        "illegal_argument_exception",
        "only write ops with an op_type of create are allowed in data streams",
      );
    if (stream && document["@timestamp"] === undefined)
      return error(400, "document_parsing_exception", "data stream timestamp field [@timestamp] is missing");
    const key = `${name}/${id}`;
    if (documents.has(key))
      return error(
        409,
        "version_conflict_engine_exception",
        `[${id}]: version conflict, document already exists`,
      );
    documents.set(key, document);
    return { _index: name, _id: id, _version: 1, result: "created", status: 201 };
  };

  return ({ method, path: whole, headers, body }) => {
    const { pathname: path, searchParams: query } = new URL(whole, "http://any");
    const asked = { path, query, body };
    const { authorized = [] } = server;
    if (authorized.length > 0 && !authorized.includes(headers.authorization ?? "")) {
      if (!elastic) return { status: 401, headers: { "www-authenticate": "Basic" }, text: "Unauthorized" };
      return refusal(401, "security_exception", "unable to authenticate with provided credentials");
    }
    const type = headers["content-type"];
    if (body !== "" && !JSON_TYPES.test(type ?? ""))
      return reply(406, { error: `Content-Type header [${type}] is not supported`, status: 406 });
    const route = `${method} ${path}`;
    if (server.writable !== undefined && route === "GET /")
      return refusal(403, "security_exception", "action [cluster:monitor/main] is unauthorized for user [u]");
    if (elastic && route === "POST /_security/user/_has_privileges") return privileges(asked);
    if (route === "GET /") return root();
    if (route === "GET /_ingest/pipeline/stamp") return reply(200, { stamp: { processors: [] } });
    if (route === "POST /_bulk" || route === "PUT /_bulk") return bulk(asked);
    if (/^PUT \/_index_template\/[^/]+$/.test(route)) return template(asked);
    if (/^POST \/_index_template\/_simulate_index\/[^/]+$/.test(route)) return template(asked);
    if (route === "GET /_cluster/settings")
      return reply(200, { defaults: { action: { auto_create_index: "true" } } });
    if (/^HEAD \/[^/_][^/]*$/.test(route)) return reply(404, {});
    if (elastic && /^(?:GET|PUT) \/_ilm\/policy\/[^/]+$/.test(route)) return policy(method, asked);
    if (!elastic && /^(?:GET|PUT) \/_plugins\/_ism\/policies\/[^/]+$/.test(route))
      return policy(method, asked);
    return reply(400, { error: `no handler found for uri [${whole}] and method [${method}]` });
  };
}
