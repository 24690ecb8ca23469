/** A place in code that a text names. */
export interface CodeLink {
  /** Where in the text it stands, in UTF-16 units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** The file: an absolute path, one from wherever the program ran, or (`suffix`) only the end of its path. */
  readonly path: string;
  readonly suffix: boolean;
  /** Counted from 1; absent: the text does not say. */
  readonly line?: number;
  readonly column?: number;
  /** What to look for in the file where no line is known. */
  readonly name?: string;
}
