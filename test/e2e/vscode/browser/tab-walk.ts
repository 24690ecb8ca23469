import type { Frame, Keyboard } from "playwright-core";

/** Where Tab has come to in a page, and on which side of where it was. */
export interface Stop {
  readonly name: string;
  readonly side: "before" | "after" | "first";
}

/** Null: nothing of the page has the focus. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const said = at.getAttribute("aria-label") ?? at.getAttribute("label") ?? at.title;
  const last = globalThis.lastStop;
  globalThis.lastStop = at;
  const after = last && last.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING;
  return { name: said || at.textContent.trim(), side: last ? (after ? "after" : "before") : "first" };
})()`;

interface Way {
  readonly key?: "Tab" | "Shift+Tab";
  readonly most?: number;
  /** Looks at what has the focus. */
  readonly look?: () => Promise<void>;
}

/** Goes from what has the focus in a page on by Tab until it is left, or after so many stops. */
export async function walk(
  frame: Frame,
  keyboard: Keyboard,
  { key = "Tab", most = 100, look }: Way = {},
): Promise<Stop[]> {
  const stop = async () => (await frame.evaluate(FOCUSED)) as Stop | null;
  const found: Stop[] = [];
  for (let at = await stop(); at; at = found.length < most ? await stop() : null) {
    found.push(at);
    await look?.();
    await keyboard.press(key);
  }
  return found;
}

/** The next walk begins where the last one ended. */
export async function turnBack(frame: Frame): Promise<void> {
  await frame.evaluate("globalThis.lastStop.focus(); globalThis.lastStop = undefined");
}
