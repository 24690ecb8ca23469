import * as vscode from "vscode";
import { createDisposables } from "../lib/disposables.ts";

/** What someone answers who wants the question before once more. */
export const BACK = Symbol("back");
/** Undefined: who was asked thought better of it all. */
export type Answer<T> = T | typeof BACK | undefined;

/** Where a question stands among others. */
export interface Place {
  readonly title: string;
  /** Counted from 1. */
  readonly step: number;
  readonly totalSteps: number | undefined;
}

/**
 * Asks for one of several.
 * @param look called with the one that is looked at, and how many there are
 */
export function choose<T extends vscode.QuickPickItem>(
  place: Place,
  placeholder: string,
  items: readonly T[],
  active?: T,
  look: (item: T, rows: number) => void = () => {},
): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.placeholder = placeholder;
  pick.matchOnDescription = true;
  pick.items = items;
  if (active) pick.activeItems = [active];
  pick.onDidChangeActive(([item]) => item && look(item, items.length));
  return asked(pick, place, (answer) =>
    pick.onDidAccept(() => {
      // What is typed may fit none: that ends nothing.
      const [item] = pick.selectedItems;
      if (item) answer(item);
    }),
  );
}

/**
 * Asks for a text.
 * @param fault what is wrong with it; undefined when it is good
 */
export function type(
  place: Place,
  options: {
    readonly prompt: string;
    readonly placeholder?: string;
    readonly value: string;
    readonly password?: boolean;
    readonly fault: (text: string) => Promise<string | undefined>;
  },
): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  const { prompt, placeholder, value, password = false, fault } = options;
  Object.assign(box, { prompt, placeholder, value, password });
  let asks = 0;
  /** Of several answers that are under way the last one counts. */
  const look = async (): Promise<boolean> => {
    const own = ++asks;
    const wrong = await fault(box.value);
    if (own !== asks) return false;
    box.validationMessage = wrong;
    return wrong === undefined;
  };
  return asked(box, place, (answer, fail) => {
    box.onDidChangeValue(() => void look().catch(fail));
    box.onDidAccept(() => {
      look().then((good) => good && answer(box.value), fail);
    });
  });
}

/** Shows an input until it is answered, left, or gone back from. */
export async function asked<T>(
  input: vscode.QuickInput & { buttons: readonly vscode.QuickInputButton[] } & {
    readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  { title, step, totalSteps }: Place,
  listen: (answer: (value: Answer<T>) => void, fail: (error: unknown) => void) => void,
): Promise<Answer<T>> {
  const own = createDisposables();
  own.add(input);
  Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
  if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
  try {
    return await new Promise<Answer<T>>((resolve, reject) => {
      own.add(input.onDidHide(() => resolve(undefined)));
      own.add(
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) resolve(BACK);
        }),
      );
      listen(resolve, reject);
      input.show();
    });
  } finally {
    own.dispose();
  }
}
