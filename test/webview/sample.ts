import type { LogRecord } from "../../src/model.ts";
import { createHistory } from "../../src/store/history.ts";

/** A source of the sample: how many lines a second it brings, and what of. */
export interface SampleSource {
  readonly id: string;
  readonly rate: number;
  /** Lines of an access log have a status; lines of a program have a level of their own. */
  readonly kind: "access" | "program";
}

/**
 * Writes the figures of the past `seconds` before `end` (seconds since the epoch) into the history of a data
 * folder, as an engine that read such logs would have: a screenshot need not wait for them.
 */
export function writePast(
  dataDir: string,
  sources: readonly SampleSource[],
  { end, seconds }: { readonly end: number; readonly seconds: number },
): void {
  let second = end - seconds;
  const history = createHistory(dataDir, { now: () => second * 1000 });
  const random = seeded(7);
  let delivered = 0;
  for (; second < end; second++) {
    const wave = 1 + 0.4 * Math.sin(second / 60) + 0.2 * Math.sin(second / 13);
    for (const { id, rate, kind } of sources) {
      const count = Math.round(rate * wave * (0.8 + 0.4 * random()));
      delivered += count;
      history.add(
        Array.from({ length: count }, () => recordOf(id, kind, second, random)),
        second * 1000,
      );
    }
    const lag = Math.round(Math.max(0, Math.sin(second / 45)) * 90);
    history.tick(
      {
        channels: { read: Math.round(8 * random()), write: lag },
        spoolBytes: lag * 180,
        sinks: {
          store: { lag: 0, late: 0, health: 0, delivered },
          kept: { lag, late: lag / 30, health: lag > 60 ? 3 : lag > 30 ? 2 : 0, delivered: delivered - lag },
        },
      },
      (second + 1) * 1000,
    );
  }
  history.close();
}

function recordOf(
  source: string,
  kind: SampleSource["kind"],
  second: number,
  random: () => number,
): LogRecord {
  const raw = "x".repeat(120 + Math.floor(random() * 80));
  const base = {
    origin: { source, file: `/logs/${source}.log`, key: "0123456789abcdef" },
    offset: 0,
    time: second * 1000,
    nanos: 0,
    precision: "s",
    message: raw,
    raw,
    error: undefined,
  } as const;
  const chance = random();
  if (chance < 0.003) return { ...base, level: undefined, fields: {}, error: "no such format" };
  const took = 0.02 * Math.exp(3 * random() * random());
  if (kind === "program") {
    const level = chance < 0.02 ? "error" : chance < 0.07 ? "warn" : chance < 0.6 ? "info" : "debug";
    return { ...base, level, fields: { duration_ms: took * 1000 } };
  }
  const status = chance < 0.02 ? 500 : chance < 0.08 ? 404 : chance < 0.16 ? 302 : 200;
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  return { ...base, level, fields: { status, request_time: took, upstream_time: took * 0.8 } };
}

/** Park and Miller's generator: the same figures in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
