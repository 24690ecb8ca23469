import { setFlagsFromString } from "node:v8";

/**
 * Tells V8 to allocate all objects young. While the heap is small, the records of the batches under way make
 * up most of it, from which V8 learns that records live long and allocates all later ones old, where each
 * costs several times as much to collect. Measured: 4.7 → 3.7 CPU-µs a line, and 20 full collections fewer
 * in 2 M lines. The flag is the process's and may be set at any time; it turns off this guess, nothing else.
 */
export function allocateYoung(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
