import { VscodeToolbarButton } from "@vscode-elements/elements/dist/vscode-toolbar-button/index.js";

/** The component gives a switch that is on the same outline with the focus and without. */
const FOCUS = `button.checked:focus-visible {
  box-shadow: inset 0 0 0 1px var(--vscode-inputOption-activeBorder);
  outline: 1px solid var(--vscode-focusBorder);
  outline-offset: 1px;
}`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(FOCUS);
VscodeToolbarButton.elementStyles.push(sheet);
