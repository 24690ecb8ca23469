type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes and children. Text goes in as text, never as markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K];
export function el(tag: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function el(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const child of children) if (child) element.append(child);
  return element;
}

/** Sets or removes an attribute, and touches nothing when it is as wanted. */
export function setAttribute(element: Element, name: string, value: string | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else {
    const text = value === true ? "" : value;
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** Sets text, and touches nothing when it is as wanted: a page that is told every second must not flicker. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A codicon that says nothing by itself. */
export function icon(name: string): HTMLElement {
  const sign = el("span", { "aria-hidden": "true" });
  setIcon(sign, name);
  return sign;
}

export function setIcon(sign: HTMLElement, name: string): void {
  setAttribute(sign, "class", `sign codicon codicon-${name}`);
}

/** Makes the children of `parent` the ones given, moving and removing only what differs. */
export function arrange(parent: Element, children: readonly Element[]): void {
  const held = document.activeElement;
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  for (const [i, child] of children.entries()) {
    const present = parent.children[i];
    if (present !== child) parent.insertBefore(child, present ?? null);
  }
  // An element that is moved loses the focus; the page itself may have none to give.
  if (!document.hasFocus() || held === document.activeElement) return;
  if (held instanceof HTMLElement && parent.contains(held)) held.focus();
}
