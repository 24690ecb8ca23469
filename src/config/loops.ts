import { createTopicFilter } from "../lib/topic-filter.ts";
import type { KafkaOptions } from "../sinks/kafka-options.ts";
import type { KafkaSourceOptions } from "../sources/kafka/options.ts";
import type { SinkConfig, SourceConfig } from "./config.ts";

/**
 * The sources that are certain to read from Kafka what a sink of theirs has written there, again and again. Not those
 * whose topics depend on what a record holds.
 */
export function kafkaLoops(
  sources: Iterable<SourceConfig>,
  sinks: ReadonlyMap<string, SinkConfig>,
): { source: string; message: string }[] {
  const loops: { source: string; message: string }[] = [];
  for (const { id, type, options, sinks: targets, enabled } of sources) {
    if (type !== "kafka" || !enabled) continue;
    const from = options as KafkaSourceOptions;
    const wanted = createTopicFilter(from);
    const reached = [...(targets ?? sinks.keys())];
    const writers = new Map<string, string>();
    for (const name of reached) {
      const sink = sinks.get(name);
      if (sink?.type !== "kafka") continue;
      const to = sink.options as KafkaOptions;
      const topic = to.topic.replaceAll(SOURCE, id.replaceAll("/", "-"));
      // ${topic} is the one that was read.
      const again = to.topic === TOPIC || (!topic.includes("${") && wanted(topic));
      if (again && shareBroker(from, to)) writers.set(name, to.topic);
    }
    const others = reached.filter((name) => !writers.has(name));
    const like = others.length > 0 ? `, like [${others.join(", ")}]` : "";
    for (const [writer, topic] of writers) {
      const message = `reads what the sink "${writer}" writes (topic ${topic}), and sends it there again, without end: name other sinks in sinks of the source${like}, or give ${writer} a topic that is not read here`;
      loops.push({ source: id, message });
    }
  }
  return loops;
}

const SOURCE = "${source}";
const TOPIC = "${topic}";

function shareBroker(one: KafkaSourceOptions, other: KafkaOptions): boolean {
  const brokers = new Set(one.brokers.map((broker) => broker.toLowerCase()));
  return other.brokers.some((broker) => brokers.has(broker.toLowerCase()));
}
