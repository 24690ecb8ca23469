/** Topics by name, and an expression that the whole name of one may match. */
interface Choice {
  readonly topics?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
}

/** What tells whether a topic is to be read. Kafka's own topics are for those that name them. */
export function createTopicFilter({ topics = [], pattern }: Choice): (topic: string) => boolean {
  const names = new Set(topics);
  const expression = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return (topic) => names.has(topic) || (!topic.startsWith("__") && (expression?.test(topic) ?? false));
}
