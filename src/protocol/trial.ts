/** How the lines of a file are read that a parser is tried on. */
export interface Trying {
  readonly file: string;
  /** What else its source says of its lines, as it is configured: encoding, timezone, ignoreOffset, multiline. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** What became of the lines by one parser. */
export interface Trial {
  /** What the parser calls itself: for `auto` with its pick, `auto (json)`. */
  readonly name: string;
  /** Lines that were looked at, and what was made of them: more lines than records where they are put together. */
  readonly lines: number;
  readonly records: number;
  /** Records that it took. */
  readonly taken: number;
  /** Those of them that are of its form: a parser may take text that it was not made for. */
  readonly fitting: number;
  /** Those of them that it found a time in. */
  readonly timed: number;
  /** Different fields in them. */
  readonly fields: number;
  /** What is wrong with its options; nothing was tried. */
  readonly fault?: string;
}

/** The words of a preview, in the language of who looks at it. */
export interface PreviewWords {
  readonly line: string;
  readonly time: string;
  readonly level: string;
  readonly message: string;
  /** Above what it did not take; `{0}`: how many. */
  readonly refused: string;
  /** Above what it took; `{0}`: how many. */
  readonly taken: string;
  /** Where not all is shown; `{0}`: how many more. */
  readonly more: string;
}

/** The words of a preview of what a sink would be sent. */
export interface SentWords {
  /** Above all; `{0}`: how many records would be sent, of `{1}`. */
  readonly sent: string;
  /** Above those that would not; `{0}`: how many. */
  readonly unsent: string;
  /** Where not all is shown; `{0}`: how many more. */
  readonly more: string;
  /** There is no record. */
  readonly nothing: string;
  /** What was one line is shown as several. */
  readonly unfolded: string;
  /** Why a record is not sent: it did not parse, it has none of the sink's fields, nothing can be made of it. */
  readonly unparsed: string;
  readonly fieldless: string;
  readonly empty: string;
  /** Sinks of a type have no preview; `{0}`: its name. */
  readonly unseen: string;
}

/** A text to be read in a font of one width; the numbers count its lines from 0. */
export interface TrialPreview {
  readonly text: string;
  readonly titles: readonly number[];
  readonly heads: readonly number[];
  /** Reasons why a line was not taken. */
  readonly reasons: readonly number[];
}

/** Editor → the thread that parsers are tried on. Parsers as they are configured: a name, or an object. */
export type TrialCalls = {
  /** In the order in which they were given. */
  try: [Trying & { readonly parsers: readonly unknown[] }, readonly Trial[]];
  preview: [Trying & { readonly parser: unknown; readonly words: PreviewWords }, TrialPreview];
  /** The same parser with lines put together, each as it would be configured; undefined: each line by itself. */
  group: [Trying & { readonly parser: unknown; readonly ways: readonly unknown[] }, readonly Trial[]];
};
