import { createReadStream, existsSync, renameSync, unlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../helpers/until.ts";
import type { Account } from "./account.ts";

const NEWLINE = 10;
const ZERO = 48;
const COMMA = 44;
/** As the file sink writes the field; in the line itself its quotes are escaped. */
const FIELD = Buffer.from('"n":');
/** A write that was under way when the file was moved ends in it: so long (ms) is waited for it. */
const UNDER_WAY = 1_000;

/** Moves the file sink's output away, notes each of its lines, and deletes it: the disk would be full otherwise. */
export async function checkOutput(path: string, account: Account, more: boolean): Promise<void> {
  if (!existsSync(path)) return;
  const moved = `${path}.moved`;
  renameSync(path, moved);
  if (more) await until(() => existsSync(path), { timeout: 60_000, what: "a new file of the file sink" });
  await delay(UNDER_WAY);
  await noteAll(moved, account);
  unlinkSync(moved);
}

async function noteAll(path: string, account: Account): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const chunk of stream) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    for (let at = bytes.indexOf(FIELD); at >= 0 && at < end; at = bytes.indexOf(FIELD, at)) {
      let number = 0;
      for (at += FIELD.length; bytes[at] !== COMMA; at++) number = number * 10 + (bytes[at] ?? 0) - ZERO;
      account.note(number, 0);
    }
    rest = Buffer.from(bytes.subarray(end));
  }
  if (rest.length > 0) throw new Error(`${path} ends in the middle of a line`);
}
