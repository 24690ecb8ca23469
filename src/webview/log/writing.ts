/** Inputs that nobody writes into. */
const PRESSED = ["checkbox", "radio", "button", "submit"];

/**
 * Whether a key was pressed where one writes.
 * @param path of the event: its target is but the component that the box is in
 */
export function isWriting(path: readonly unknown[]): boolean {
  const { localName, type = "text" } = (path[0] ?? {}) as { localName?: unknown; type?: unknown };
  return localName === "textarea" || (localName === "input" && !PRESSED.includes(String(type)));
}
