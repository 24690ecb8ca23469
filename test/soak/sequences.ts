import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import fc from "fast-check";
import { play } from "../model/play.ts";
import { playProcess } from "../model/process.ts";
import { processSequence, sequence } from "../model/steps.ts";

/** Sequences of one kind that run at once, and sequences of one seed. */
const LANES = 4;
const RUNS = 25;
const TELL_EVERY = 30_000;

/** Plays random sequences of the model, in this process and with kill −9, until the time is up. */
export async function sequences(minutes: number): Promise<boolean> {
  const end = performance.now() + minutes * 60_000;
  const parent = mkdtempSync(join(tmpdir(), "log-monitor-model-"));
  const counts = { engine: 0, process: 0, failed: 0 };
  const inFolder = async (
    kind: "engine" | "process",
    work: (folder: string) => Promise<void>,
  ): Promise<void> => {
    const folder = mkdtempSync(join(parent, "run-"));
    await work(folder);
    rmSync(folder, { recursive: true });
    counts[kind]++;
  };
  const engine = fc.asyncProperty(sequence, (steps) => inFolder("engine", (folder) => play(folder, steps)));
  const process = fc.asyncProperty(processSequence, (steps) =>
    inFolder("process", (folder) => playProcess(folder, steps)),
  );

  const lane = async (kind: "engine" | "process"): Promise<void> => {
    while (performance.now() < end) {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const options = {
        seed,
        numRuns: RUNS,
        endOnFailure: true,
        interruptAfterTimeLimit: end - performance.now(),
      };
      try {
        await (kind === "engine" ? fc.assert(engine, options) : fc.assert(process, options));
      } catch (error) {
        if (String(error).includes("interrupted")) continue;
        counts.failed++;
        console.log(`${kind}: ${inspect(error, { depth: 5 })}`);
      }
    }
  };
  const tell = (): void =>
    console.log(
      `${counts.engine} sequences in process, ${counts.process} with kill -9, ${counts.failed} failed`,
    );
  const telling = setInterval(tell, TELL_EVERY);
  const lanes = Array.from({ length: LANES }, (_, at) => lane(at % 2 === 0 ? "engine" : "process"));
  await Promise.all(lanes);
  clearInterval(telling);
  tell();
  rmSync(parent, { recursive: true, force: true });
  return counts.failed === 0;
}
