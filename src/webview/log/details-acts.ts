import {
  type BytesAnswer,
  bytesAnswer,
  exportAnswer,
  type Fate,
  fatesAnswer,
} from "../../protocol/log-details.ts";
import {
  type CopyRequest,
  type Details,
  details as detailsAnswer,
  type Key,
  type Row,
} from "../../protocol/log-view.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { Ask } from "./asking.ts";
import { type Clicked, linkAt } from "./code-place.ts";
import { toggled } from "./facet-term.ts";

/** A record is known by its key, also one that is not in sight. */
export type Chosen = Pick<Row, "key">;

/** What can be done with the record that is chosen. */
export interface Acts {
  open(): void;
  copy(as: CopyRequest["as"]): void;
  copyText(text: string): void;
  /** @param link its number among the record's links; the first that can be opened when absent */
  follow(link?: number): void;
  /** @param clicked where its message was clicked: the place in code that stands there, else as above */
  followAt(clicked: Clicked | undefined): void;
  inFullLog(): void;
  close(): void;
  /** Asks for the records that have what a term says, or for the others. */
  ask(term: string, exclude: boolean): void;
  /** Writes all that is found to a file that is asked for. */
  export(): void;
  details(of: Chosen): Promise<Details>;
  bytes(): Promise<BytesAnswer>;
  fates(): Promise<readonly Fate[]>;
}

interface Parts extends Pick<Acts, "close"> {
  readonly l10n: L10n;
  readonly ofSearch: Ask;
  readonly paused: () => boolean;
  readonly choice: () => Promise<Key | undefined>;
  readonly query: () => string;
  readonly setQuery: (query: string) => void;
  readonly showFull: (row: Chosen) => void;
  /** Writes to the clipboard. */
  readonly write: (text: string) => Promise<void>;
  readonly say: (text: string) => void;
  /** Says what happened, for a while. */
  readonly tell: (what: unknown) => void;
  readonly formats: Formats;
}

export function createActs(parts: Parts): Acts {
  const { l10n, formats, tell: noted, say, close } = parts;
  const { t } = l10n;
  const onChoice = async (act: (row: Chosen) => unknown): Promise<void> => {
    try {
      const key = await parts.choice();
      if (key) await act({ key });
    } catch (error) {
      noted(error);
    }
  };
  const chosen = async <T>(ask: (row: Chosen) => Promise<T>): Promise<T> => {
    const key = await parts.choice();
    if (!key) throw new Error(l10n.t("No line is chosen."));
    return ask({ key });
  };
  const details = async ({ key }: Chosen): Promise<Details> =>
    detailsAnswer.parse(await parts.ofSearch("details", { key }));
  const follow = (row: Chosen, link: number | undefined) =>
    parts.ofSearch("follow", { ...row, ...(link !== undefined && { link }) });
  return {
    close,
    open: () => void onChoice((row) => parts.ofSearch("open", row)),
    copy: (as) =>
      void onChoice(async (row) => {
        await parts.ofSearch("copy", { ...row, as });
        say(l10n.t("copied"));
      }),
    copyText: (text) => void parts.write(text).then(() => say(l10n.t("copied")), noted),
    follow: (link) => void onChoice((row) => follow(row, link)),
    followAt: (clicked) =>
      void onChoice(async (row) => follow(row, clicked && linkAt(await details(row), clicked))),
    inFullLog: () => void onChoice(parts.showFull),
    ask: (term, exclude) => parts.setQuery(toggled(parts.query(), term, exclude)),
    export() {
      parts.ofSearch("export", { paused: parts.paused() }).then((answer) => {
        const outcome = exportAnswer.parse(answer);
        if ("cancelled" in outcome) return;
        const { records, missing, file } = outcome;
        const lines = formats.count(records);
        noted(
          missing > 0
            ? t(
                "Exported {0} lines to {1}; {2} could not be read any more.",
                lines,
                file,
                formats.count(missing),
              )
            : records === 1
              ? t("Exported 1 line to {0}.", file)
              : t("Exported {0} lines to {1}.", lines, file),
        );
      }, noted);
    },
    details,
    bytes: () => chosen(async (row) => bytesAnswer.parse(await parts.ofSearch("bytes", row))),
    fates: () => chosen(async (row) => fatesAnswer.parse(await parts.ofSearch("fates", row))),
  };
}
