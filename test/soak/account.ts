/** Which of the numbered lines arrived at a place, and how often. */
export interface Account {
  /** @param mark tells a replay (the same mark) from a second record of the same line; 0 where there are none */
  note(number: number, mark: number): void;
  /** Lines that are there. */
  readonly lines: number;
  /** Second records of a line, and lines that nobody wrote. */
  readonly repeated: number;
  /** The same record again, which changes nothing there. */
  readonly replayed: number;
  /** All lines with a lower number are there. */
  readonly below: number;
}

/** @param most how many lines there can be */
export function createAccount(most: number): Account {
  const marks = new Uint32Array(most);
  let lines = 0;
  let repeated = 0;
  let replayed = 0;
  let below = 0;
  return {
    note(number, mark) {
      const known = marks[number];
      if (known === 0) {
        marks[number] = mark + 1;
        lines++;
        while (marks[below]) below++;
      } else if (mark > 0 && known === mark + 1) replayed++;
      else repeated++;
    },
    get lines() {
      return lines;
    },
    get repeated() {
      return repeated;
    },
    get replayed() {
      return replayed;
    },
    get below() {
      return below;
    },
  };
}
