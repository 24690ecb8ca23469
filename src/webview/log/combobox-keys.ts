/**
 * Keys that the component makes nothing of, as of 2.5: Enter takes the first name that fits what is typed where none
 * is chosen by an arrow key (it would choose none), and Escape in a list that is closed is the panel's around it.
 */
export function mendComboboxKeys(box: HTMLElementTagNameMap["vscode-single-select"]): void {
  box.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && !box.open) event.stopImmediatePropagation();
      if (event.key !== "Enter" || !box.open || box.shadowRoot?.querySelector("li.option.active")) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      box.shadowRoot?.querySelector<HTMLElement>("li.option:not(.disabled)")?.click();
    },
    { capture: true },
  );
}
