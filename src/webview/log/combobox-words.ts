import { setAttribute, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";

/** The component has two texts of its own, in English only: they are put into the editor's language wherever it draws. */
export function translateCombobox(box: HTMLElementTagNameMap["vscode-single-select"], { t }: L10n): void {
  const say = (): void => {
    for (const button of box.shadowRoot?.querySelectorAll(".combobox-button") ?? [])
      setAttribute(button, "aria-label", t("Open the list"));
    for (const none of box.shadowRoot?.querySelectorAll<HTMLElement>(".no-options") ?? [])
      setText(none, t("Nothing fits"));
  };
  box.updateComplete.then(() => {
    if (box.shadowRoot) new MutationObserver(say).observe(box.shadowRoot, { childList: true, subtree: true });
    say();
  });
}
