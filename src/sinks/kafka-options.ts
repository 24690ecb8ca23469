import { z } from "zod";
import { checkClient, clientShape } from "../lib/kafka-client.ts";

/** The options of the sink `kafka`. */
export const kafkaOptions = z
  .strictObject({
    ...clientShape,
    topic: z
      .string()
      .min(1)
      .default("${source}")
      .describe(
        "Topic that records go to: a name in which ${source}, ${level}, ${date} or ${a field} stand for what a record holds. What a name can't hold becomes -.",
      ),
    key: z
      .string()
      .default("file")
      .describe(
        "Key of a message, by which Kafka chooses its partition: file (the lines of one file stay in order), record (its id), none, or a text with ${a field}.",
      ),
    value: z
      .enum(["raw", "json"])
      .default("raw")
      .describe("What a message holds: the line as it was read, or the record as JSON."),
    timestamp: z
      .enum(["sent", "record"])
      .default("sent")
      .describe(
        "Time of a message, by which brokers delete what is old: when it is sent, or the record's, which the header time has in either case.",
      ),
    compression: z
      .enum(["none", "gzip", "snappy", "lz4", "zstd"])
      .default("none")
      .describe(
        "How batches are packed. zstd needs brokers of version 2.1 or later, and consumers that know it.",
      ),
    createTopics: z
      .strictObject({
        partitions: z.int().min(1).default(1).describe("Partitions of a new topic."),
        replication: z.int().min(1).default(1).describe("Copies of each partition, on brokers of their own."),
      })
      .optional()
      .describe("Create topics that are missing. Left out: the broker does if it is set up to."),
  })
  .superRefine(checkClient);

export type KafkaOptions = z.output<typeof kafkaOptions>;
