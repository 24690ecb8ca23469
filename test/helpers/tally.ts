/** How one test ended. */
export interface Result {
  part: string;
  /** Where the test is: a path relative to the repository. */
  file: string;
  name: string;
  outcome: "passed" | "failed" | "skipped";
  /** Why it failed or was left out. */
  reason?: string | undefined;
}

/** What a part of the tests reports to while it runs. */
export interface Reporter {
  result(result: Omit<Result, "part">): void;
  say(line: string): void;
}

/** Collects the results of all parts and tells them apart at the end. */
export function createTally() {
  const results: Result[] = [];
  const flaky: Result[] = [];
  /** When the first job of each part began and the last one ended, in milliseconds. */
  const times = new Map<string, { from: number; to: number }>();
  const count = (outcome: Result["outcome"], part?: string) =>
    results.filter((result) => result.outcome === outcome && (!part || result.part === part)).length;

  return {
    add: (result: Result) => results.push(result),
    /** A failure of a file that passed when it was run again: told in full, and not counted. */
    addFlaky: (result: Result) => flaky.push(result),
    /** A job of a part took from then to then (ms). */
    took(part: string, from: number, to: number) {
      const before = times.get(part);
      times.set(part, { from: Math.min(from, before?.from ?? from), to: Math.max(to, before?.to ?? to) });
    },
    ok: () => count("failed") === 0 && count("passed") > 0,
    /** The failures in full, what was left out and why, how long each part took beside the others, and the counts as the last line. */
    report(): string {
      const lines: string[] = [];
      const failed = results.filter((result) => result.outcome === "failed");
      const tell = (title: string, of: readonly Result[]): void => {
        if (of.length > 0) lines.push("", title);
        for (const { part, file, name, reason } of of) {
          lines.push("", `✖ [${part}] ${file} › ${name}`, indent(reason ?? "no reason given"));
        }
      };
      tell("Failed:", failed);
      tell("Flaky: failed at first, passed when their file was run once more, alone. To be mended:", flaky);
      const skips = results.filter((result) => result.outcome === "skipped");
      const reasons = new Set(skips.map((result) => result.reason ?? "no reason given"));
      if (reasons.size > 0) lines.push("", "Skipped:");
      for (const reason of reasons) {
        lines.push(
          `  ${skips.filter((skip) => (skip.reason ?? "no reason given") === reason).length} × ${reason}`,
        );
      }
      lines.push("", "Parts:");
      for (const [part, { from, to }] of times) {
        if (!results.some((result) => result.part === part)) continue;
        const seconds = (to - from) / 1000;
        const counts = `${count("passed", part)} passed, ${count("failed", part)} failed, ${count("skipped", part)} skipped`;
        lines.push(`  ${part.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s  ${counts}`);
      }
      // Once more by name: of a long output often the end alone is kept.
      if (failed.length > 0) lines.push("", "Failed, in short:");
      for (const { part, file, name, reason } of failed)
        lines.push(
          `✖ [${part}] ${file} › ${name}`,
          indent((reason ?? "").split("\n", 1).join().slice(0, 300)),
        );
      const skipped = count("skipped");
      lines.push(
        "",
        `${count("passed")} passed, ${count("failed")} failed${skipped ? `, ${skipped} skipped` : ""}`,
      );
      return lines.join("\n");
    },
  };
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}
