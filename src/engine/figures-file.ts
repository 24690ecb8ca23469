import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import { versionOf } from "../lib/version.ts";
import type { Snapshot } from "../model.ts";

/** Whoever follows writes this file once a second: as long as it changes, somebody reads the figures. */
const WANTED = "followed";
const FIGURES = "figures.json";
/** Between two looks, in ms. */
const LOOK = 1_000;
/** So many looks without a change, and nobody follows any more. */
const LOOKS = 5;

/**
 * Shows the figures of what runs here to those who follow from other processes and windows: a file in the data
 * folder, replaced whole, at most once a second and only when it changed. Nobody follows: one look at one file a
 * second is all it costs. The clock plays no part in it, so that it may jump.
 */
export function publishFigures(dataDir: string, snapshot: () => Snapshot, log: Log): { close(): void } {
  const version = versionOf(import.meta.dirname);
  const wanted = join(dataDir, WANTED);
  const file = join(dataDir, FIGURES);
  let stamp = stampOf(wanted);
  let looks = LOOKS;
  let written = "";
  let failed = false;

  const remove = (): void => {
    try {
      rmSync(file, { force: true });
    } catch (error) {
      log.debug(`old figures stay: ${reasonOf(error)}`);
    }
  };

  const show = (): void => {
    const now = stampOf(wanted);
    looks = now === stamp ? looks + 1 : 0;
    stamp = now;
    // Whoever comes later must not take them for the present.
    if (looks === LOOKS) remove();
    if (looks >= LOOKS) return;
    const figures = snapshot();
    const text = JSON.stringify({ version, figures: { ...figures, at: 0 } });
    if (text === written && statSync(file, { throwIfNoEntry: false })) {
      failed = false;
      return;
    }
    writeFileSync(`${file}.new`, JSON.stringify({ version, figures }));
    renameSync(`${file}.new`, file);
    written = text;
    failed = false;
  };

  /** A folder that can't be looked at for a while must not end the process. */
  const look = (): void => {
    try {
      show();
    } catch (error) {
      if (!failed) log.warn(`those who follow see old figures: ${reasonOf(error)}`);
      failed = true;
    }
  };
  remove();
  const timer = setInterval(look, LOOK);
  return {
    close() {
      clearInterval(timer);
      remove();
    },
  };
}

/** Tells whoever runs on the folder that its figures are read; what stands in the way is a matter of its own. */
export function askForFigures(dataDir: string): void {
  try {
    writeFileSync(join(dataDir, WANTED), `${process.pid} ${performance.now()}\n`);
  } catch {
    // A full disk: the figures stay as they are.
  }
}

/**
 * The figures last shown, when they are of this version: another may know other ones.
 * @param before the stamp of those that are had
 * @returns undefined when there are none, or none newer
 */
export function readFigures(
  dataDir: string,
  before: string | undefined,
): { readonly stamp: string; readonly snapshot: Snapshot | undefined } | undefined {
  const file = join(dataDir, FIGURES);
  try {
    const stamp = stampOf(file);
    if (stamp === undefined || stamp === before) return undefined;
    const told = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown; figures?: unknown };
    const same = told.version === versionOf(import.meta.dirname);
    return { stamp, snapshot: same ? (told.figures as Snapshot) : undefined };
  } catch {
    // It ended between the look and the read.
    return undefined;
  }
}

/**
 * Differs whenever the file was written or replaced, as far as the file system tells; undefined when it is not
 * there, or can't be looked at.
 */
function stampOf(file: string): string | undefined {
  try {
    const found = statSync(file, { throwIfNoEntry: false, bigint: true });
    return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
  } catch {
    return undefined;
  }
}
