import { z } from "zod";

/** `configpath:` of logcatchsys part 4: a name for each path. */
const pathsLayout = z.looseObject({ configpath: z.record(z.string(), z.string()) });
/** `collectlogs:` of logcatchsys parts 5 to 8: a Kafka topic for each path. */
const topicsLayout = z.looseObject({
  collectlogs: z.array(z.object({ logtopic: z.string(), logpath: z.string() })),
});

/**
 * Reads the layouts of the systems this one grew out of as today's. Anything else comes back as it is.
 * @returns the values, and what of the old file does nothing here yet
 */
export function modernize(values: unknown): {
  values: unknown;
  warnings: { path: string[]; message: string }[];
} {
  const paths = pathsLayout.safeParse(values);
  if (paths.success) {
    const sources = Object.entries(paths.data.configpath).map(([id, path]) => [
      id,
      { paths: [path], parser: "auto" },
    ]);
    return { values: { sources: Object.fromEntries(sources) }, warnings: [] };
  }
  const topics = topicsLayout.safeParse(values);
  if (!topics.success) return { values, warnings: [] };
  const sources: Record<string, { paths: string[]; parser: string }> = {};
  for (const { logtopic, logpath } of topics.data.collectlogs) {
    sources[logtopic] ??= { paths: [], parser: "auto" };
    sources[logtopic]?.paths.push(logpath);
  }
  const warnings = ["kafkaconfig", "elasticconfig"]
    .filter((key) => key in topics.data)
    .map((key) => ({
      path: [key],
      message: `${key} is not used: this version has no such sink; records go to the other sinks`,
    }));
  return { values: { sources }, warnings };
}
