import { z } from "zod";
import { lineOptions } from "../stream/options.ts";

const words = z.array(z.string()).min(1);

export const commandOptions = z
  .strictObject({
    command: z
      .union([words, z.string().min(1)])
      .describe(
        'The program and its arguments, as a list: ["docker", "logs", "-f", "web"]. One string only together with shell.',
      ),
    shell: z
      .boolean()
      .default(false)
      .describe("Have a shell read `command`, which is one string then: for pipes, variables, wildcards."),
    cwd: z
      .string()
      .min(1)
      .optional()
      .describe("Folder that it runs in, relative to the workspace folder or the configuration file."),
    env: z
      .record(z.string(), z.string())
      .default({})
      .describe("Environment variables, added to those of Log Monitor."),
    streams: z
      .enum(["both", "stdout", "stderr"])
      .default("both")
      .describe(
        "Which of its outputs are read; lines of stderr bear [stderr] after the command as their file.",
      ),
    restart: z
      .enum(["always", "failure", "never"])
      .default("always")
      .describe(
        "When it is started again after it has ended: always, only after a failure (an exit code but 0, a signal), or never.",
      ),
    restartAfter: z
      .int()
      .min(10)
      .default(1_000)
      .describe("The least (ms) until it is started again; from time to time longer, by chance."),
    restartAtMost: z
      .int()
      .min(10)
      .default(60_000)
      .describe(
        "The longest wait (ms) until it is started again. One that ran for so long begins with short waits.",
      ),
    stopAfter: z
      .int()
      .min(0)
      .default(5_000)
      .describe("When it is to end it gets SIGTERM, and SIGKILL after so many ms, with all that it started."),
    ...lineOptions,
  })
  .superRefine(({ command, shell }, context) => {
    if (typeof command === "string" && !shell) {
      const message =
        'is one string: write a list, like ["docker", "logs", "-f", "web"], or set shell: true to have a shell read it';
      context.addIssue({ code: "custom", path: ["command"], message });
    }
    if (typeof command !== "string" && shell) {
      const message = "reads one string, and command is a list: write it as one, or leave shell out";
      context.addIssue({ code: "custom", path: ["shell"], message });
    }
  });

export type CommandOptions = z.output<typeof commandOptions>;
