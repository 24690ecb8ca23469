import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import { createSync } from "../lib/sync.ts";
import { type Answer, asked, type Place } from "./quick-steps.ts";
import { texts } from "./texts.ts";
import { trialText } from "./try-order.ts";
import type { Sampled } from "./try-sample.ts";
import type { About, Reading } from "./try-step.ts";

/** What a user writes: the parser that reads it. */
export type Written = "regex" | "nginx";

/** Ms of silence before what was typed is tried. */
const PAUSE = 150;
/** Rows of a quick pick that are as high as what the input box adds below its line. */
const ROWS = 3;

const STARTERS: Readonly<Record<Written, string>> = {
  regex: String.raw`(?<time>\S+ \S+) (?<level>\w+) (?<message>.*)`,
  nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent',
};
const OPTION: Readonly<Record<Written, string>> = { regex: "pattern", nginx: "format" };

/** Asks for an expression or format, which is tried at each key. Answers the parser as settings have it. */
export async function askPattern(
  place: Place,
  type: Written,
  { parser: now, multiline }: About,
  sampled: Sampled,
): Promise<Answer<unknown>> {
  const option = OPTION[type];
  const had = optionsOf(now, type);
  const placeholder = {
    regex: vscode.l10n.t("JavaScript expression with named groups; it begins at the start of the line"),
    nginx: vscode.l10n.t("The log_format of nginx.conf"),
  }[type];
  const value = typeof had[option] === "string" ? had[option] : STARTERS[type];
  const made = (text: string) => ({ ...had, type, [option]: text });
  const answer = await askTried(
    place,
    { placeholder, value },
    (text) => ({ parser: made(text), multiline }),
    sampled,
  );
  return typeof answer === "string" ? made(answer) : answer;
}

/**
 * Asks for a text that is tried on the lines at each key.
 * @param made how lines are read by it
 */
export function askTried(
  place: Place,
  shown: { readonly placeholder: string; readonly value: string },
  made: (text: string) => Reading,
  sampled: Sampled,
): Promise<Answer<string>> {
  const own = createDisposables();
  const box = vscode.window.createInputBox();
  Object.assign(box, shown);
  const { Error: wrong, Warning: doubtful } = vscode.InputBoxValidationSeverity;
  /** The text that nothing is wrong with. */
  let good: string | undefined;
  const look = async (): Promise<void> => {
    const text = box.value;
    const reading = made(text);
    const [trial] = await sampled.trials([reading.parser], reading.multiline);
    if (text !== box.value || !trial) return;
    const told = trialText(trial, texts);
    good = trial.fault === undefined ? text : undefined;
    box.prompt = told;
    box.validationMessage = undefined;
    if (trial.fault !== undefined) box.validationMessage = { message: told, severity: wrong };
    else if (trial.taken === 0) box.validationMessage = { message: told, severity: doubtful };
    if (trial.fault === undefined) sampled.preview(reading, ROWS);
  };
  const sync = own.add(createSync(look, PAUSE));
  const request = (): Promise<void> =>
    sync.request().catch((error) => {
      box.validationMessage = reasonOf(error);
    });
  own.add(box.onDidChangeValue(() => void request()));
  void request();
  return asked<string>(box, place, (answer) => {
    own.add(
      box.onDidAccept(async () => {
        if (good !== box.value) await request();
        if (good === box.value) answer(good);
      }),
    );
  }).finally(() => own.dispose());
}

/** What is configured beside the expression, where the same kind of parser is in use. */
function optionsOf(now: unknown, type: Written): Readonly<Record<string, unknown>> {
  const options = typeof now === "object" && now !== null ? (now as Record<string, unknown>) : {};
  return options.type === type ? options : {};
}
