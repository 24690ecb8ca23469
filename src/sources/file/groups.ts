import { UserError } from "../../errors.ts";
import { type Limit, TookTooLong } from "../../lib/limit.ts";
import { createGrouper, type Grouping } from "../../multiline/grouper.ts";
import { createWalk, type Walk } from "../../multiline/walk.ts";
import type { Cutter, Lines } from "./lines.ts";

/** What an expression of the user's may take (ms) over one read. */
const MOST = 1_000;

/**
 * Hands out whole groups of lines only: the last one is held back until a line comes that begins the next. What
 * is held is looked at and copied once, however many reads it takes.
 * @param lines what cuts the lines
 * @param limit ends an expression that takes too long; `push` and `flush` throw a UserError then, and are over
 */
export function createGroupCutter(lines: Cutter, grouping: Grouping, limit?: Limit): Cutter {
  const pattern = "pattern" in grouping.by ? grouping.by.pattern : undefined;
  const grouper = createGrouper(grouping);
  let encoding = "";
  let walk: Walk = () => {};
  /** Whole lines of the group that may go on, and their place. */
  let runs: Buffer[] = [];
  let start = 0;
  let bytes = 0;

  const hold = (run: Buffer, at: number): void => {
    if (run.length === 0) return;
    if (bytes === 0) start = at;
    runs.push(run);
    bytes += run.length;
  };

  const take = (
    last: Buffer,
    at: number,
    cut: boolean,
    counts: { groups: number; cutGroups: number },
  ): Lines => {
    const whole = { start: bytes > 0 ? start : at, bytes: Buffer.concat([...runs, last]), cut, ...counts };
    runs = [];
    bytes = 0;
    return whole;
  };

  /** Adds a run of lines that comes next. @returns what is known to be whole groups */
  const add = (run: Lines): Lines | undefined => {
    if (lines.encoding !== encoding) {
      encoding = lines.encoding;
      walk = createWalk(encoding);
    }
    let groups = bytes > 0 ? 1 : 0;
    let cutGroups = 0;
    let last = 0;
    let underWay = "";
    const look = (): void =>
      walk(run.bytes, (line, from, next) => {
        underWay = line;
        if (grouper.begins(line, next - from)) {
          groups++;
          last = from;
        }
        if (grouper.full) cutGroups++;
      });
    try {
      if (limit && pattern !== undefined) limit.run(look, MOST);
      else look();
    } catch (error) {
      if (!(error instanceof TookTooLong)) throw error;
      throw new UserError(
        `multiline: the pattern ${pattern} was stopped after ${MOST} ms, at a line that begins with ${JSON.stringify(underWay.slice(0, 200))}: change it so that it can't match a text in so many ways`,
        { cause: error },
      );
    }
    if (run.cut) {
      // What comes next does not follow on it; the cut itself is counted already.
      const counts = { groups, cutGroups: grouper.full ? cutGroups - 1 : cutGroups };
      grouper.reset();
      return take(run.bytes, run.start, true, counts);
    }
    if (grouper.ended) return take(run.bytes, run.start, false, { groups, cutGroups });
    const whole = run.bytes.subarray(0, last);
    const done =
      bytes + whole.length > 0 && groups > 1
        ? take(whole, run.start, false, { groups: groups - 1, cutGroups })
        : undefined;
    hold(run.bytes.subarray(last), run.start + last);
    return done;
  };

  return {
    get offset() {
      return bytes > 0 ? start : lines.offset;
    },
    get position() {
      return lines.position;
    },
    get held() {
      return bytes + lines.held;
    },
    get partial() {
      return lines.partial;
    },
    get flushable() {
      return bytes > 0 || lines.flushable;
    },
    get encoding() {
      return lines.encoding;
    },
    push(read) {
      return lines.push(read).flatMap((run) => add(run) ?? []);
    },
    flush(final) {
      const rest = lines.flush(final);
      const whole = rest && add(rest);
      const groups = bytes > 0 ? 1 : 0;
      grouper.reset();
      if (!whole) return groups > 0 ? take(Buffer.alloc(0), 0, false, { groups, cutGroups: 0 }) : undefined;
      if (groups === 0) return whole;
      const { start: from, bytes: first, cutGroups = 0, groups: before = 0 } = whole;
      const tail = take(Buffer.alloc(0), 0, false, { groups, cutGroups: 0 });
      return {
        start: from,
        bytes: Buffer.concat([first, tail.bytes]),
        cut: tail.cut,
        groups: before + groups,
        cutGroups,
      };
    },
  };
}
