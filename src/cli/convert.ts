import { existsSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { convertFile } from "../config/convert.ts";
import { UserError } from "../errors.ts";
import { defineCommand, UsageError } from "./command.ts";

export const convert = defineCommand({
  usage: "--config OLD [--out NEW]",
  about: `Writes a configuration of the old layouts (configpath, collectlogs, kafkaconfig, elasticconfig) in today's form,
which comes to the same. The old file stays as it is; run reads it too.`,
  options: {
    config: { type: "string", short: "c", value: "OLD", help: "the old file" },
    out: { type: "string", value: "NEW", help: "file to write, in the same folder (default: to stdout)" },
  },
  async run({ config, out }, _, host) {
    if (config === undefined) throw new UsageError("name the old file with --config");
    const from = resolve(host.cwd, config);
    const to = out === undefined ? undefined : resolve(host.cwd, out);
    if (to !== undefined && dirname(to) !== dirname(from))
      throw new UsageError(`--out must be in ${dirname(from)}: paths in the file count from there`);
    if (to !== undefined && existsSync(to))
      throw new UserError(`${to} exists already: name another as --out`);
    const { text, warnings } = await convertFile(from);
    for (const warning of warnings) host.err(`${warning}\n`);
    if (to === undefined) host.out(text);
    else writeFileSync(to, text, { flag: "wx" });
    return 0;
  },
});
