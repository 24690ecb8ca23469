import { isWriting } from "./writing.ts";

interface Acts {
  open(): void;
  follow(): void;
  inFullLog(): void;
  copy(as: "json" | "line"): void;
  back(): void;
  pause(): void;
  /** Goes to the box for the query. */
  search(): void;
  detailed(): boolean;
  showDetails(show: boolean): void;
  toggleDetails(): void;
}

/** Keys that mean something else where one writes: there Ctrl+Z takes back, and on macOS Ctrl+F goes on. */
const OF_TEXT = ["z", "f"];

/** What keys do in the list of lines. */
export function pressed(event: KeyboardEvent, acts: Acts): void {
  const control = event.ctrlKey || event.metaKey;
  const plain = !control && !event.altKey;
  if (event.key === "Enter" && control) acts.open();
  else if (event.key === "Enter" && event.altKey) acts.follow();
  else if (event.key === "Enter" && event.shiftKey) acts.inFullLog();
  else if (event.key === "Enter") acts.toggleDetails();
  else if (event.key === "Escape" && acts.detailed()) acts.showDetails(false);
  else if (event.key === "Escape") acts.back();
  else if (event.key.toLowerCase() === "c" && control && getSelection()?.isCollapsed !== false)
    acts.copy(event.shiftKey ? "json" : "line");
  else if (event.key === " " && plain) acts.pause();
  else if (event.key === "/" && plain) acts.search();
  else return;
  event.preventDefault();
}

/**
 * Keys with Ctrl (or Cmd) that are meant wherever one is in the page but where one writes. The editor, which has
 * others on them, does not hear of them.
 */
export function pageKeys(acts: Readonly<Record<string, () => void>>): (event: KeyboardEvent) => void {
  return (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const key = event.key.toLowerCase();
    if (!Object.hasOwn(acts, key) || (OF_TEXT.includes(key) && isWriting(event.composedPath()))) return;
    acts[key]?.();
    event.preventDefault();
    event.stopPropagation();
  };
}
