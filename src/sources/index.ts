import { fileSource } from "./file.ts";
import type { SourceDefinition } from "./source.ts";

/** All kinds of sources: a new one is a file beside this and a line here. */
export const sources: Readonly<Record<string, SourceDefinition>> = {
  file: fileSource,
};

export { readExactly } from "./file/identity.ts";
export { generationsOf, lineStart, markLength } from "./file/places.ts";
