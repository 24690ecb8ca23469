import type { Log } from "../lib/log.ts";
import type { ConfigIssue } from "../protocol/engine.ts";

/** Logs what is wrong. What was said stays unsaid until it was mended: a file is read again for other reasons too. */
export function createReport(log: Log): (issues: readonly ConfigIssue[]) => void {
  let said = new Set<string>();
  return (issues) => {
    const before = said;
    said = new Set();
    for (const { severity, message, path, file, line, key } of issues) {
      const origin = file === undefined ? key !== undefined && `etcd ${key}` : `${file}:${line ?? 1}`;
      const place = [...(origin ? [origin] : []), path.join(".")];
      const text = [...place, message].filter(Boolean).join(": ");
      if (!before.has(text) && !said.has(text)) log[severity === "error" ? "error" : "warn"](text);
      said.add(text);
    }
  };
}
