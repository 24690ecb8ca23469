import { elasticsearchSink, opensearchSink } from "./elasticsearch.ts";
import { fileSink } from "./file.ts";
import { influxdbSink } from "./influxdb.ts";
import { kafkaSink } from "./kafka.ts";
import { lokiSink } from "./loki.ts";
import { otlpSink } from "./otlp.ts";
import type { SinkDefinition } from "./sink.ts";
import { stdoutSink } from "./stdout.ts";
import { storeSink } from "./store.ts";
import { webhookSink } from "./webhook.ts";

/** All kinds of sinks: a new one is a file beside this and a line here. */
export const sinks: Readonly<Record<string, SinkDefinition>> = {
  elasticsearch: elasticsearchSink,
  file: fileSink,
  influxdb: influxdbSink,
  kafka: kafkaSink,
  loki: lokiSink,
  opensearch: opensearchSink,
  otlp: otlpSink,
  stdout: stdoutSink,
  store: storeSink,
  webhook: webhookSink,
};
