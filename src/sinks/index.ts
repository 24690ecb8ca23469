import { elasticsearchSink, opensearchSink } from "./elasticsearch.ts";
import { fileSink } from "./file.ts";
import { influxdbSink } from "./influxdb.ts";
import { kafkaSink } from "./kafka.ts";
import type { SinkDefinition } from "./sink.ts";
import { storeSink } from "./store.ts";

/** All kinds of sinks: a new one is a file beside this and a line here. */
export const sinks: Readonly<Record<string, SinkDefinition>> = {
  elasticsearch: elasticsearchSink,
  file: fileSink,
  influxdb: influxdbSink,
  kafka: kafkaSink,
  opensearch: opensearchSink,
  store: storeSink,
};
