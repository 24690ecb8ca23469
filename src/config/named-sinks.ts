import { z } from "zod";
import { SEARCHED } from "../protocol/remote.ts";
import type { SinkConfig, SourceConfig } from "./config.ts";

/** A sink that a source names and that it can't have. */
interface WrongSink {
  /** The source's id. */
  readonly id: string;
  /** Of the value, from the source on. */
  readonly path: readonly [setting: "sinks" | "searchIn", ...at: number[]];
  readonly message: string;
  readonly sink: string;
  /** There is none of that id; else it is of another kind than is wanted. */
  readonly missing: boolean;
}

/**
 * What is wrong with the sinks that sources name, also those that are refused for something else: all that is to be
 * mended is said at once.
 * @param items sources by id, as they are written
 * @param refused parts that were refused, as `sinks.id`: what runs under that id goes on
 */
export function wrongSinks(
  items: Iterable<readonly [string, { readonly value: unknown }]>,
  sources: ReadonlyMap<string, SourceConfig>,
  sinks: ReadonlyMap<string, SinkConfig>,
  refused: ReadonlySet<string>,
): WrongSink[] {
  const there = (sink: string): boolean => sinks.has(sink) || refused.has(`sinks.${sink}`);
  const searched = [...sinks.values()].filter(({ type }) => SEARCHED.includes(type)).map(({ id }) => id);
  const kinds = SEARCHED.join(" or ");
  const others = searched.length > 0 ? `, or name one of ${searched.join(", ")}` : "";
  return [...items].flatMap(([id, { value }]): WrongSink[] => {
    const written = sources.get(id) ?? namedIn(value);
    const wrong = (written.sinks ?? []).flatMap((sink, at): WrongSink[] => {
      if (there(sink)) return [];
      const message = `there is no sink "${sink}": define it under sinks, or name one of ${[...sinks.keys()].join(", ")}`;
      return [{ id, path: ["sinks", at], message, sink, missing: true }];
    });
    const { searchIn: sink } = written;
    const type = sink === undefined ? undefined : sinks.get(sink)?.type;
    const unfit = type !== undefined && !SEARCHED.includes(type);
    if (sink === undefined || (there(sink) && !unfit)) return wrong;
    const message = unfit
      ? `what the sink "${sink}" writes can't be searched, as it is of type ${type}: name one of type ${kinds}, or leave it out to search on this computer`
      : `there is no sink "${sink}" to search in: define it under sinks with the type ${kinds}${others}`;
    return [...wrong, { id, path: ["searchIn"], message, sink, missing: !unfit }];
  });
}

const named = z.object({
  sinks: z.array(z.string()).optional().catch(undefined),
  searchIn: z.string().optional().catch(undefined),
});

/** What a source that is refused names; nothing where that is not told by itself. */
function namedIn(source: unknown): z.output<typeof named> {
  const { sinks, searchIn } = named.safeParse(source).data ?? {};
  return {
    ...(sinks && !sinks.some((name) => name.includes("${")) && { sinks }),
    ...(searchIn !== undefined && !searchIn.includes("${") && { searchIn }),
  };
}
