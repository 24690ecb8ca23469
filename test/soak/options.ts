import { parseArgs } from "node:util";
import { UserError } from "../../src/errors.ts";

export interface SoakOptions {
  /** Random sequences of the model in place of the steady load. */
  readonly model: boolean;
  readonly minutes: number;
  /** Written to all files together, in millions of bytes a second. */
  readonly rate: number;
  readonly files: number;
  /** Each file is rotated so often, in seconds. */
  readonly every: number;
}

/** `npm run soak -- [model] [--minutes 20] [--rate 25] [--files 4] [--every 2]`. @throws UserError for anything else. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      minutes: { type: "string", default: "20" },
      rate: { type: "string", default: "25" },
      files: { type: "string", default: "4" },
      every: { type: "string", default: "2" },
    },
  });
  const wrong = positionals.find((name) => name !== "model");
  if (wrong !== undefined) throw new UserError(`there is no soak ${wrong}: leave it out, or write model`);
  return {
    model: positionals.length > 0,
    minutes: positive("--minutes", values.minutes),
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
