// Long runs, which are no part of the suite: npm run soak -- [model|hidden] [--minutes 20] [--rate 25] [--files 4] [--every 2]
import { reasonOf, UserError } from "../../src/errors.ts";
import { hidden } from "./hidden.ts";
import { readOptions } from "./options.ts";
import { sequences } from "./sequences.ts";
import { steady } from "./steady.ts";

try {
  const options = readOptions(process.argv.slice(2));
  const { kind, minutes } = options;
  const run = {
    steady: () => steady(options),
    model: () => sequences(minutes),
    hidden: () => hidden(minutes),
  };
  process.exitCode = (await run[kind]()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof UserError ? reasonOf(error) : error);
  process.exitCode = 1;
}
