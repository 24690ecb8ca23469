import type { Worker } from "node:worker_threads";
import type { ScanAnswer, ScanJob } from "./scanner.ts";

/** Jobs that a thread has at a time: one that it does, and one that it goes on with. */
const QUEUED = 2;
/** So many are looked at before a thread would have begun. */
const FEW = 64;
/** How long (ms) threads stay that have nothing to do: the next key begins the next search. */
const KEPT = 30_000;

export interface CrewJob {
  readonly id: number;
  readonly job: ScanJob;
}

export interface CrewAnswer {
  readonly id: number;
  readonly answer: ScanAnswer;
}

/** Threads that look at parts of stores for the one that searches. They are there while there is something to do. */
export interface Crew {
  /** With fewer parts to look at, it is not asked for help. */
  readonly few: number;
  /** Whether a job would be done at once, or next; never again after a thread has died. */
  readonly free: boolean;
  /** Rejects when its thread dies. */
  scan(job: ScanJob): Promise<ScanAnswer>;
  close(): void;
}

interface Hand {
  readonly worker: Worker;
  readonly jobs: Map<number, PromiseWithResolvers<ScanAnswer>>;
}

/**
 * @param spawn starts a thread that runs scan.ts
 * @param size how many there are at most
 */
export function createCrew(spawn: () => Worker, size: number, few = FEW): Crew {
  const hands: Hand[] = [];
  let last = 0;
  let broken = false;
  let timer: NodeJS.Timeout | undefined;

  const end = (reason: string): void => {
    clearTimeout(timer);
    for (const { worker, jobs } of hands.splice(0)) {
      for (const { reject } of jobs.values()) reject(new Error(reason));
      void worker.terminate();
    }
  };

  const fail = (hand: Hand, reason: string): void => {
    // One that was ended by this side has nothing to tell.
    if (!hands.includes(hand)) return;
    broken = true;
    end(reason);
  };

  const rest = (): void => {
    clearTimeout(timer);
    timer = setTimeout(end, KEPT, "there was nothing to do").unref();
  };

  const hire = (): Hand => {
    const hand: Hand = { worker: spawn(), jobs: new Map() };
    hand.worker.on("message", ({ id, answer }: CrewAnswer) => {
      const job = hand.jobs.get(id);
      hand.jobs.delete(id);
      if (hand.jobs.size === 0) hand.worker.unref();
      if (hands.every(({ jobs }) => jobs.size === 0)) rest();
      job?.resolve(answer);
    });
    hand.worker.on("error", (error) => fail(hand, error.message));
    hand.worker.on("exit", (code) => fail(hand, `it exited with code ${code}`));
    hands.push(hand);
    return hand;
  };

  /** The one with the least to do; a new one rather than one that has something to do. */
  const next = (): Hand => {
    const [idle] = hands.toSorted((a, b) => a.jobs.size - b.jobs.size);
    return idle && (idle.jobs.size === 0 || hands.length >= size) ? idle : hire();
  };

  return {
    few,
    get free() {
      return !broken && (hands.length < size || hands.some(({ jobs }) => jobs.size < QUEUED));
    },
    scan(job) {
      clearTimeout(timer);
      const id = ++last;
      const hand = next();
      const answer = Promise.withResolvers<ScanAnswer>();
      hand.jobs.set(id, answer);
      // Nothing else may keep the process from ending while it is waited for.
      hand.worker.ref();
      hand.worker.postMessage({ id, job } satisfies CrewJob);
      return answer.promise;
    },
    close: () => end("the search was ended"),
  };
}
