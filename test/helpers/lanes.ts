/** Work of one kind, done in order. */
export interface Lane {
  /** None of them may reject. */
  readonly jobs: readonly (() => Promise<void>)[];
  /** How many of them may run at a time. */
  readonly width: number;
}

/**
 * Runs the jobs of all lanes at the same time, `slots` of them at the most: a free slot is given to the first lane
 * that has a job left and is not as wide as it may be.
 */
export function runLanes(lanes: readonly Lane[], slots: number): Promise<void> {
  const tracks = lanes.map(({ jobs, width }) => ({
    jobs: jobs.values(),
    left: jobs.length,
    width,
    running: 0,
  }));
  let running = 0;
  return new Promise((resolve) => {
    const fill = (): void => {
      while (running < slots) {
        const track = tracks.find(({ left, running, width }) => left > 0 && running < width);
        if (!track) break;
        track.left--;
        track.running++;
        running++;
        void track.jobs
          .next()
          .value?.()
          .finally(() => {
            track.running--;
            running--;
            fill();
          });
      }
      if (running === 0) resolve();
    };
    fill();
  });
}
