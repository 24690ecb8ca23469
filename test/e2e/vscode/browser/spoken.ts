import type { Frame, Page } from "playwright-core";

/** What is to be read or heard somewhere, and what of it has no room. */
export interface Spoken {
  readonly texts: readonly string[];
  readonly clipped: readonly string[];
}

/**
 * Every text node and every spoken attribute below the elements that `selector` names, also in the shadow roots of
 * components; and the visible texts that something cuts off, without dots at the cut and a title that has all of it.
 * What scrolls cuts nothing off, and neither does the list of lines, which draws the ones in sight; the editor's own lists
 * tell all of a row when the mouse is over it.
 */
const SCRIPT = `((selector, hidden) => {
  const NAMES = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "label", "alt"];
  const KEYS = ".monaco-keybinding";
  const CALM = ".pane, .monaco-scrollable-element, .monaco-icon-label-container";
  const texts = new Set(), clipped = new Set();
  const above = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const titled = (element, text) => {
    for (let at = element; at; at = above(at)) if (at.getAttribute("title")?.includes(text)) return true;
    return false;
  };
  const lookIn = (input) => {
    const { scrollWidth, clientWidth, placeholder } = input;
    const cut = visible(input) && input.value === "" && scrollWidth > clientWidth + 1;
    if (cut && !(getComputedStyle(input).textOverflow === "ellipsis" && titled(input, placeholder)))
      clipped.add("input." + input.className + ": " + placeholder);
  };
  const look = (node, text) => {
    const element = node.parentElement ?? node.getRootNode().host;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!visible(element) || box.width === 0) return;
    for (let at = element; at && at !== document.documentElement; at = above(at)) {
      const style = getComputedStyle(at);
      if (style.clipPath !== "none" || style.clip !== "auto" || at.matches(CALM)) return;
      if (style.display === "inline" || style.display === "contents") continue;
      const own = at.getBoundingClientRect();
      const aside = box.right > own.right + 1 || box.left < own.left - 1;
      const below = box.bottom > own.bottom + 2 || box.top < own.top - 2;
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) return;
      if (!/hidden|clip/.test(style.overflowX) || !(aside || below)) continue;
      if (!(style.textOverflow === "ellipsis" && titled(element, text)))
        clipped.add(at.tagName.toLowerCase() + "." + at.className + ": " + text);
      return;
    }
  };
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.trim();
      if (text === "") return;
      texts.add(text);
      look(node, text);
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (node.matches("script, style, " + KEYS) || !(hidden || visible(node))) return;
      for (const name of NAMES) if (node.getAttribute(name)) texts.add(node.getAttribute(name));
      if (node.matches("input[placeholder]")) lookIn(node);
      if (node.shadowRoot) visit(node.shadowRoot);
    }
    for (const child of node.childNodes) visit(child);
  };
  for (const root of document.querySelectorAll(selector)) visit(root);
  return { texts: [...texts], clipped: [...clipped] };
})`;

/** What a page of ours says, also in what it hides as yet. */
export function spokenIn(frame: Frame): Promise<Spoken> {
  return frame.evaluate(`${SCRIPT}("body", true)`) as Promise<Spoken>;
}

/** What some of the editor's own elements say; it keeps hidden ones that were about other things. */
export function spokenBy(page: Page, selector: string): Promise<Spoken> {
  return page.evaluate(`${SCRIPT}(${JSON.stringify(selector)}, false)`) as Promise<Spoken>;
}
