import * as z from "zod/mini";
import type { ExportFormat } from "../lib/export-format.ts";
import type { CodeLink } from "../lib/frames.ts";
import type { LinesAnswer, LinesRequest } from "../lib/lines.ts";
import type { SinkFate } from "./engine.ts";
import { type KeyRequest, key } from "./log-view.ts";

const whole = z.number().check(z.int(), z.nonnegative());

/** A link of the record by its number, as its details tell them; without one the first that can be opened. */
export const followRequest = z.strictObject({ search: whole, key, link: z.optional(whole) });

/** A record's bytes, in hex; not all of them where `total` is more. */
export const bytesAnswer = z.object({
  hex: z.string(),
  total: whole,
  /** Where they stand; absent: nowhere any more, they are the text's as it was read, in UTF-8. */
  file: z.optional(z.string()),
  offset: whole,
});

export const fatesAnswer = z.array(
  z.object({
    sink: z.string(),
    state: z.enum([
      "waiting",
      "paused",
      "consent",
      "delivered",
      "leftOut",
      "dead",
      "resending",
      "damaged",
      "unsure",
      "earlier",
      "notRouted",
    ]),
    reason: z.optional(z.string()),
    why: z.optional(
      z.union([
        z.object({ code: z.enum(["unparsed", "fieldless", "options"]) }),
        z.object({ code: z.literal("gone"), refused: whole, gone: whole }),
      ]),
    ),
  }),
);

export type FollowRequest = z.infer<typeof followRequest>;
export type Fate = z.infer<typeof fatesAnswer>[number];
export type BytesAnswer = z.infer<typeof bytesAnswer>;

/** What was exported and to where; of more records than were found some are `missing`. `cancelled`: nothing was. */
export const exportAnswer = z.union([
  z.object({ cancelled: z.literal(true) }),
  z.object({ records: whole, missing: whole, file: z.string() }),
]);

/** An export of what a search has found; of a view that is paused, of what it shows. */
export const exportRequest = z.strictObject({ search: whole, paused: z.boolean() });

/** What a view that is paused shows of what its search would find by now. */
export interface Shown {
  /** So many hits; undefined: it is not known yet. */
  readonly count: number | undefined;
  /**
   * The id of the last record of each file, by its serial, and that by the number of the store's segment. Absent: what
   * comes is later than what is shown.
   */
  readonly extent?: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/** How far an export is. */
export interface ExportProgress {
  readonly records: number;
  readonly total: number;
  readonly missing: number;
}

/** Where a line stands; `line` (from 1) is absent for a file that the editor can't open: too large, or packed. */
export interface FilePlace {
  readonly file: string;
  readonly offset: number;
  readonly line?: number;
}

/** Log view page → extension, about one record, or all that was found. */
export type DetailCalls = {
  /** Asks how and where to, and writes the present result there. */
  export: [z.infer<typeof exportRequest>, z.infer<typeof exportAnswer>];
  /** Its bytes as they stand in the file. */
  bytes: [KeyRequest, BytesAnswer];
  /** What became of it at each sink. */
  fates: [KeyRequest, readonly SinkFate[]];
  /** Opens a place in code that it names. */
  follow: [FollowRequest, void];
};

type Asked = { readonly view: number; readonly request: unknown };
/** Extension → query thread. */
export type DetailQueries = {
  bytes: [Asked, BytesAnswer];
  /** Writes a new file. */
  export: [
    {
      readonly dataDir: string;
      readonly request: unknown;
      readonly path: string;
      readonly format: ExportFormat;
      readonly shown?: Shown | undefined;
    },
    ExportProgress,
  ];
  /** Some lines of a file. */
  lines: [LinesRequest, LinesAnswer];
  links: [Asked, readonly CodeLink[]];
};
