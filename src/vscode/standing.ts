import { basename } from "node:path";
import type { Snapshot } from "../model.ts";
import type { ConfigIssue, Waiting } from "../protocol/engine.ts";
import type { EngineState } from "./engine-host.ts";
import type { L10n } from "./l10n.ts";

export interface Standing {
  /** `info`: nothing is wrong, but something is not as usual. */
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** The setting that mends it, without the prefix; undefined where no setting does. */
  readonly setting?: string;
}

export interface Situation {
  readonly state: EngineState;
  readonly issues: readonly ConfigIssue[];
  readonly snapshot: Snapshot | undefined;
  readonly trusted: boolean;
  /** What the user has not allowed yet. */
  readonly waiting?: readonly Waiting[];
}

/** What is wrong and stays so until someone acts, worst first; sources and sinks show their own faults. */
export function standing(situation: Situation, l10n: L10n): readonly Standing[] {
  const { state, issues, snapshot, trusted, waiting = [] } = situation;
  const found: Standing[] = [];
  if (state.name === "failed") {
    found.push({
      severity: "error",
      message: l10n.t("The engine stopped: {0}. Use Restart Engine to try again.", trimDot(state.reason)),
    });
  }
  if (state.name === "restarting") {
    found.push({ severity: "warning", message: l10n.t("The engine is restarting: {0}", state.reason) });
  }
  const errors = issues.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first) {
    const message = l10n.t(
      "Refused in the configuration: {0}: {1} What ran before goes on.",
      placeOf(first),
      firstSentence(first.message),
    );
    const more = errors.length > 1 ? ` ${l10n.t("({0} more in Problems)", errors.length - 1)}` : "";
    // No setting mends what is in etcd.
    const mends = first.origin === "etcd" ? {} : { setting: String(first.path[0] ?? "sources") };
    found.push({ severity: "error", message: message + more, ...mends });
  }
  if (!trusted && snapshot) {
    const message = l10n.t("Restricted Mode: only files of this workspace are read, and nothing is sent.");
    found.push({ severity: "warning", message });
  }
  const [held] = waiting;
  if (held) {
    const message = l10n.t(
      "{0} waits for your consent: {1}. Use Allow… to answer.",
      held.part,
      held.wants.join(", "),
    );
    const more = waiting.length > 1 ? ` ${l10n.t("({0} more)", waiting.length - 1)}` : "";
    found.push({ severity: "warning", message: message + more });
  }
  if (snapshot?.monitor?.error) {
    const message = `${trimDot(snapshot.monitor.error)}.`;
    found.push({ severity: "warning", message, setting: "monitor" });
  }
  if (snapshot?.followed) {
    const { process } = snapshot.followed;
    const message = l10n.t(
      "Followed: run by process {0}. This window shows its figures and takes over when it ends.",
      process ?? "?",
    );
    found.push({ severity: "info", message });
  }
  for (const message of snapshot?.problems ?? []) found.push({ severity: "warning", message });
  return found;
}

function placeOf({ path, file, key }: ConfigIssue): string {
  const place = path.join(".") || basename(file ?? "");
  return key === undefined ? place : [`etcd ${key}`, place].filter(Boolean).join(": ");
}

/** Problems has the rest of it. */
function firstSentence(text: string): string {
  const [first = ""] = text.split(/(?<=[.?!]) /);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

function trimDot(text: string): string {
  return text.replace(/\.$/, "");
}
