import { z } from "zod";

/** The options of the sink `kafka`. */
export const kafkaOptions = z
  .strictObject({
    brokers: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .transform((brokers) => (typeof brokers === "string" ? brokers.split(/\s*,\s*/) : brokers))
      .describe("Addresses of one broker or several: 127.0.0.1:9092. The others are found through them."),
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
    compression: z
      .enum(["none", "gzip", "zstd"])
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
    clientId: z.string().min(1).default("log-monitor").describe("Name that brokers know this client by."),
    user: z.string().optional().describe("User, for SASL."),
    password: z
      .string()
      .optional()
      .describe("Password, for SASL; take it from the environment: ${env:KAFKA_PASSWORD}."),
    token: z.string().optional().describe("Bearer token, for SASL OAUTHBEARER."),
    sasl: z
      .enum(["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"])
      .optional()
      .describe("How to sign in. Left out: not at all."),
    tls: z.boolean().default(false).describe("Speak TLS to the brokers."),
    ca: z.string().optional().describe("With tls: file with the certificates (PEM) that sign the brokers'."),
    cert: z.string().optional().describe("With tls: file with the client's certificate (PEM)."),
    keyFile: z.string().optional().describe("With tls: file with the key (PEM) of the client's certificate."),
    verify: z
      .boolean()
      .default(true)
      .describe("False takes any certificate: whoever is on the way can read and change what is sent."),
    timeout: z.int().min(100).default(30_000).describe("How long a request may take, in ms."),
  })
  .superRefine((options, context) => {
    const refuse = (message: string, path: string): void =>
      context.addIssue({ code: "custom", message, path: [path] });
    const { sasl, user, password, token, tls } = options;
    for (const broker of options.brokers) {
      if (!/^(\[[^\]]+\]|[^\s:/]+):\d{1,5}$/.test(broker))
        refuse(`"${broker}" is no address of a broker: write it like 127.0.0.1:9092`, "brokers");
    }
    if (sasl === "oauthbearer") {
      if (token === undefined) refuse("sasl oauthbearer needs token", "sasl");
    } else if (sasl !== undefined) {
      if (user === undefined || password === undefined)
        refuse(`sasl ${sasl} needs user and password`, "sasl");
    } else if (user !== undefined || password !== undefined || token !== undefined) {
      refuse("say with sasl how to sign in: plain, scram-sha-256, scram-sha-512 or oauthbearer", "sasl");
    }
    for (const key of ["ca", "cert", "keyFile"] as const) {
      if (options[key] !== undefined && !tls) refuse("goes with tls: true", key);
    }
    if ((options.cert === undefined) !== (options.keyFile === undefined)) {
      refuse("cert and keyFile go together", options.cert === undefined ? "keyFile" : "cert");
    }
  });

export type KafkaOptions = z.output<typeof kafkaOptions>;
