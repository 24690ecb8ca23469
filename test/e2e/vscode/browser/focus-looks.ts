import type { Frame } from "playwright-core";
import { until } from "../../../helpers/until.ts";

/** How what has the focus is told from how it looks without. */
export interface FocusLook {
  /** What it is: its tag, class and name. */
  readonly what: string;
  /** What of it, or around it, looks otherwise while it has the focus, and how; nothing where nothing does. */
  readonly marks: readonly string[];
}

/**
 * Takes the focus from what has it for a moment. Looked at are the element itself,
 * what stands beside and around it (the box of an input, the face of a hidden radio button), the parts of the
 * component it is in, and what a list calls its active one; of these only what is in sight and can be told from what
 * is behind it. An outline counts where at least two of its sides are not cut off.
 */
const LOOK = `(async () => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colors) => {
    pen.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
    }
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const seen = (color) => paint([color])[3] >= 64;
  const above = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const deepest = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  };

  const around = (deep) => {
    const nodes = new Set([deep, ...(deep.parentElement?.children ?? []), deep.parentElement]);
    nodes.add(deep.parentElement?.parentElement);
    for (let at = deep; at; at = at.getRootNode().host) {
      if (at !== deep) nodes.add(at);
      for (const part of at.shadowRoot?.querySelectorAll("*") ?? []) nodes.add(part);
      if (at.getRootNode() instanceof ShadowRoot)
        for (const part of at.getRootNode().querySelectorAll("*")) nodes.add(part);
    }
    const active = document.getElementById(deep.getAttribute("aria-activedescendant"));
    if (active) for (const part of [active, ...active.querySelectorAll("*")]) nodes.add(part);
    nodes.delete(null);
    nodes.delete(undefined);
    nodes.delete(document.body);
    nodes.delete(document.documentElement);
    return [...nodes];
  };

  const edgesSeen = (node, { outlineOffset, outlineWidth }) => {
    const box = node.getBoundingClientRect();
    const out = parseFloat(outlineOffset) + parseFloat(outlineWidth) / 2;
    const own = { left: box.left - out, right: box.right + out, top: box.top - out, bottom: box.bottom + out };
    const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let at = above(node); at; at = above(at)) {
      const { overflowX, overflowY, display } = getComputedStyle(at);
      if (display === "contents" || display === "inline") continue;
      const room = at.getBoundingClientRect();
      if (at === document.documentElement || at === document.body) continue;
      if (overflowX !== "visible") {
        clip.left = Math.max(clip.left, room.left);
        clip.right = Math.min(clip.right, room.right);
      }
      if (overflowY !== "visible") {
        clip.top = Math.max(clip.top, room.top);
        clip.bottom = Math.min(clip.bottom, room.bottom);
      }
    }
    const level = own.bottom > clip.top && own.top < clip.bottom;
    const upright = own.right > clip.left && own.left < clip.right;
    return [
      level && own.left >= clip.left,
      level && own.right <= clip.right,
      upright && own.top >= clip.top,
      upright && own.bottom <= clip.bottom,
    ].filter(Boolean).length;
  };

  const lookOf = (node, pseudo) => {
    const style = getComputedStyle(node, pseudo);
    const box = node.getBoundingClientRect();
    const shown = node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!shown || box.width === 0 || box.height === 0) return {};
    if (pseudo && style.content === "none") return {};
    const line = (look, width, color) =>
      look === "none" || parseFloat(width) === 0 || !seen(color) ? "none" : [look, width, color].join(" ");
    const outline = line(style.outlineStyle, style.outlineWidth, style.outlineColor);
    const sides = ["Top", "Right", "Bottom", "Left"];
    return {
      outline: outline !== "none" && edgesSeen(node, style) < 2 ? "cut off" : outline,
      border: sides.map((side) =>
        line(style["border" + side + "Style"], style["border" + side + "Width"], style["border" + side + "Color"]),
      ).join(),
      shadow: style.boxShadow,
      background: seen(style.backgroundColor) ? style.backgroundColor : "none",
    };
  };
  const looks = (nodes) =>
    nodes.flatMap((node) => [null, "::before", "::after"].map((pseudo) => ({ node, pseudo, look: lookOf(node, pseudo) })));

  const host = document.activeElement;
  // Fields of a date are several stops, and start at their first one when they are given the focus.
  if (host === document.body) return "drawn anew";
  if (host === globalThis.lookedAt) return null;
  globalThis.lookedAt = host;
  const deep = deepest();
  // What was drawn above it may have moved it out of sight since it was come to.
  deep.scrollIntoView({ block: "nearest", inline: "nearest" });
  // Components draw themselves anew a little later.
  const drawn = () => new Promise((done) => setTimeout(done));
  const nodes = around(deep);
  const withIt = looks(nodes);
  deep.blur();
  await drawn();
  const settled = () => nodes.flatMap((node) => node.getAnimations()).forEach((one) => one.finish());
  settled();
  const without = looks(nodes);
  deep.focus({ preventScroll: true });
  await drawn();
  if (!deep.isConnected) {
    globalThis.lookedAt = undefined;
    return "drawn anew";
  }
  const name = (node) => node.tagName.toLowerCase() + (typeof node.className === "string" && node.className ? "." + node.className.trim().replaceAll(" ", ".") : "");
  const marks = withIt.flatMap(({ node, pseudo, look }, i) =>
    Object.entries(look).flatMap(([kind, value]) =>
      !node.isConnected || value === without[i].look[kind] || value === "cut off" || value === "none"
        ? []
        : [name(node) + (pseudo ?? "") + " " + kind + ": " + value],
    ),
  );
  const said = host.getAttribute("aria-label") ?? host.getAttribute("label") ?? host.title;
  return { what: name(host) + " " + JSON.stringify((said || host.textContent.trim()).slice(0, 60)), marks };
})()`;

/** How often what shows no mark is looked at anew: a page that is drawn anew while it is looked at may hide one. */
const LOOKS = 3;

/** How what has the focus in a page looks with it, compared with how it looks without; undefined: as a moment ago. */
export async function focusLook(frame: Frame): Promise<FocusLook | undefined> {
  const look = () =>
    until(
      async () => {
        const found = (await frame.evaluate(LOOK)) as FocusLook | null | "drawn anew";
        return found === "drawn anew" ? undefined : { found };
      },
      { timeout: 60_000, every: 100, what: "what has the focus to stay" },
    );
  let { found } = await look();
  for (let again = 1; found?.marks.length === 0 && again < LOOKS; again++) {
    await frame.evaluate("globalThis.lookedAt = undefined");
    ({ found } = await look());
  }
  return found ?? undefined;
}
