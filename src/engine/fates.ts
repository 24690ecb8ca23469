import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { openDatabase } from "../lib/database.ts";
import { type LeavesOut, leavesOutOf, whyLeftOut } from "../lib/left-out.ts";
import { linesOf } from "../lib/line-reader.ts";
import type { LogRecord, SinkFigures } from "../model.ts";
import type { FateCause, RecordQuery, SinkFate } from "../protocol/engine.ts";
import { causeText, inEnglish } from "../protocol/fate.ts";
import type { Generation } from "../spool/checkpoints.ts";
import { createLookup, type Lookup } from "../spool/lookup.ts";
import { deadFile } from "./deadletters.ts";
import type { BlockConfig } from "./decode.ts";
import { glance } from "./letter.ts";
import { replayFiles, sentOf } from "./replay.ts";

export interface Surroundings {
  readonly dataDir: string;
  /** What is known of those that run: why what waits does. */
  readonly sinks: readonly Pick<SinkFigures, "id" | "state" | "consent" | "lastError">[];
}

/** A record whose fate is asked for. */
interface Wanted {
  readonly lookup: Lookup;
  readonly generation: Generation;
  readonly offset: number;
  readonly id: string;
  /** Number of the block that holds it still. */
  readonly held: number | undefined;
  /** The sinks that it is for; all when absent. */
  readonly sinks: readonly string[] | undefined;
  /** The record itself, where it can be had. */
  readonly parsed: () => LogRecord | undefined;
}

/**
 * What became of a record of the store at each sink. Only reads, as `whereIs` does.
 * @throws UserError when the data folder can't be read, or no longer knows where the record is from
 */
export async function fatesOf(dataDir: string, query: RecordQuery, sinks: Surroundings["sinks"]) {
  const database = join(dataDir, "spool.db");
  if (!existsSync(database)) throw new UserError(`${dataDir} holds no spool.db: nothing was ever sent`);
  const db = openDatabase(database, { readOnly: true });
  try {
    db.exec("BEGIN");
    const lookup = createLookup(db);
    const { record, id } = query;
    const { offset, origin } = record;
    const generation = lookup.generations.find(({ key }) => key === origin.key);
    if (!generation)
      throw new UserError(`the spool no longer knows ${origin.file}: its record was forgotten`);
    const held = lookup.blockAt(generation, offset);
    const config = JSON.parse(held?.config ?? lookup.configOf(generation) ?? "{}") as Partial<BlockConfig>;
    return await sinkFates(
      { lookup, generation, offset, id, held: held?.seq, sinks: config.sinks, parsed: () => record },
      { dataDir, sinks },
    );
  } finally {
    db.close();
  }
}

/** What became of a record that was read, sink by sink. */
export async function sinkFates(wanted: Wanted, { dataDir, sinks: running }: Surroundings) {
  const { lookup, generation, offset, id, held, parsed } = wanted;
  const account = lookup.account(generation);
  const damage = lookup.damagedAt(generation, offset);
  const sinks: SinkFate[] = [];
  for (const [sink, cursor] of lookup.cursors) {
    const own = account?.sinks.find((one) => one.sink === sink);
    if (!(wanted.sinks?.includes(sink) ?? true)) sinks.push({ sink, state: "notRouted" });
    else if (held !== undefined && held > cursor) sinks.push({ sink, ...waitOf(running, sink) });
    else {
      const { fate: refused, kept } = await refusalOf(dataDir, sink, id, generation.key);
      const gone = (own?.dead.records ?? 0) - kept;
      if (refused) sinks.push({ sink, ...refused });
      else if (damage !== undefined) sinks.push({ sink, state: "damaged", reason: damage });
      else if (!own || offset < generation.offset - own.routed.bytes - (account?.skipped ?? 0))
        sinks.push({ sink, state: "earlier" });
      else if (gone > 0) {
        const why = { code: "gone", refused: own.dead.records, gone } as const;
        sinks.push({ sink, state: "unsure", ...because(why) });
      } else if (own.dropped.records > 0) sinks.push({ sink, state: "unsure" });
      else {
        const leaves = leavesOutOf(lookup.stateOf(sink));
        sinks.push({
          sink,
          ...(leaves ? sentOr(leaves, account?.unparsed ?? 0, parsed) : { state: "delivered" }),
        });
      }
    }
  }
  return sinks;
}

/**
 * Whether a sink that leaves records out was sent one.
 * @param unparsed so many records of the file did not parse
 */
function sentOr(
  leaves: LeavesOut["leavesOut"],
  unparsed: number,
  parsed: () => LogRecord | undefined,
): Omit<SinkFate, "sink"> {
  if (unparsed === 0 && !leaves.without) return { state: "delivered" };
  const record = parsed();
  if (!record) return { state: "unsure", ...because({ code: "options" }) };
  const code = whyLeftOut(record, leaves);
  return code === undefined ? { state: "delivered" } : { state: "leftOut", ...because({ code }) };
}

function because(why: FateCause): Pick<SinkFate, "reason" | "why"> {
  return { reason: causeText(why, inEnglish), why };
}

/** The letter of a record; without one, how many letters of its generation there are. */
async function refusalOf(
  dataDir: string,
  sink: string,
  id: string,
  generation: string,
): Promise<{ readonly fate?: Omit<SinkFate, "sink">; readonly kept: number }> {
  const { dead } = replayFiles(dataDir, sink);
  const places = [
    { state: "dead", file: deadFile(dataDir, sink), from: 0 },
    // What was sent of these was taken, or is among the others again.
    { state: "resending", file: dead, from: await sentOf(dead) },
  ] as const;
  let kept = 0;
  for (const { state, file, from } of places) {
    for await (const { text } of linesOf(file, from)) {
      // Begins its id, or stands beside one that it brought with it.
      if (!text.includes(`"${generation}`)) continue;
      kept++;
      if (!text.includes(id)) continue;
      const letter = glance(text);
      if (letter?.id === id) return { fate: { state, reason: letter.reason }, kept };
    }
  }
  return { kept };
}

/** Why what is for a sink is still in the spool. */
function waitOf(running: Surroundings["sinks"], sink: string): Omit<SinkFate, "sink"> {
  const { state, consent = [], lastError: reason } = running.find(({ id }) => id === sink) ?? {};
  if (state === "paused") return { state };
  if (state === "consent") return { state, reason: consent.join(", ") };
  return { state: "waiting", ...(reason !== undefined && state !== "running" && { reason }) };
}
