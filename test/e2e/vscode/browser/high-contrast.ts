import assert from "node:assert/strict";
import type { Frame } from "playwright-core";

/** What a themed edge must look like in both high contrasts: style of border and outline, and the token of each colour. */
type Edges = Readonly<Record<string, string>>;

const LOG: Edges = {
  ".query-field": "border solid contrastBorder",
  ".chip": "border solid contrastBorder",
  ".body .row:not(.active)": "",
  ".body .row.active": "outline solid contrastActiveBorder",
  ".details": "border solid contrastBorder",
};
const DASHBOARD: Edges = {
  ".card": "border solid contrastBorder",
};

/** Fails where what high contrast draws with edges has none, or another, on the log view with a row chosen and the dashboard. */
export async function expectEdges(log: Frame, dashboard: Frame): Promise<void> {
  for (const [frame, wanted] of [
    [log, LOG],
    [dashboard, DASHBOARD],
  ] as const)
    assert.deepEqual(await frame.evaluate(`(${EDGES})(${JSON.stringify(Object.keys(wanted))})`), wanted);
}

/** Reads edges off the first element of each selector; those that are not drawn are left out. */
const EDGES = `(selectors) => {
  const probe = document.body.appendChild(document.createElement("i"));
  const token = (color) => ["contrastBorder", "contrastActiveBorder"].find((name) => {
    probe.style.color = "var(--vscode-" + name + ")";
    return getComputedStyle(probe).color === color;
  }) ?? color;
  const edge = (name, style, width, color) =>
    style === "none" || parseFloat(width) === 0 || /, 0\\)$|^transparent$/.test(color) ? [] : [name + " " + style + " " + token(color)];
  const found = Object.fromEntries(selectors.map((selector) => {
    const element = document.querySelector(selector);
    if (!element) return [selector, "is not there"];
    const its = getComputedStyle(element);
    const sides = ["Top", "Bottom"].flatMap((side) => edge("border", its["border" + side + "Style"], its["border" + side + "Width"], its["border" + side + "Color"]));
    return [selector, [...new Set(sides), ...edge("outline", its.outlineStyle, its.outlineWidth, its.outlineColor)].join(", ")];
  }));
  probe.remove();
  return found;
}`;
