/** Work of one kind, done in order. */
export interface Lane {
  /** None of them may reject. */
  readonly jobs: readonly (() => Promise<void>)[];
  /** How many of them may run at a time. */
  readonly width: number;
  /** As many may while no other lane has anything to do; absent: no more. */
  readonly alone?: number;
}

/**
 * Runs the jobs of all lanes at the same time, `slots` of them at the most: a free slot is given to the first lane
 * that has a job left and is not as wide as it may be.
 */
export function runLanes(lanes: readonly Lane[], slots: number): Promise<void> {
  const tracks = lanes.map(({ jobs, width, alone = width }) => ({
    jobs: jobs.values(),
    left: jobs.length,
    width,
    alone,
    running: 0,
  }));
  type Track = (typeof tracks)[number];
  const isAlone = (track: Track): boolean =>
    tracks.every((other) => other === track || other.left + other.running === 0);
  const hasRoom = (track: Track): boolean =>
    track.left > 0 && track.running < (isAlone(track) ? track.alone : track.width);
  let running = 0;
  return new Promise((resolve) => {
    const fill = (): void => {
      while (running < slots) {
        const track = tracks.find(hasRoom);
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
