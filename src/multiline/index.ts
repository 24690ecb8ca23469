import { dotnet } from "./dotnet.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { createJson } from "./json.ts";
import type { Judge } from "./judge.ts";
import { node } from "./node.ts";
import { createPattern } from "./pattern.ts";
import { php } from "./php.ts";
import { createAutomaton, type Preset } from "./preset.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";

/** The languages whose traces are known: a new one is a file beside this and a line here. */
export const presets: readonly Preset[] = [java, python, node, go, dotnet, ruby, php, rust];

/** All that a source may name. */
export const judges: ReadonlyMap<string, () => Judge> = new Map<string, () => Judge>([
  ...presets.map((preset) => [preset.name, () => createAutomaton(preset)] as const),
  ["indent", () => createPattern({ pattern: "^[\\t ]", negate: false, match: "after" })],
  ["json", createJson],
]);
