/** Asks for lines around a place of a file. */
export interface LinesRequest {
  readonly file: string;
  /** Where a line begins, and its number (from 1) where that is known. */
  readonly offset: number;
  readonly line?: number;
  /** What stood just before it, in hex, where that is known: the file may be another one by now. */
  readonly stood?: string;
  /** How many lines before it are wanted, and how many in all; fewer where they are long. */
  readonly before: number;
  readonly count: number;
}

/** Some lines of a file. */
export interface LinesAnswer {
  readonly text: string;
  /** Number of the first one. It may lack its beginning where it is very long. */
  readonly first: number;
  readonly count: number;
  /** Number of the line at the offset. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Number of the line that goes on or begins there. */
  readonly next: number;
  /** What stands just before `start`, and before `end`, in hex; nothing where it was not read. */
  readonly stood: string;
  readonly stoodAtEnd: string;
  /** The file has nothing before or behind. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
}
