import "../navigator.ts";
import "@vscode/codicons/dist/codicon.css";
import "uplot/dist/uPlot.min.css";
import "./log.css";
import "../legend.css";
import "../between.css";
import "../button.css";
import "../select.css";
import "./facets.css";
import "./histogram.css";
import "@vscode-elements/elements/dist/vscode-button/index.js";
import "@vscode-elements/elements/dist/vscode-checkbox/index.js";
import "@vscode-elements/elements/dist/vscode-option/index.js";
import "@vscode-elements/elements/dist/vscode-single-select/index.js";
import "@vscode-elements/elements/dist/vscode-tab-header/index.js";
import "@vscode-elements/elements/dist/vscode-tab-panel/index.js";
import "@vscode-elements/elements/dist/vscode-tabs/index.js";
import "@vscode-elements/elements/dist/vscode-tree-item/index.js";
import "@vscode-elements/elements/dist/vscode-tree/index.js";
import "../toolbar-button.ts";
import { ignoreComposing } from "../composing.ts";
import { createFormats } from "../formats.ts";
import { createL10n } from "../l10n.ts";
import { createController } from "./controller.ts";

ignoreComposing(window);
const language = document.documentElement.lang || "en";
const { element, start } = createController(
  createL10n(JSON.parse(document.body.dataset.l10n ?? "{}")),
  createFormats(language),
  language,
);
document.body.append(element);
start();
