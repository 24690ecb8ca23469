import { UserError } from "../errors.ts";
import type { Crew } from "./crew.ts";
import type { ScanJob } from "./scanner.ts";
import type { Hits } from "./window-hits.ts";
import type { Part } from "./window-parts.ts";

/** How long (ms) a job should take: the search that comes next waits for it. */
const JOB = 25;
/** Most parts of a job, and of the first one, before it is known how long they take. */
const MOST = 64;
const FIRST = 8;
/** So many are gone through at a time. */
const AT_ONCE = 512;

interface Parts {
  readonly crew: Crew;
  /** What is looked for now. */
  readonly job: () => Omit<ScanJob, "parts">;
  /** Whether a part is to be looked at elsewhere, or was looked at meanwhile. */
  readonly choose: (part: Part) => "give" | "leave" | "looked";
  /** Something was found. @param step the width of the steps in which it was counted */
  readonly found: (hits: Hits, step: number) => void;
  /** Nobody has looked at these. */
  readonly back: (parts: readonly Part[]) => void;
}

/** What of a search other threads do. */
export interface Outwork {
  /** Whether a part is being looked at elsewhere. */
  has(part: Part): boolean;
  /** How many are. */
  readonly size: number;
  /** Why nothing more is to be looked at. */
  readonly refusal: UserError | undefined;
  /** Gives out some of what waits, from its beginning, as long as someone has nothing to do; the rest is returned. */
  give(waiting: Part[]): Part[];
  /** Resolves when something has come back. */
  next(): Promise<void>;
}

export function createOutwork({ crew, job, choose, found, back }: Parts): Outwork {
  const out = new Set<Part>();
  let size = FIRST;
  let refusal: UserError | undefined;
  let come = Promise.withResolvers<void>();

  const send = async (parts: readonly Part[]): Promise<void> => {
    for (const part of parts) out.add(part);
    const asked = job();
    try {
      const answer = await crew.scan({ ...asked, parts: parts.map(({ cells: _, ...part }) => part) });
      for (const part of parts) out.delete(part);
      if ("refusal" in answer) refusal = new UserError(answer.refusal);
      else {
        size = Math.max(1, Math.min(MOST, Math.round((parts.length * JOB) / Math.max(1, answer.took))));
        for (const [i, part] of parts.entries()) {
          const hits = answer.hits[i];
          if (hits) found({ ...hits, part }, asked.condition.step);
        }
      }
    } catch {
      for (const part of parts) out.delete(part);
      back(parts);
    }
    come.resolve();
    come = Promise.withResolvers();
  };

  return {
    has: (part) => out.has(part),
    get size() {
      return out.size;
    },
    get refusal() {
      return refusal;
    },
    give(waiting) {
      if (waiting.length < crew.few) return waiting;
      const left: Part[] = [];
      let some: Part[] = [];
      let at = 0;
      for (; at < Math.min(waiting.length, AT_ONCE) && crew.free; at++) {
        const part = waiting[at] as Part;
        const chosen = choose(part);
        if (chosen === "leave") left.push(part);
        if (chosen === "give" && some.push(part) >= size) {
          void send(some);
          some = [];
        }
      }
      return [...left, ...some, ...waiting.slice(at)];
    },
    next: () => come.promise,
  };
}
