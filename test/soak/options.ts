import { parseArgs } from "node:util";
import { UserError } from "../../src/errors.ts";

export interface SoakOptions {
  /** The steady load, random sequences of the model, or a log view that nobody looks at. */
  readonly kind: "steady" | "model" | "hidden";
  readonly minutes: number;
  /** Written to all files together, in millions of bytes a second. */
  readonly rate: number;
  readonly files: number;
  /** Each file is rotated so often, in seconds. */
  readonly every: number;
}

/** `npm run soak -- [model|hidden] [--minutes 20] [--rate 25] [--files 4] [--every 2]`. @throws UserError for anything else. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      minutes: { type: "string" },
      rate: { type: "string", default: "25" },
      files: { type: "string", default: "4" },
      every: { type: "string", default: "2" },
    },
  });
  const [kind = "steady", more] = positionals;
  if ((kind !== "steady" && kind !== "model" && kind !== "hidden") || more !== undefined)
    throw new UserError(`there is no soak ${positionals.join(" ")}: leave it out, or write model or hidden`);
  return {
    kind,
    minutes: positive("--minutes", values.minutes ?? (kind === "hidden" ? "10" : "20")),
    rate: positive("--rate", values.rate),
    files: Math.ceil(positive("--files", values.files)),
    every: positive("--every", values.every),
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UserError(`${name} takes a number above 0, not ${text}`);
  return value;
}
