import type { EtcdFigures } from "../model.ts";
import type { ConfigIssue } from "./engine.ts";

/** Where a value is written; `default`: nowhere. */
export type Place = Omit<ConfigIssue, "severity" | "message">;

export interface ExplainedValue {
  /** From the part on: `parser`, `tls.ca`. Empty where the part is the value. */
  readonly path: string;
  /** As it is written, secrets masked; JSON where it is no text. */
  readonly value: string;
  readonly place: Place;
}

/** A source, a sink or a single setting, and where each of its values comes from. */
export interface ExplainedPart {
  /** `sources.access`, `monitor`. */
  readonly name: string;
  /**
   * `refused`: what is written is wrong, and what ran before goes on. `older`: etcd has something that is wrong, and
   * this is what was good before.
   */
  readonly standing: "inForce" | "refused" | "older";
  readonly values: readonly ExplainedValue[];
  /** Where the same is written too, to no effect, highest precedence first. */
  readonly overridden: readonly Place[];
}

export interface Explanation {
  readonly parts: readonly ExplainedPart[];
  readonly etcd?: EtcdFigures;
}

type Say = (message: string, ...args: (string | number)[]) => string;

/**
 * An explanation as a text for people, in the editor and on the terminal.
 * @param live whether something runs by it
 */
export function explanationText({ parts, etcd }: Explanation, t: Say, { live = true } = {}): string {
  const head = [
    t(
      "Precedence, lowest first: defaults, user, workspace and folder settings, configuration file, etcd, command line.",
    ),
    ...(etcd ? [etcdText(etcd, t)] : []),
  ];
  return `${head.join("\n")}\n${parts.map((part) => `\n${partText(part, t, live)}`).join("")}`;
}

/** The state of etcd in a line. */
export function etcdText(
  { state, members, at, revision, kept, nothing, error }: EtcdFigures,
  t: Say,
): string {
  const where = t("etcd ({0}, {1})", members.join(", "), at);
  if (state === "connected") return t("{0}: connected, revision {1}", where, revision);
  let stays = t("what was last read stays");
  if (kept) stays = t("what was kept of the last run is in force");
  if (nothing) stays = t("nothing of it was ever kept, so that nothing of it runs");
  return `${where}: ${error ?? t("not reached yet")}; ${stays}`;
}

function partText({ name, standing, values, overridden }: ExplainedPart, t: Say, live: boolean): string {
  const notes = {
    inForce: "",
    refused: live ? t("refused: what ran before goes on") : t("refused"),
    older: t("refused in etcd: what was good before is in force"),
  }[standing];
  const width = Math.max(0, ...values.map(({ path }) => path.length));
  const value = Math.min(60, Math.max(0, ...values.map(({ value }) => value.length)));
  const lines = values.map((one) => {
    const key = one.path === "" ? "" : `${one.path.padEnd(width)} = `;
    return `  ${`${key}${one.value.padEnd(value)}`}  ${placeText(one.place, t)}\n`;
  });
  const over = overridden.map((place) => `  ${t("overrides {0}", placeText(place, t))}\n`);
  return `${name}${notes && ` (${notes})`}\n${[...lines, ...over].join("")}`;
}

/** An origin in words: `log-monitor.yaml:3`, `user settings`, `etcd /logs/a`. */
export function placeText({ origin, folder, file, line, key }: Place, t: Say): string {
  switch (origin) {
    case "default":
      return t("default");
    case "user":
      return t("user settings");
    case "workspace":
      return t("workspace settings");
    case "folder":
      return t("settings of folder {0}", folder ?? "");
    case "file":
      return `${file?.split(/[\\/]/).at(-1) ?? ""}:${line ?? 1}`;
    case "etcd":
      return `etcd ${key ?? ""}`;
    case "arguments":
      return t("command line");
  }
}
