import { commandSource } from "./command.ts";
import { fileSource } from "./file.ts";
import { kafkaSource } from "./kafka.ts";
import type { SourceDefinition } from "./source.ts";
import { stdinSource } from "./stdin.ts";
import { syslogSource } from "./syslog.ts";

/** All kinds of sources: a new one is a file beside this and a line here. */
export const sources: Readonly<Record<string, SourceDefinition>> = {
  file: fileSource,
  stdin: stdinSource,
  command: commandSource,
  syslog: syslogSource,
  kafka: kafkaSource,
};

export { isPacked, packedText } from "./file/compressed.ts";
export { readExactly } from "./file/identity.ts";
export { createMatcher } from "./file/paths.ts";
export { generationsOf, lineStart, markLength } from "./file/places.ts";
export { readMarker as partitionMarker } from "./kafka/start.ts";
