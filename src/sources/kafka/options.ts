import { z } from "zod";
import { checkClient, clientShape } from "../../lib/kafka-client.ts";
import { duration, size } from "../../lib/units.ts";
import { MAX_LINE_BYTES } from "../source.ts";

/** What Kafka lets a topic be called, and how long. */
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;
const LONGEST = 64 * 1024 * 1024;

/** Options of the kafka source. */
export const kafkaOptions = z
  .strictObject({
    ...clientShape,
    topics: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .transform((topics) => (typeof topics === "string" ? topics.split(/\s*,\s*/) : topics))
      .optional()
      .describe("Topics to read, by name."),
    pattern: z
      .string()
      .min(1)
      .optional()
      .describe(
        "JavaScript expression that the whole name of a topic must match to be read, also of later ones.",
      ),
    group: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Consumer group: all that read with the same one share the partitions. Left out: log-monitor. and the source's id.",
      ),
    from: z
      .union([z.enum(["end", "start"]), duration])
      .default("end")
      .describe(
        "Where to begin in topics that the group has not read yet: at their end, at their start, or at the first message that is at most so old, like 15m, 2h or 7d. Partitions and topics that come after its first start are read whole.",
      ),
    maxMessageBytes: size
      .default(MAX_LINE_BYTES)
      .refine((bytes) => bytes >= 1024 && bytes <= LONGEST, {
        error: "is no length of a message: write a size from 1KiB to 64MiB",
      })
      .describe(
        "A message longer than this, like 4MiB, is put aside with those that can't be read, and counted.",
      ),
    ids: z
      .enum(["header", "offset"])
      .default("header")
      .describe(
        "Identity of a record at destinations that know one: the header id that this program's Kafka sink writes, so that what was sent twice is one; or always the message's place.",
      ),
    fields: z
      .boolean()
      .default(false)
      .describe(
        "Add to each record a field `kafka`: topic, partition, offset, key and headers of its message.",
      ),
  })
  .superRefine((options, context) => {
    checkClient(options, context);
    const refuse = (message: string, path: string): void =>
      context.addIssue({ code: "custom", message, path: [path] });
    const { topics, pattern } = options;
    if (topics === undefined && pattern === undefined)
      refuse('is missing: name the topics to read, or give a pattern, like "logs-.*"', "topics");
    for (const topic of topics ?? []) {
      if (!TOPIC.test(topic) || topic === "." || topic === "..")
        refuse(
          `"${topic}" can't be a topic: its name is of letters, digits, . _ and -; for several write pattern`,
          "topics",
        );
    }
    try {
      new RegExp(pattern ?? "");
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error), "pattern");
    }
  });

export type KafkaSourceOptions = z.output<typeof kafkaOptions>;
