import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import { createSync } from "../lib/sync.ts";
import type { Trial, Trying } from "../protocol/trial.ts";
import { createTrialView } from "./try-preview.ts";
import type { Reading } from "./try-step.ts";
import type { Trials } from "./try-thread.ts";

/** Ms of silence before what is looked at, or was typed, is shown. */
const PAUSE = 80;

/** The last lines of a log, and what can be asked about them while someone chooses. */
export interface Sampled extends Disposable {
  /** Of these parsers, in their order. */
  trials(parsers: readonly unknown[], multiline: unknown): Promise<readonly Trial[]>;
  /** Of a parser with lines put together in these ways; undefined: each line by itself. */
  groupings(parser: unknown, ways: readonly unknown[]): Promise<readonly Trial[]>;
  /** Shows what is made of the lines, in a while: of several wishes the last one counts. @param rows as `TrialView` */
  preview(reading: Reading, rows: number): void;
}

/** @param trying a file that is not there is told by the first question */
export function createSampled(name: string, trying: Trying, trials: Trials): Sampled {
  const own = createDisposables();
  const view = own.add(createTrialView(vscode.l10n.t("Preview of {0}", name)));
  let wanted: { readonly reading: Reading; readonly rows: number } | undefined;
  const { l10n } = vscode;
  const words = {
    line: l10n.t("Line"),
    time: l10n.t("Time"),
    level: l10n.t("Level"),
    message: l10n.t("Message"),
    refused: l10n.t("Not taken: {0}"),
    taken: l10n.t("Taken: {0}"),
    more: l10n.t("and {0} more"),
  };
  const read = (multiline: unknown): Trying => {
    const { multiline: _, ...source } = trying.source;
    return { ...trying, source: multiline === undefined ? source : { ...source, multiline } };
  };
  const sync = own.add(
    createSync(async () => {
      if (!wanted) return;
      const { reading, rows } = wanted;
      const asked = { ...read(reading.multiline), parser: reading.parser, words };
      await view.show(await trials.call("preview", asked), rows);
    }, PAUSE),
  );
  return {
    trials: (parsers, multiline) => trials.call("try", { ...read(multiline), parsers }),
    groupings: (parser, ways) => trials.call("group", { ...trying, parser, ways }),
    preview(reading, rows) {
      wanted = { reading, rows };
      // What can't be read was told by the list already.
      sync.request().catch(() => undefined);
    },
    dispose: () => own.dispose(),
  };
}
