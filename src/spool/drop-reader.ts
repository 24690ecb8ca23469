import { type Drop, readDrops } from "./drops.ts";

/** Between two looks at a data folder, in ms. */
const OFTEN = 1_000;

export interface Span {
  /** ms since the epoch; `until` is exclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** All when absent. */
  readonly sources?: readonly string[] | undefined;
}

/** Where lines were given up, whatever their source: when the first of them was, and how many each sink lacks. */
export type Place = { readonly time: number; readonly sinks: [sink: string, lines: number][] };

/** Reads where lines were given up, for who asks often. */
export interface DropReader {
  /** In the order of time, at most `most` places: beyond, neighbours are told as one. None where they can't be read. */
  read(dataDir: string, span: Span, most: number): Place[];
}

export function createDropReader(read: (dataDir: string) => Drop[] = readDrops): DropReader {
  const known = new Map<string, { readonly at: number; readonly drops: readonly Drop[] }>();
  const dropsOf = (dataDir: string): readonly Drop[] => {
    const found = known.get(dataDir);
    const now = performance.now();
    if (found && now - found.at < OFTEN) return found.drops;
    let drops = found?.drops ?? [];
    try {
      drops = read(dataDir);
    } catch {
      // A search is not to fail for it.
    }
    known.set(dataDir, { at: now, drops });
    return drops;
  };
  return {
    read(dataDir, { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, sources }, most) {
      const wanted = dropsOf(dataDir).filter(
        ({ time, source }) => time >= since && time < until && (!sources || sources.includes(source)),
      );
      const size = Math.ceil(wanted.length / most);
      return Array.from({ length: Math.ceil(wanted.length / Math.max(1, size)) }, (_, i) =>
        together(wanted.slice(i * size, (i + 1) * size)),
      );
    },
  };
}

function together(drops: readonly Drop[]): Place {
  const sums = new Map<string, number>();
  for (const { sinks } of drops) {
    for (const [sink, lines] of sinks) sums.set(sink, (sums.get(sink) ?? 0) + lines);
  }
  return { time: drops[0]?.time ?? 0, sinks: [...sums] };
}
