import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openReader } from "../../src/store/reader.ts";
import type { InfluxServer } from "./influx.ts";
import type { Written } from "./writer.ts";

/** A record as a sink holds it. */
interface Held {
  readonly id: string;
  readonly raw: string;
}

/** What a sink that was added in mid-flow must hold: every line from `since` on, and others at most once. */
export interface Extra {
  readonly path: string;
  readonly since: number;
}

/**
 * Per sink: every line once, with the very text that was written, under an id of its own, in the order of its
 * file; the same id in all sinks; what the server refuses is among the dead letters, and nothing else is.
 */
export function check(
  folder: string,
  lines: readonly Written[],
  server: Pick<InfluxServer, "raws" | "conflicts">,
  extra?: Extra,
): void {
  const all = lines.map(({ raw }) => raw);
  const out = join(folder, "out");
  const files = readdirSync(out).map((name) => heldIn(join(out, name)));
  const inFiles = files.flat();
  compare("file sink", raws(inFiles), all);
  for (const held of files) inOrder("file sink", held);

  const inStore = stored(join(folder, "data"));
  compare("store", raws(inStore), all);
  const byId = new Map(inStore.map(({ id, raw }) => [id, raw]));
  assert.equal(byId.size, inStore.length, "an id came twice in the store");
  for (const { id, raw } of inFiles) assert.equal(byId.get(id), raw, `the id ${id} differs between sinks`);

  const dead = deadIn(join(folder, "data", "dead", "influx.ndjson"));
  assert.deepEqual(server.conflicts, [], "points of two lines fell together");
  const poisoned = lines.filter(({ poison }) => poison).map(({ raw }) => raw);
  compare("dead letters", raws(dead), poisoned);
  compare(
    "HTTP server",
    server.raws(),
    lines.filter(({ poison }) => !poison).map(({ raw }) => raw),
  );

  if (!extra) return;
  const added = raws(heldIn(extra.path));
  assert.equal(new Set(added).size, added.length, "a sink that was added got a line twice");
  const got = new Set(added);
  const due = all.slice(extra.since);
  compare(
    "sink that was added",
    due.filter((raw) => got.has(raw)),
    due,
  );
}

/** Both hold the same lines, each as often. */
function compare(sink: string, actual: readonly string[], expected: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const raw of expected) counts.set(raw, (counts.get(raw) ?? 0) + 1);
  for (const raw of actual) counts.set(raw, (counts.get(raw) ?? 0) - 1);
  const wrong = [...counts].filter(([, count]) => count !== 0);
  const told = wrong.slice(0, 8).map(([raw, count]) => {
    const what = count > 0 ? "lost" : expected.includes(raw) ? "repeated" : "never written";
    return `${what}: ${raw.slice(0, 120)}${raw.length > 120 ? `… (${raw.length})` : ""}`;
  });
  assert.deepEqual(told, [], `${sink}: ${wrong.length} wrong of ${expected.length} lines`);
}

function inOrder(sink: string, held: readonly Held[]): void {
  const last = new Map<string, number>();
  for (const { id } of held) {
    const [key = "", place = ""] = id.split("-");
    const offset = Number.parseInt(place, 36);
    assert.ok(offset > (last.get(key) ?? -1), `${sink}: ${id} is out of order`);
    last.set(key, offset);
  }
}

const raws = (held: readonly Held[]): string[] => held.map(({ raw }) => raw);

/** The whole lines of a file of JSON objects. */
function linesOf(path: string): unknown[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  assert.ok(text === "" || text.endsWith("\n"), `${path} ends in the middle of a line`);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const heldIn = (path: string): Held[] => linesOf(path) as Held[];

function deadIn(path: string): Held[] {
  return (linesOf(path) as { record: Held }[]).map(({ record }) => record);
}

function stored(dataDir: string): Held[] {
  const reader = openReader(dataDir);
  try {
    return reader.query({ limit: Number.POSITIVE_INFINITY }).map(({ id, raw }) => ({ id, raw }));
  } finally {
    reader.close();
  }
}
