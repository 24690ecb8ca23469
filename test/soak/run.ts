// Long runs, which are no part of the suite: npm run soak -- [model] [--minutes 20] [--rate 25] [--files 4] [--every 2]
import { reasonOf, UserError } from "../../src/errors.ts";
import { readOptions } from "./options.ts";
import { sequences } from "./sequences.ts";
import { steady } from "./steady.ts";

try {
  const options = readOptions(process.argv.slice(2));
  process.exitCode = (await (options.model ? sequences(options.minutes) : steady(options))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof UserError ? reasonOf(error) : error);
  process.exitCode = 1;
}
