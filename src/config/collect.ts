import { z } from "zod";
import type { ConfigIssue, Layer } from "../protocol/engine.ts";
import type { ConfigDocument } from "./document.ts";
import { entriesOf } from "./entries.ts";
import { issuesOf, type PlainIssue } from "./issues.ts";
import { configSchema } from "./schema.ts";
import { idInFolder } from "./source-id.ts";

export interface Origin {
  readonly layer: Layer;
  readonly document: ConfigDocument | undefined;
  /** The key of etcd that defines an item, by its name like `sources.access`. */
  readonly keys?: ReadonlyMap<string, string>;
}

/** A source, a sink or a single setting as one layer has it. */
export interface Item extends Origin {
  readonly id: string;
  readonly path: readonly string[];
  readonly value: unknown;
  /** What it overrides: the same of a lower layer. */
  readonly over?: Item;
}

/** What is in force of all layers, by id or name. */
export interface Items {
  readonly sourceItems: Map<string, Item>;
  readonly sinkItems: Map<string, Item>;
  readonly single: Map<string, Item>;
}

export type Say = (origin: Origin, issue: PlainIssue, severity?: ConfigIssue["severity"]) => void;

/** What sources and sinks may be called. Files in the data folder are named so: no part is `.` or `..`, which would lead out of it, or into another's. */
export const ID = /^(?!\.{1,2}(?:\/|$))[\w.-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.-]+)*$/;

/** Where a path of an origin stands. */
export function placeOf(
  { layer, document, keys }: Origin,
  path: PlainIssue["path"],
): Omit<ConfigIssue, "severity" | "message"> {
  const key = keys?.get(path.slice(0, 2).join("."));
  return {
    path,
    origin: layer.origin,
    ...(layer.folder !== undefined && { folder: layer.folder, baseDir: layer.baseDir }),
    ...(document && { file: document.file, ...document.place(path) }),
    ...(key !== undefined && { key }),
  };
}

/** Sorts the layers' values into items; later layers override whole items. */
export function collectAll(origins: readonly Origin[], say: Say): Items {
  const items: Items = { sourceItems: new Map(), sinkItems: new Map(), single: new Map() };
  for (const origin of origins) collect(origin, items, say);
  return items;
}

function collect(origin: Origin, { sourceItems, sinkItems, single }: Items, say: Say): void {
  const { layer } = origin;
  if (layer.values === undefined || layer.values === null) return;
  const values = entriesOf(layer.values);
  if (!values) {
    say(origin, { path: [], message: "the configuration must be an object with sources and sinks" });
    return;
  }
  const known = Object.keys(configSchema.shape);
  // Also where one folder is left: its sources are to stay the same ones when the others are taken away.
  const folder = layer.origin === "folder" ? layer.folder : undefined;
  const put = (to: Map<string, Item>, id: string, path: readonly string[], value: unknown): void => {
    const over = to.get(id);
    to.set(id, { ...origin, id, path, value, ...(over && { over }) });
  };
  const putSource = (id: string, path: readonly string[], value: unknown): void => {
    const called = folder === undefined ? id : idInFolder(folder, id);
    const other = sourceItems.get(called)?.layer;
    // One folder's settings never mean to override another's.
    if (folder !== undefined && other?.origin === "folder" && other.baseDir !== layer.baseDir) {
      const message = `${other.baseDir} has a source "${called}" too, so that of ${layer.baseDir} is not read: give one of the two folders another "name" in the .code-workspace`;
      say(origin, { path, message });
    } else put(sourceItems, called, path, value);
  };
  for (const [name, value] of values) {
    if (value === undefined || value === null) continue;
    if (!known.includes(name)) {
      const [issue] = issuesOf(
        configSchema.safeParse({ [name]: value }).error ?? new z.ZodError([]),
        [],
        configSchema,
      );
      if (issue) say(origin, issue);
      continue;
    }
    if (name !== "sources" && name !== "sinks") {
      put(single, name, [name], value);
      continue;
    }
    const items = entriesOf(value);
    if (!items) {
      say(origin, {
        path: [name],
        message: `must be an object: an id for each ${name === "sources" ? "source" : "sink"}`,
      });
      continue;
    }
    for (const [id, item] of items) {
      if (!ID.test(id))
        say(origin, {
          path: [name, id],
          message: `"${id}" can't be an id: use letters, digits, _ . and -, and more than dots`,
        });
      else if (name === "sources") putSource(id, [name, id], item);
      else put(sinkItems, id, [name, id], id === "store" ? typedStore(item) : item);
    }
  }
}

/** `sinks.store` needs no type. */
function typedStore(value: unknown): unknown {
  return typeof value === "object" && value !== null && !("type" in value)
    ? { type: "store", ...value }
    : value;
}
