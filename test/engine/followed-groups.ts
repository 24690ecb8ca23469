import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Of a group that no timer is to end in a test. */
export const LONG = 600_000;
export const quiet = { monitor: false, store: false };

export interface Written {
  readonly id: string;
  readonly raw: string;
  readonly message: string;
  readonly level?: string;
  readonly offset: number;
  readonly fields: Record<string, unknown>;
  readonly error?: string;
}

export function recordsIn(file: string): Written[] {
  try {
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  } catch {
    return [];
  }
}

/** An engine that follows `*.log` and writes to `out`. */
export function follow(t: TestContext, multiline: unknown, more: object = {}, folder = tempFolder(t)) {
  const running = runEngine(t, folder);
  const source = { paths: "*.log", parser: "plain", from: "start", multiline, ...more };
  const sinks = { out: { type: "file", path: "out" } };
  const records = () => recordsIn(join(folder, "out"));
  return {
    folder,
    ...running,
    records,
    raws: () => records().map(({ raw }) => raw),
    log: (name: string) => join(folder, `${name}.log`),
    begin: (changed: object = {}) =>
      running.apply({ ...quiet, sinks, sources: { app: { ...source, ...changed } } }),
    /** Resolves when all of a log was read, be it handed on or not. */
    seen: (name: string) =>
      until(() => {
        const { sources } = running.engine.snapshot();
        const file = sources[0]?.files.find(({ path }) => path === join(folder, `${name}.log`));
        return file && file.size === readFileSync(join(folder, `${name}.log`)).length;
      }),
  };
}

export const java = { preset: "java", timeout: LONG };
export const HEAD = "2026-11-21 10:15:33,412 ERROR [main] shop - request failed";
export const TRACE = "java.lang.IllegalStateException: no price\n\tat shop.Prices.load(Prices.java:12)";
export const NEXT = "2026-11-21 10:15:34,001 INFO [main] shop - going on";
