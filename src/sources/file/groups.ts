import type { Trial } from "../../lib/watchdog.ts";
import { createGrouper, type Grouping } from "../../multiline/grouper.ts";
import { createWalk, type Walk } from "../../multiline/walk.ts";
import type { GroupGuard } from "../source.ts";
import type { Cutter, Lines } from "./lines.ts";

/**
 * Hands out whole groups of lines only: the last one is held back until a line comes that begins the next. What
 * is held is looked at and copied once, however many reads it takes. From the line on that the guard stops the
 * expression at, lines are handed out `apart`, and none is held back.
 * @param lines what cuts the lines
 * @param guard keeps watch over the expression of `grouping`, if it has one
 * @param file what the guard is told of
 */
export function createGroupCutter(lines: Cutter, grouping: Grouping, guard?: GroupGuard, file = ""): Cutter {
  const pattern = "pattern" in grouping.by ? grouping.by.pattern : undefined;
  const grouper = createGrouper(grouping);
  let encoding = "";
  let walk: Walk = () => {};
  /** Whole lines of the group that may go on, and their place. */
  let runs: Buffer[] = [];
  let start = 0;
  let bytes = 0;
  /** What the next call of `flush` hands out. */
  let late: Lines | undefined;
  /** Bytes that are to be told with the next groups. */
  let skipped = 0;

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
    const from = bytes > 0 ? start : at;
    const whole = { start: from, bytes: Buffer.concat([...runs, last]), cut, skipped, ...counts };
    runs = [];
    bytes = 0;
    skipped = 0;
    return whole;
  };

  /** The group that is held, as it is. */
  const release = (): Lines[] => {
    grouper.reset();
    return bytes > 0 ? [take(Buffer.alloc(0), 0, false, { groups: 1, cutGroups: 0 })] : [];
  };

  /**
   * Adds a run of lines that comes next.
   * @returns what is known to be whole groups, and what is apart
   */
  const add = (run: Lines): Lines[] => {
    if (lines.encoding !== encoding) {
      encoding = lines.encoding;
      walk = createWalk(encoding);
    }
    if (guard?.stopped) return [...release(), { ...run, apart: true }];
    let groups = bytes > 0 ? 1 : 0;
    let cutGroups = 0;
    let last = 0;
    skipped += run.skipped;
    /** Lines of the run before it are judged. */
    let judged = 0;
    let underWay: { readonly line: string; readonly from: number; readonly next: number } | undefined;
    const judge = (line: string, from: number, next: number): void => {
      const begins = grouper.begins(line, next - from);
      // Work is ended at calls and in loops: what is between them is done as one.
      if (begins) {
        groups++;
        last = from;
      }
      judged = next;
      if (grouper.full) cutGroups++;
    };
    const look = (): void => {
      const base = judged;
      walk(base === 0 ? run.bytes : run.bytes.subarray(base), (line, from, next) => {
        if (pattern !== undefined) underWay = { line, from: base + from, next: base + next };
        judge(line, base + from, base + next);
      });
    };
    const trial = (): Trial | undefined => {
      const one = underWay;
      if (one?.from !== judged) return undefined;
      return () => {
        if (one.from === judged) judge(one.line, one.from, one.next);
        return undefined;
      };
    };
    if (!guard || pattern === undefined) look();
    else {
      const verdict = guard.watchdog.run(pattern, look, trial);
      const line = (underWay?.line ?? "").slice(0, 200);
      if (verdict) guard.stop({ pattern, file, offset: run.start + judged, line, ...verdict });
      if (verdict && judged < run.bytes.length) {
        const head = run.bytes.subarray(0, judged);
        const whole = bytes + judged > 0 ? [take(head, run.start, false, { groups, cutGroups })] : [];
        const rest = { start: run.start + judged, bytes: run.bytes.subarray(judged), cut: run.cut, skipped };
        skipped = 0;
        grouper.reset();
        return [...whole, { ...rest, apart: true }];
      }
    }
    if (run.cut) {
      // What comes next does not follow on it; the cut itself is counted already.
      const counts = { groups, cutGroups: grouper.full ? cutGroups - 1 : cutGroups };
      grouper.reset();
      return [take(run.bytes, run.start, true, counts)];
    }
    if (grouper.ended) return [take(run.bytes, run.start, false, { groups, cutGroups })];
    const whole = run.bytes.subarray(0, last);
    const done =
      bytes + whole.length > 0 && groups > 1
        ? [take(whole, run.start, false, { groups: groups - 1, cutGroups })]
        : [];
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
      return lines.push(read).flatMap(add);
    },
    flush(final) {
      if (late) {
        const lines = late;
        late = undefined;
        return lines;
      }
      const rest = lines.flush(final);
      const [first, second] = [...(rest ? add(rest) : []), ...release()];
      if (first && second && !second.apart) return joined(first, second);
      late = second;
      return first;
    },
  };
}

/** Groups that follow one another. */
function joined(one: Lines, other: Lines): Lines {
  return {
    start: one.start,
    bytes: Buffer.concat([one.bytes, other.bytes]),
    cut: other.cut,
    skipped: one.skipped + other.skipped,
    groups: (one.groups ?? 0) + (other.groups ?? 0),
    cutGroups: (one.cutGroups ?? 0) + (other.cutGroups ?? 0),
  };
}
