import { documentOf } from "./document.ts";
import { entriesOf } from "./entries.ts";
import type { EtcdValue } from "./etcd-client.ts";
import type { EtcdOptions } from "./etcd-options.ts";
import type { PlainIssue } from "./issues.ts";
import { type Chain, modernize } from "./legacy.ts";

/** A source or sink that a key defines. */
export interface EtcdItem {
  readonly kind: "sources" | "sinks";
  readonly id: string;
  readonly key: string;
  readonly value: unknown;
}

/** What is wrong with a key as a whole, or stands in it and is of no use. */
export interface EtcdIssue extends PlainIssue {
  readonly key: string;
  readonly severity: "error" | "warning";
}

/** Whether it runs a program: who may write to etcd, or to the data folder, is not who may run programs here. */
export function isCommand({ kind, value }: Pick<EtcdItem, "kind" | "value">): boolean {
  const { type } = (value ?? {}) as { readonly type?: unknown };
  // A variable may be empty, or hold the word.
  return kind === "sources" && typeof type === "string" && /^command$|\$\{/.test(type);
}

/** What the keys come to. */
export interface EtcdRead {
  readonly items: readonly EtcdItem[];
  readonly issues: readonly EtcdIssue[];
  /** Keys that can't be read at all: what they last defined stays. */
  readonly unreadable: readonly string[];
}

/**
 * Reads what keys hold: YAML or JSON; below a prefix one source a key, under `key` a document with sources and
 * sinks; and in the place of either the old list of logtopic and logpath.
 * @param chain what the configuration file says of the way of such a list's lines
 */
export function readValues(
  values: readonly EtcdValue[],
  { prefix }: Pick<EtcdOptions, "prefix">,
  chain?: Chain,
): EtcdRead {
  const items = new Map<string, EtcdItem>();
  const issues: EtcdIssue[] = [];
  const unreadable: string[] = [];
  for (const { key, text } of values) {
    const say = (
      path: PlainIssue["path"],
      message: string,
      severity: EtcdIssue["severity"] = "error",
    ): void => void issues.push({ key, path, message, severity });
    const add = (kind: EtcdItem["kind"], id: string, value: unknown): void => {
      const name = `${kind}.${id}`;
      const before = items.get(name);
      if (isCommand({ kind, value })) {
        say([kind, id, "type"], "a command is not taken from etcd: put it in the settings or the file");
        unreadable.push(key);
      } else if (before) say([kind, id], `is not used: key ${before.key} defines ${name} too`, "warning");
      else items.set(name, { kind, id, key, value });
    };
    const document = documentOf(text, key);
    for (const { message, line, column } of document.faults)
      say(
        [],
        message.startsWith("the file is empty") ? EMPTY : `${message} (line ${line}, column ${column})`,
      );
    if (document.faults.length > 0) {
      unreadable.push(key);
      continue;
    }
    const id = prefix === undefined ? "" : key.slice(prefix.length).replace(/^\/+/, "");
    if (id !== "" && !Array.isArray(document.values)) {
      add("sources", id, document.values);
      continue;
    }
    const { values: modern, errors, warnings } = modernize(document.values, chain);
    for (const { path, message } of errors) say(path, message);
    if (errors.length > 0) unreadable.push(key);
    for (const { path, message } of warnings) say(path, message, "warning");
    const entries = Array.isArray(modern) && modern.length === 0 ? [] : entriesOf(modern);
    if (!entries) {
      if (errors.length === 0)
        say(
          [],
          'must be an object with sources, or a list like [{"logtopic": "web", "logpath": "/web.log"}]',
        );
      unreadable.push(key);
      continue;
    }
    for (const [kind, parts] of entries) {
      if (kind !== "sources" && kind !== "sinks") {
        say([kind], `is not taken from etcd, only sources and sinks are: set it in the settings or the file`);
        continue;
      }
      for (const [name, value] of entriesOf(parts ?? {}) ?? []) add(kind, name, value);
      if (parts && !entriesOf(parts)) {
        say([kind], "must be an object: an id for each");
        unreadable.push(key);
      }
    }
  }
  return { items: [...items.values()], issues, unreadable };
}

const EMPTY = "is empty: what it held stays in force; delete the key to stop it";
