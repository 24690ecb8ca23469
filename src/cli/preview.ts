import { resolve } from "node:path";
import { parseConfig } from "../config/parse.ts";
import { previewOf } from "../engine/preview.ts";
import { defineCommand, UsageError } from "./command.ts";
import { configInput } from "./input.ts";

export const preview = defineCommand({
  usage: "--sink S [FILE] [--config FILE] [--data-dir DIR]",
  about: `Shows the newest records, ten at most, as a sink would be sent them: lines of InfluxDB, the body of a bulk
request, messages with topic, key and headers. Nothing is sent. They are the last lines of the files that are read for
the sink, else what the embedded store holds; with FILE they are the last lines of that file.`,
  options: {
    sink: { type: "string", value: "S", help: "id of the sink" },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
    "data-dir": { type: "string", value: "DIR", help: "what `run` was given" },
  },
  positionals: 1,
  async run(values, [file], host) {
    const { sink } = values;
    if (sink === undefined) throw new UsageError("name the sink with --sink");
    const { config } = await parseConfig(configInput(values, host.cwd), host.env);
    const { text } = await previewOf(config, sink, file === undefined ? undefined : resolve(host.cwd, file));
    host.out(text);
    return 0;
  },
});
