import { explain as explained } from "../config/explain.ts";
import { parseConfig } from "../config/parse.ts";
import { explanationText } from "../protocol/explain.ts";
import { inEnglish } from "../protocol/fate.ts";
import { askEtcd, keptText } from "./ask-etcd.ts";
import { issueText } from "./check.ts";
import { defineCommand } from "./command.ts";
import { EXIT } from "./exit.ts";
import { configInput } from "./input.ts";

export const explain = defineCommand({
  usage: "[--config FILE] [--data-dir DIR] [--json]",
  about: `Names the origin of every value that a run with the same options goes by: the configuration file with its line,
the key of etcd, the command line, or the default. Secrets are masked. It reaches no sink.`,
  options: {
    config: {
      type: "string",
      short: "c",
      value: "FILE",
      help: "configuration (default: log-monitor.yaml here)",
    },
    "data-dir": { type: "string", value: "DIR", help: "spool, store, checkpoints (default: .log-monitor)" },
    json: { type: "boolean", help: "print one JSON object" },
  },
  async run(values, _, host) {
    const etcd = askEtcd();
    const loaded = await parseConfig(configInput(values, host.cwd), host.env, undefined, etcd.read);
    for (const issue of loaded.issues) host.err(`${issueText(issue)}\n`);
    if (etcd.error !== undefined) host.err(`${etcd.error}; ${keptText(loaded, "shown")}\n`);
    // The file is named by the option, which is no setting.
    const parts = explained(loaded).parts.filter(({ name }) => name !== "configFile");
    const explanation = { parts };
    host.out(
      values.json
        ? `${JSON.stringify(explanation, undefined, 2)}\n`
        : explanationText(explanation, inEnglish, { live: false }),
    );
    const wrong = loaded.issues.some(({ severity }) => severity === "error");
    return wrong || etcd.error !== undefined ? EXIT.failed : EXIT.done;
  },
});
