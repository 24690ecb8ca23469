import { reasonOf, UserError } from "../errors.ts";
import { nearest } from "../lib/nearest.ts";
import { versionOf } from "../lib/version.ts";
import { type Command, type Host, helpOf, table, UsageError } from "./command.ts";
import { EXIT } from "./exit.ts";
import { createStops } from "./stops.ts";

interface Entry {
  readonly summary: string;
  load(): Promise<Command>;
}

const commands: Record<string, Entry> = {
  run: {
    summary: "watch logs, store and forward them; --once: read what is there and end",
    load: async () => (await import("./run.ts")).run,
  },
  check: {
    summary: "validate a configuration and reach each sink",
    load: async () => (await import("./check.ts")).check,
  },
  explain: {
    summary: "name the origin of every value of a configuration",
    load: async () => (await import("./explain.ts")).explain,
  },
  convert: {
    summary: "write a configuration of the old layouts in today's form",
    load: async () => (await import("./convert.ts")).convert,
  },
  preview: {
    summary: "show the newest records as a sink would be sent them",
    load: async () => (await import("./preview.ts")).preview,
  },
  query: {
    summary: "search the embedded store",
    load: async () => (await import("./query.ts")).query,
  },
  generate: {
    summary: "write a realistic log, to try things with",
    load: async () => (await import("./generate.ts")).generate,
  },
  inspect: {
    summary: "show checkpoints, spool, cursors and dead letters",
    load: async () => (await import("./inspect.ts")).inspect,
  },
  dead: {
    summary: "list what sinks refused for good",
    load: async () => (await import("./dead.ts")).dead,
  },
  reset: {
    summary: "have a sink that waits try again at once",
    load: async () => (await import("./reset.ts")).reset,
  },
  replay: {
    summary: "send a sink its dead letters again, or what was read since a time",
    load: async () => (await import("./replay.ts")).replay,
  },
};

/** What may stand first and is no flag of `run`. */
const WORDS = ["-h", "--help", "-V", "--version"];

/** Runs one command line and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  quietWarnings();
  // `log-monitor query … | head` closes our output early: nothing is left to do then.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const host: Host = {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    cwd: process.cwd(),
    stops: createStops(),
  };
  const code = await dispatch(args, host);
  process.stdout.write("", () => process.exit(code));
}

async function dispatch(args: readonly string[], host: Host): Promise<number> {
  // The first log_process had no commands, only flags of what is `run` here.
  const flags = args[0]?.startsWith("-") && !WORDS.includes(args[0]);
  const [name = "", ...rest] = flags ? ["run", ...args] : args;
  const end = rest.indexOf("--");
  const words = end < 0 ? rest : rest.slice(0, end);
  if (["version", "--version", "-V"].includes(name) || words.includes("--version")) {
    host.out(`log-monitor ${versionOf(import.meta.dirname)}\n`);
    return EXIT.done;
  }
  if (["", "help", "-h", "--help"].includes(name)) {
    host[name ? "out" : "err"](overview());
    return name ? EXIT.done : EXIT.usage;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) {
    const near = nearest(name, Object.keys(commands));
    host.err(`log-monitor: there is no command "${name}"${near ? `; did you mean ${near}?` : ""}\n`);
    host.err("log-monitor --help lists the commands\n");
    return EXIT.usage;
  }
  const command = await entry.load();
  if (words.includes("-h") || words.includes("--help")) {
    host.out(helpOf(name, command));
    return EXIT.done;
  }
  try {
    return await command.run(rest, host);
  } catch (error) {
    if (!(error instanceof UserError)) {
      host.err(`log-monitor ${name}: ${error instanceof Error ? error.stack : reasonOf(error)}\n`);
      return EXIT.failed;
    }
    host.err(`log-monitor ${name}: ${reasonOf(error)}\n`);
    if (!(error instanceof UsageError)) return EXIT.failed;
    host.err(`log-monitor ${name} --help tells how it is called\n`);
    return EXIT.usage;
  }
}

function overview(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary]);
  return `Usage: log-monitor COMMAND …\n\n${table(rows)}\nlog-monitor COMMAND --help tells more of one; --version prints the version.\n`;
}

/** What Node says of its experimental SQLite, of dependencies' old calls and of kafkajs's timers tells the user nothing. */
function quietWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (!["ExperimentalWarning", "DeprecationWarning", "TimeoutNegativeWarning"].includes(warning.name))
      process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}
