import { resolve } from "node:path";
import { reasonOf, UserError } from "../errors.ts";
import { nearest } from "../lib/nearest.ts";
import { defineCommand, durationOf, UsageError } from "./command.ts";
import { createLines, createRandom, FORMATS } from "./lines.ts";
import { createBursts, createPace } from "./pace.ts";
import { writeLines } from "./writer.ts";

/** As the seed's `writefile`: a new file every so many lines. */
const HELLO_LINES = 20;

export const generate = defineCommand({
  usage: "--path P [--format F] [--rate N] [--lines N] [--rotate HOW --every T]",
  about: `Appends realistic lines with the present time to a log, so that everything can be tried and measured.
The format hello writes what many test writers write; with --rotate rename it renames the file to
YYYYMMDDHHMMSS.txt after 20 lines. Others get the time appended to their name. Several --path write the
same number of lines each. The format java has stack traces: each counts as part of the line above it.
Ctrl-C ends it.`,
  options: {
    path: {
      type: "string",
      multiple: true,
      value: "P",
      help: "file to append to (required; may be repeated)",
    },
    format: { type: "string", default: "nginx", value: "F", help: `${FORMATS.join(", ")} (default: nginx)` },
    rate: {
      type: "string",
      value: "N",
      help: "lines a second and file; 0: as fast as possible (default: 100; hello: 10)",
    },
    lines: { type: "string", value: "N", help: "end after so many lines a file (default: never)" },
    rotate: { type: "string", value: "HOW", help: "rename or copytruncate (default: no rotation)" },
    every: {
      type: "string",
      value: "T",
      help: "rotate after a time (10s) or a number of lines (500lines) (default: 10s; hello: 20lines)",
    },
    seed: {
      type: "string",
      value: "S",
      help: "whole number; the same seed gives the same requests (default: drawn)",
    },
    burst: { type: "boolean", help: "keep to the rate on average only, in bursts with silences between" },
  },
  async run(values, _, host) {
    const paths = values.path ?? [];
    if (paths.length === 0) throw new UsageError("--path is missing: name the file to write");
    const format = oneOf("--format", values.format, FORMATS);
    const rotation =
      values.rotate === undefined
        ? undefined
        : oneOf("--rotate", values.rotate, ["rename", "copytruncate"] as const);
    if (values.every !== undefined && !rotation) throw new UsageError("--every needs --rotate");
    const rate = count("--rate", values.rate, format === "hello" ? 10 : 100);
    if (values.burst && rate === 0) throw new UsageError("--burst needs a --rate above 0");
    const lines = count("--lines", values.lines, Number.POSITIVE_INFINITY);
    const seed = count("--seed", values.seed, Math.floor(Math.random() * 2 ** 31));
    const every = interval(values.every ?? (format === "hello" ? `${HELLO_LINES}lines` : "10s"));

    const stop = new AbortController();
    host.stops.listen((times) => (times > 1 ? process.exit(1) : stop.abort()));
    const start = performance.now();
    const written = await Promise.all(
      paths.map((path, index) =>
        writeLines({
          path: resolve(host.cwd, path),
          make: createLines(format, seed + index),
          pace: values.burst
            ? createBursts(rate, start, createRandom(seed + index))
            : createPace(rate, start),
          lines,
          rotation,
          every,
          stamped: format === "hello",
          signal: stop.signal,
        }).catch((error) => {
          stop.abort();
          const folder = (error as NodeJS.ErrnoException).code === "EISDIR";
          throw new UserError(
            `--path ${path}: ${folder ? "is a folder: name a file in it" : reasonOf(error)}`,
          );
        }),
      ),
    );
    const seconds = (performance.now() - start) / 1000;
    const sum = (key: "lines" | "bytes" | "rotations"): number =>
      written.reduce((total, one) => total + one[key], 0);
    const speed = Math.round(sum("lines") / Math.max(seconds, 0.001));
    host.err(
      `${sum("lines")} lines, ${sum("bytes")} bytes, ${sum("rotations")} rotations in ${seconds.toFixed(1)} s (${speed} lines/s)\n`,
    );
    return 0;
  },
});

function oneOf<T extends string>(option: string, value: string, names: readonly T[]): T {
  const found = names.find((name) => name === value);
  if (found) return found;
  const near = nearest(value, names);
  throw new UsageError(
    `${option} ${value} is unknown: use ${names.join(", ")}${near ? `; did you mean ${near}?` : ""}`,
  );
}

function count(option: string, text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  const value = Number(text.replaceAll("_", ""));
  if (!/^[\d_]+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new UsageError(`${option} ${text} is no whole number`);
  }
  return value;
}

function interval(text: string): { lines: number; ms: number } {
  const never = Number.POSITIVE_INFINITY;
  const match = /^(\d+) ?lines?$/.exec(text);
  if (match) {
    if (Number(match[1]) === 0) throw new UsageError("--every 0lines would rotate for ever");
    return { lines: Number(match[1]), ms: never };
  }
  return { lines: never, ms: durationOf("--every", text) };
}
