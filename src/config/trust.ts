import { liesIn, realPath } from "../lib/real-path.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";
import { sources as sourceTypes } from "../sources/index.ts";
import type { Items, Origin, Say } from "./collect.ts";
import type { Config, SinkConfig, SourceConfig } from "./config.ts";
import type { PlainIssue } from "./issues.ts";

/** Whether a part comes with the workspace; the user's own need no consent. A file may be named by either. */
export function isOfWorkspace(
  { layer, document }: Origin,
  naming: Layer | undefined,
  folders: ConfigInput["folders"],
): boolean {
  if (layer.origin !== "file") return !["user", "arguments", "default"].includes(layer.origin);
  if (naming && ["workspace", "folder"].includes(naming.origin)) return true;
  return (
    document !== undefined && folders.some(({ path }) => liesIn(realPath(document.file), realPath(path)))
  );
}

export function untrusted(path: readonly string[], what: string): PlainIssue {
  return { path, message: `this workspace is not trusted, so ${what}: trust the workspace to allow it` };
}

/** What may run in a workspace that is not trusted: reading inside it, and keeping on this machine. */
export function restrict(
  config: Config,
  { folders }: ConfigInput,
  { sourceItems, sinkItems, single }: Items,
  say: Say,
): Config {
  const sources = new Map<string, SourceConfig>();
  for (const [id, source] of config.sources) {
    const item = sourceItems.get(id);
    const rootsOf = sourceTypes[source.type]?.roots;
    const roots = rootsOf?.(source.options as never) ?? [];
    const inside =
      roots.length > 0 &&
      roots.every((root) => folders.some(({ path }) => liesIn(realPath(root), realPath(path))));
    if (inside) sources.set(id, source);
    else if (item) {
      const what = rootsOf ? "files outside it are not read" : `a source of type ${source.type} is not run`;
      say(item, untrusted(item.path, what), "warning");
    }
  }
  const sinks = new Map<string, SinkConfig>();
  for (const [id, sink] of config.sinks) {
    const item = sinkItems.get(id);
    if (sink.type === "store") sinks.set(id, sink);
    else if (item) say(item, untrusted(item.path, "nothing is sent or written by this sink"), "warning");
  }
  const monitor = single.get("monitor");
  if (monitor) say(monitor, untrusted(["monitor"], "the monitor is off"), "warning");
  return { ...config, sources, sinks, monitor: false };
}
