/** A distribution as its makers publish it for integration tests. */
export interface Release {
  /** The sink for it. */
  readonly kind: "elasticsearch" | "opensearch";
  /** Maven coordinates. */
  readonly artifact: string;
  /** What unpacks from it. */
  readonly folder: string;
  /** The variable that names one that is there already. */
  readonly variable?: string;
  /** It wants Java 21, which this machine's Java may not be. */
  readonly modern?: true;
  /** What is started: a class, or else the distribution's own script, which only knows how to tell the class all. */
  readonly main?: string;
  /** More for Java. */
  readonly java?: (home: string) => readonly string[];
  readonly settings: Readonly<Record<string, string | boolean>>;
  /** The plugin for users and TLS, by its folder and its Maven coordinates; absent: what it has of them is built in. */
  readonly plugin?: { readonly name: string; readonly artifact: string };
  /** With users and TLS; absent: it has none. */
  readonly secured?: Readonly<Record<string, string | boolean>>;
}

const OPEN = { "xpack.security.enabled": false };
const elasticsearch = (version: string) => ({
  kind: "elasticsearch" as const,
  artifact: `org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip`,
  folder: `elasticsearch-${version}`,
  settings: OPEN,
});
const opensearch = (version: string) => ({
  kind: "opensearch" as const,
  artifact: `org.opensearch.distribution.integ-test-zip:opensearch:${version}:zip`,
  folder: `opensearch-${version}`,
  main: "org.opensearch.bootstrap.OpenSearch",
  settings: {},
});

const pemOf = (layer: "transport" | "http") => ({
  [`plugins.security.ssl.${layer}.pemcert_filepath`]: "server.pem",
  [`plugins.security.ssl.${layer}.pemkey_filepath`]: "server.key",
  [`plugins.security.ssl.${layer}.pemtrustedcas_filepath`]: "ca.pem",
});

export const RELEASES = {
  elasticsearch: {
    ...elasticsearch("7.17.28"),
    variable: "LOG_MONITOR_ELASTICSEARCH",
    main: "org.elasticsearch.bootstrap.Elasticsearch",
    java: () => ["-Djava.security.manager=allow"],
    // Whoever does not say who he is may do everything, over TLS alone. Users and tokens are those of files: the
    // distribution lacks the module that the index of the others needs, and so has no API keys.
    secured: {
      "xpack.security.enabled": true,
      "xpack.security.http.ssl.enabled": true,
      "xpack.security.http.ssl.key": "server.key",
      "xpack.security.http.ssl.certificate": "server.pem",
      "xpack.security.authc.anonymous.username": "anyone",
      "xpack.security.authc.anonymous.roles": "superuser",
    },
  },
  elasticsearch8: elasticsearch("8.19.8"),
  elasticsearch9: { ...elasticsearch("9.1.0"), modern: true },
  opensearch: {
    ...opensearch("2.19.4"),
    variable: "LOG_MONITOR_OPENSEARCH",
    java: () => ["-Djava.security.manager=allow"],
    plugin: {
      name: "opensearch-security",
      artifact: "org.opensearch.plugin:opensearch-security:2.19.4.0:zip",
    },
    secured: {
      ...pemOf("transport"),
      ...pemOf("http"),
      "plugins.security.ssl.transport.enforce_hostname_verification": false,
      "plugins.security.ssl.http.enabled": true,
      "plugins.security.allow_default_init_securityindex": true,
      "plugins.security.audit.type": "noop",
    },
  },
  opensearch3: {
    ...opensearch("3.4.0"),
    modern: true,
    java: (home: string) => [`-javaagent:${home}/agent/opensearch-agent.jar`],
  },
} satisfies Record<string, Release>;

export type ElasticRelease = keyof typeof RELEASES;
