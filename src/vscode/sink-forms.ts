import type { L10n } from "./l10n.ts";

/** A kind of sink, as *Add Sink…* asks for it; a test holds this against the registry. */
export interface SinkForm {
  readonly type: string;
  readonly label: string;
  readonly description: string;
  /** How it can be set up; asked where there are several. */
  readonly ways: readonly Way[];
}

export interface Way {
  readonly label: string;
  /** Options that are so in this way, without being asked for. */
  readonly fixed?: Readonly<Record<string, string | number>>;
  readonly asks: readonly Ask[];
  /** How records are written: each has a default, and is asked for only where the user wants it otherwise. */
  readonly shape?: readonly Ask[];
}

/** One option. */
export interface Ask {
  readonly key: string;
  readonly prompt: string;
  /** A good value; stands in for it while what is asked before it is checked. */
  readonly example: string;
  /** Its default: is written into the settings only where the user changes it. */
  readonly initial?: string;
  readonly secret?: true;
  /** All that it can be, with what that means. */
  readonly choices?: Readonly<Record<string, string>>;
}

export function sinkForms(l10n: L10n): readonly SinkForm[] {
  const url = (example: string): Ask => ({ key: "url", prompt: l10n.t("Address of the server"), example });
  const user: Ask = { key: "user", prompt: l10n.t("User"), example: "log-monitor" };
  const password = secret("password", l10n.t("Password"));
  const token = secret("token", l10n.t("Token"));
  const database: Ask = { key: "database", prompt: l10n.t("Database"), example: "logs" };
  const signIns = (...asks: readonly Ask[]): readonly Way[] => [
    { label: l10n.t("Without signing in"), asks },
    { label: l10n.t("With user and password"), asks: [...asks, user, password] },
    { label: l10n.t("With a token"), asks: [...asks, token] },
  ];
  const index: Ask = {
    key: "index",
    prompt: l10n.t("Index that records go to"),
    example: "logs",
    initial: "logs-${source}-${date}",
  };
  const elastic: readonly Way[] = [
    { label: l10n.t("Without signing in"), asks: [url("http://127.0.0.1:9200"), index] },
    {
      label: l10n.t("With user and password"),
      asks: [url("http://127.0.0.1:9200"), user, password, index],
    },
    {
      label: l10n.t("With an API key"),
      asks: [url("http://127.0.0.1:9200"), secret("apiKey", l10n.t("API key, as the server gave it")), index],
    },
  ];
  const brokers: Ask = {
    key: "brokers",
    prompt: l10n.t("Address of a broker, or of several with commas between"),
    example: "127.0.0.1:9092",
  };
  const topic: Ask = {
    key: "topic",
    prompt: l10n.t("Topic that records go to"),
    example: "logs",
    initial: "${source}",
  };
  const sasl = (name: string, mechanism: string): Way => ({
    label: l10n.t("With user and password ({0})", name),
    fixed: { sasl: mechanism },
    asks: [brokers, user, password, topic],
  });
  const influx = url("http://127.0.0.1:8086");
  const json = l10n.t("the record as JSON");
  const line = l10n.t("the line as it was read");
  const oneOf = (
    key: string,
    prompt: string,
    choices: NonNullable<Ask["choices"]>,
    initial: string,
  ): Ask => ({
    key,
    prompt,
    example: initial,
    initial,
    choices,
  });
  const unparsed = (initial: string): Ask =>
    oneOf(
      "unparsed",
      l10n.t("Lines that did not parse"),
      { send: l10n.t("are sent"), skip: l10n.t("are left out") },
      initial,
    );
  const layouts = {
    plain: l10n.t("names of our own: message, level, source, fields"),
    ecs: l10n.t("names of the Elastic Common Schema"),
    topic: l10n.t("topic, log and id"),
  };
  const documents = oneOf("documents", l10n.t("Layout of a document"), layouts, "plain");
  const formats = {
    ndjson: l10n.t("one JSON object a line"),
    array: l10n.t("all in one JSON array"),
    object: l10n.t("one record a request"),
    text: l10n.t("lines of text"),
  };
  const messages = { raw: line, message: l10n.t("the message alone"), json };
  const shapes: Readonly<Record<string, readonly Ask[]>> = {
    influxdb: [
      { key: "measurement", prompt: l10n.t("Measurement"), example: "logs", initial: "nginx_log" },
      unparsed("skip"),
    ],
    kafka: [
      oneOf("value", l10n.t("What a message holds"), { raw: line, json }, "raw"),
      { key: "key", prompt: l10n.t("Key of a message"), example: "${path}", initial: "file" },
    ],
    elasticsearch: [documents, unparsed("send")],
    opensearch: [documents, unparsed("send")],
    loki: [oneOf("line", l10n.t("What is sent as the line"), messages, "raw")],
    webhook: [oneOf("format", l10n.t("How records are laid out"), formats, "ndjson")],
  };
  const forms: readonly SinkForm[] = [
    {
      type: "influxdb",
      label: "InfluxDB",
      description: l10n.t("points in a time series database"),
      ways: [
        { label: l10n.t("InfluxDB 1.x without signing in"), asks: [influx, database] },
        { label: l10n.t("InfluxDB 1.x with user and password"), asks: [influx, database, user, password] },
        {
          label: "InfluxDB 2.x",
          asks: [
            influx,
            { key: "org", prompt: l10n.t("Organization"), example: "home" },
            { key: "bucket", prompt: l10n.t("Bucket"), example: "logs" },
            token,
          ],
        },
        { label: "InfluxDB 3", fixed: { version: 3 }, asks: [influx, database, token] },
      ],
    },
    {
      type: "kafka",
      label: "Apache Kafka",
      description: l10n.t("messages in topics"),
      ways: [
        { label: l10n.t("Without signing in"), asks: [brokers, topic] },
        sasl("PLAIN", "plain"),
        sasl("SCRAM-SHA-256", "scram-sha-256"),
        sasl("SCRAM-SHA-512", "scram-sha-512"),
      ],
    },
    {
      type: "elasticsearch",
      label: "Elasticsearch",
      description: l10n.t("documents in an index or data stream"),
      ways: elastic,
    },
    {
      type: "opensearch",
      label: "OpenSearch",
      description: l10n.t("documents in an index or data stream"),
      ways: elastic.slice(0, 2),
    },
    {
      type: "loki",
      label: "Grafana Loki",
      description: l10n.t("lines in labelled streams"),
      ways: signIns(url("http://127.0.0.1:3100")),
    },
    {
      type: "otlp",
      label: "OpenTelemetry (OTLP)",
      description: l10n.t("log records for a collector"),
      ways: signIns(url("http://127.0.0.1:4318")),
    },
    {
      type: "webhook",
      label: l10n.t("Webhook"),
      description: l10n.t("any HTTP endpoint"),
      ways: signIns(url("https://example.org/logs")),
    },
    {
      type: "file",
      label: l10n.t("File"),
      description: l10n.t("one JSON object a line"),
      ways: [
        {
          label: l10n.t("File"),
          asks: [
            {
              key: "path",
              prompt: l10n.t("File that records are appended to; relative to the folder"),
              example: "logs/records.ndjson",
            },
          ],
        },
      ],
    },
  ];
  return forms.map((form) => {
    const shape = shapes[form.type];
    return shape ? { ...form, ways: form.ways.map((way) => ({ ...way, shape })) } : form;
  });
}

function secret(key: string, prompt: string): Ask {
  return { key, prompt, example: "x", secret: true };
}
